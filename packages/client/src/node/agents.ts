import http from 'node:http'
import https from 'node:https'
import type { HttpsProxyAgent } from 'https-proxy-agent'
import type { Agents } from './http-transport.ts'
import { type ProxyOptions, proxyUrl } from './proxy-url.ts'

export interface AgentOptions {
  readonly agent?: http.Agent | undefined
  readonly httpsAgent?: http.Agent | undefined
  readonly maxSockets?: number | undefined
  readonly enableProxy?: boolean | undefined
  readonly proxy?: string | ProxyOptions | undefined
}

type ConnectOptions = Parameters<HttpsProxyAgent<string>['connect']>[1]

/** Milliseconds between two looks at a request that waits for its proxy. */
const WATCH = 100

/** Milliseconds an idle connection is kept for the next request. */
const KEEP_IDLE = 15_000

const settings = { keepAlive: true, timeout: KEEP_IDLE } as const

/** Shared by all clients that ask for nothing special: connections are kept for whoever comes next. */
const shared: Agents = { http: new http.Agent(settings), https: new https.Agent(settings) }

/** The agents that make a client's connections. Nothing is set on agents that others use. */
export function createAgents(options: AgentOptions): () => Agents | Promise<Agents> {
  const { agent, httpsAgent, maxSockets, enableProxy } = options
  const proxy = enableProxy ? proxyUrl(options.proxy) : undefined
  if (proxy !== undefined) {
    let agents: Promise<Agents> | undefined
    return () => {
      agents ??= proxyAgents(proxy, maxSockets)
      return agents
    }
  }
  const own = maxSockets === undefined ? shared : boundedAgents(maxSockets)
  const agents = { http: agent ?? own.http, https: httpsAgent ?? own.https }
  return () => agents
}

function boundedAgents(maxSockets: number): Agents {
  const bounded = { ...settings, maxSockets }
  return { http: new http.Agent(bounded), https: new https.Agent(bounded) }
}

async function proxyAgents(proxy: string, maxSockets = Number.POSITIVE_INFINITY): Promise<Agents> {
  const { HttpsProxyAgent } = await import('https-proxy-agent')
  class ProxyAgent extends HttpsProxyAgent<string> {
    /** Hangs up on a proxy that is still silent when the request is given up. */
    override async connect(request: http.ClientRequest, options: ConnectOptions) {
      const stop = new AbortController()
      // A request that has no socket yet says nothing when it is destroyed.
      const watch = setInterval(() => request.destroyed && stop.abort(), WATCH)
      this.connectOpts = { ...this.connectOpts, signal: stop.signal }
      try {
        return await super.connect(request, options)
      } finally {
        clearInterval(watch)
      }
    }
  }
  const agent = new ProxyAgent(proxy, { ...settings, maxSockets })
  return { http: agent, https: agent }
}
