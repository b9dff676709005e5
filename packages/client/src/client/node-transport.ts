import { createBandwidth } from '../async/bandwidth.ts'
import { sleep } from '../async/sleep.ts'
import { createAgents } from '../node/agents.ts'
import { createHttpTransport } from '../node/http-transport.ts'
import { proxyUrl } from '../node/proxy-url.ts'
import { invalidInput } from '../oss/errors.ts'
import { show } from '../oss/names.ts'
import type { Transport } from '../oss/transport.ts'
import { withBandwidth } from '../transport/with-bandwidth.ts'
import type { ClientOptions } from './options.ts'

/** The options that only Node can keep to: a browser makes its connections itself. */
export type NodeOptions = Pick<
  ClientOptions,
  'agent' | 'httpsAgent' | 'maxSockets' | 'enableProxy' | 'proxy' | 'bandwidth'
>

/** The transport of Node, with the connections and the bandwidth that the options ask for. */
export function nodeTransport(options: NodeOptions): Transport {
  checkConnections(options)
  const bandwidth = bandwidthOf(options.bandwidth)
  const transport = createHttpTransport(createAgents(options))
  if (bandwidth === undefined) return transport
  const now = () => performance.now()
  return withBandwidth(transport, createBandwidth(bandwidth, { now, sleep }))
}

function checkConnections({ maxSockets, enableProxy, proxy }: NodeOptions): void {
  if (maxSockets !== undefined && maxSockets !== Number.POSITIVE_INFINITY) {
    if (!Number.isInteger(maxSockets) || maxSockets < 1) {
      throw invalidInput(`\`maxSockets\` must be a whole number from 1: got ${show(maxSockets)}`)
    }
  }
  // What was given is not shown: there may be a password in it.
  if (enableProxy && proxyUrl(proxy) === undefined) {
    throw invalidInput(
      '`proxy` must be the URL of a proxy, such as http://127.0.0.1:3128, or { host, port }',
    )
  }
}

function bandwidthOf(bandwidth: unknown): number | undefined {
  if (bandwidth === undefined || bandwidth === null) return undefined
  if (typeof bandwidth === 'number' && bandwidth > 0) return bandwidth
  throw invalidInput(`\`bandwidth\` must be bytes per second above 0: got ${show(bandwidth)}`)
}
