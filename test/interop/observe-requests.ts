import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'

interface SeenRequest {
  readonly method: string
  /** Path and query as they came over the wire. */
  readonly url: string
  readonly host: string
}

export interface Observation {
  readonly requests: SeenRequest[]
  /** The numbers of the parts that were sent, in order, with repetitions. */
  partNumbers(): number[]
  end(): void
}

const CHANNEL = 'http.server.request.start'

/** Writes down every request that arrives at a port of this process, before the server looks at it. */
export function observeRequests(port: number): Observation {
  const requests: SeenRequest[] = []
  const onRequest = (message: unknown) => {
    // What Node publishes on this channel.
    const { request } = message as { request: IncomingMessage }
    if (request.socket.localPort !== port) return
    const { method = '', url = '', headers } = request
    requests.push({ method, url, host: headers.host ?? '' })
  }
  subscribe(CHANNEL, onRequest)
  return {
    requests,
    partNumbers: () =>
      requests
        .filter(({ method }) => method === 'PUT')
        .flatMap(({ url }) => /[?&]partNumber=(\d+)/.exec(url)?.[1] ?? [])
        .map(Number)
        .sort((a, b) => a - b),
    end: () => {
      unsubscribe(CHANNEL, onRequest)
    },
  }
}
