import { once } from 'node:events'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a CORS rule of a bucket says. */
export interface CorsRule {
  readonly origin: string
  readonly methods: readonly string[]
  readonly exposed: readonly string[]
}

/** The rule that the documents of oss-multipart ask for. */
export const RULE: CorsRule = {
  origin: '*',
  methods: ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'],
  exposed: ['ETag', 'x-oss-request-id', 'x-oss-hash-crc64ecma', 'x-oss-server-time', 'x-oss-ec'],
}

export interface CorsProxy {
  readonly url: string
  /** Undefined: the bucket has no rule, and a preflight is refused. */
  rule: CorsRule | undefined
  close(): Promise<void>
}

/** Stands in front of a server that knows nothing of CORS, and answers browsers as OSS would by a rule. */
export async function startCorsProxy(target: string): Promise<CorsProxy> {
  let rule: CorsRule | undefined = RULE
  const server = http.createServer((incoming, outgoing) => {
    const headers = rule === undefined ? {} : corsHeaders(rule, incoming)
    if (incoming.method === 'OPTIONS') {
      outgoing.writeHead(rule === undefined ? 403 : 200, headers).end()
    } else {
      forward(target, { incoming, outgoing, headers })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server that listens on TCP has an address with a port.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    get rule() {
      return rule
    },
    set rule(value) {
      rule = value
    },
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function corsHeaders(rule: CorsRule, { headers }: IncomingMessage): Record<string, string> {
  return {
    'access-control-allow-origin': rule.origin,
    'access-control-allow-methods': rule.methods.join(', '),
    'access-control-allow-headers': headers['access-control-request-headers'] ?? '',
    'access-control-expose-headers': rule.exposed.join(', '),
    'access-control-max-age': '0',
  }
}

function forward(
  target: string,
  {
    incoming,
    outgoing,
    headers,
  }: { incoming: IncomingMessage; outgoing: ServerResponse; headers: Record<string, string> },
): void {
  const { hostname, port } = new URL(target)
  const onward = http.request({
    hostname,
    port,
    method: incoming.method,
    path: incoming.url,
    headers: incoming.headers,
  })
  onward.on('response', (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...headers })
    answer.pipe(outgoing)
  })
  // Whoever breaks off on one side breaks off on the other.
  onward.on('error', () => outgoing.destroy())
  outgoing.on('close', () => onward.destroy())
  incoming.pipe(onward)
}
