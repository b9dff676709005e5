import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import http from 'node:http'
import net, { type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import type { ClientOptions } from './options.ts'
import { OSS } from './oss.ts'

/** One request as a server saw it. */
export interface SeenRequest {
  readonly method: string
  /** Path and query to the letter. */
  readonly url: string
  /** What stands before the query, to the letter. */
  readonly path: string
  /** Decoded. A bare name has the value ''. */
  readonly query: Readonly<Record<string, string>>
  /** Names in lower case, values as the UTF-8 that came. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export interface Answer {
  /** @default 200 */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** What a server answers to a request. An answer that never settles is never given. */
export type Answerer = (request: SeenRequest) => Answer | Promise<Answer>

export interface TestServer {
  /** `http://127.0.0.1:port`. */
  readonly origin: string
  /** In the order in which they were complete. */
  readonly requests: SeenRequest[]
  /** Every connection there was, the closed ones too. */
  readonly sockets: Socket[]
  /** The only request there was. */
  onlyRequest(): SeenRequest
}

/** A server that writes down what it is asked and gives the answers it is told to. It ends with the test. */
export async function listen(answer: Answerer): Promise<TestServer> {
  const requests: SeenRequest[] = []
  const server = http.createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of incoming) chunks.push(chunk)
    } catch {
      return // The client went away: what it would have sent is no request.
    }
    const request = seen(incoming, Buffer.concat(chunks))
    requests.push(request)
    const { status = 200, headers = {}, body = '' } = await answer(request)
    outgoing.writeHead(status, bytesOf({ 'x-oss-request-id': 'REQUEST-ID', ...headers })).end(body)
  })
  const { origin, sockets } = await started(server)
  return {
    origin,
    requests,
    sockets,
    onlyRequest() {
      const [request] = requests
      if (requests.length === 1 && request !== undefined) return request
      throw new Error(`There were ${requests.length} requests where one was expected`)
    },
  }
}

/** A server of TCP alone. It ends with the test. */
export function listenRaw(
  onConnection: (socket: Socket) => void,
  options: net.ServerOpts = {},
): Promise<{ origin: string; sockets: Socket[] }> {
  return started(net.createServer(options, onConnection))
}

/** Starts any server on a free port of this machine, and ends it with its connections after the test. */
export async function started(
  server: net.Server,
): Promise<{ origin: string; port: number; sockets: Socket[] }> {
  const sockets: Socket[] = []
  server.on('connection', (socket: Socket) => {
    sockets.push(socket)
    // Connections that break are what many tests are about.
    socket.on('error', () => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  // A server that listens on TCP has an address with a port.
  const { port } = server.address() as AddressInfo
  return { origin: `http://127.0.0.1:${port}`, port, sockets }
}

/** Milliseconds in which what happens at once has happened, on a machine that has much else to do. */
export const AT_ONCE = 500

/** Resolves as soon as `condition` holds; after two seconds it will not any more. */
export async function until(condition: () => boolean, what = String(condition)): Promise<void> {
  const deadline = performance.now() + 2_000
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`This never came true: ${what}`)
    await pause(2)
  }
}

/** Resolves when a server has had a connection and none is left. */
export function allClosed({ sockets }: { readonly sockets: readonly Socket[] }): Promise<void> {
  const closed = () => sockets.length > 0 && sockets.every((socket) => socket.destroyed)
  return until(closed, 'all connections are closed')
}

/** A folder that goes away after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'oss-multipart-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A client of a test server, with a bucket, Signature V4, and one try for each request. */
export function clientOf(server: { origin: string }, options: Partial<ClientOptions> = {}): OSS {
  return new OSS({
    accessKeyId: 'id',
    accessKeySecret: 'secret',
    endpoint: server.origin,
    region: 'oss-cn-hangzhou',
    bucket: 'bkt',
    retryMax: 0,
    ...options,
  })
}

/** The error that a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (outcome instanceof Error) return outcome
  throw new Error(`Expected a rejection with an Error: got ${outcome}`)
}

/** `value` and everything in it, such that writing to it throws. */
export function deepFreeze<Value>(value: Value): Value {
  // Memory can not be frozen; what is in a buffer is nobody's option.
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  for (const inner of Object.values(value)) deepFreeze(inner)
  return Object.freeze(value)
}

/** The error document of OSS. */
export function errorXml(code: string, message = 'Said by the test.'): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message><RequestId>REQUEST-ID</RequestId><HostId>bkt.oss-cn-hangzhou.aliyuncs.com</HostId><EC>0026-00000001</EC></Error>`
}

function seen(incoming: http.IncomingMessage, body: Buffer): SeenRequest {
  const url = incoming.url ?? ''
  const [path = '', query = ''] = url.split('?')
  return {
    method: incoming.method ?? '',
    url,
    path,
    query: Object.fromEntries(new URLSearchParams(query.replaceAll('+', '%2B'))),
    headers: Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [
        name,
        Buffer.from(String(value), 'latin1').toString('utf8'),
      ]),
    ),
    body,
  }
}

/** Node writes header values as Latin-1: so UTF-8 is spelled in it. */
function bytesOf(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Buffer.from(value).toString('latin1')]),
  )
}
