import { once } from 'node:events'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PassThrough, type Readable, Transform } from 'node:stream'
import { type RequestLine, readRequestLine } from './request-line.ts'

const READ_AHEAD = 1024 * 1024

/** One request as it came in. */
export interface SeenRequest extends RequestLine {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Whether the client ended it before it had its whole answer. */
  brokenOff: boolean
}

/** Which requests are meant: those that agree in every field given. */
export type Which = Partial<Pick<SeenRequest, 'operation' | 'key' | 'partNumber'>>

/**
 * What happens to a request: the connection is cut before the server sees it; the server does its work
 * and the connection is cut in place of its answer; its bytes arrive changed; or OSS refuses it with
 * this status and code.
 */
export type Fault =
  | 'cut'
  | 'lose answer'
  | 'corrupt'
  | { readonly status: number; readonly code: string }

export interface Held {
  /** Resolves when the request, or the server's answer to it, has come this far. */
  readonly arrived: Promise<SeenRequest>
  /** Lets it pass, or go on to this. */
  release(fault?: Fault): void
}

/** Stands between clients and a server, writes down what is asked, and gets in the way when told to. */
export interface Observer {
  readonly url: string
  /** In the order in which they came. */
  readonly requests: readonly SeenRequest[]
  /** How many requests of this kind there were. */
  count(which: Which): number
  /** The parts of `key` that were sent, as often as they were. */
  partsSent(key: string): number[]
  /** Lets `fault` happen to the next requests of this kind; the function it gives ends that. */
  disturb(which: Which, fault: Fault, times?: number): () => void
  /** Stops the next request of this kind before the server sees it, or the answer to it. */
  hold(which: Which, what?: 'request' | 'answer'): Held
  /** Ends its own idle connections to the server. */
  hangUp(): void
  close(): Promise<void>
}

type Stage = 'request' | 'answer'

interface Rule {
  readonly which: Which
  times: number
  /** Resolves when the request may go on from this stage; with a fault if it may not. */
  at(stage: Stage, request: SeenRequest): Promise<Fault | undefined>
}

export async function startObserver(serverUrl: string): Promise<Observer> {
  const requests: SeenRequest[] = []
  const rules: Rule[] = []
  const upstream = new http.Agent({ keepAlive: true })

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const request = look(incoming)
    requests.push(request)
    outgoing.on('close', () => {
      if (!outgoing.writableFinished) request.brokenOff = true
    })
    const body = readAhead(incoming)
    const rule = rules.find(({ which, times }) => times > 0 && matches(request, which))
    if (rule !== undefined) rule.times--
    const fault = await rule?.at('request', request)
    if (fault === 'cut') return void incoming.socket.destroy()
    if (typeof fault === 'object') return refuse(body, outgoing, fault)
    if (incoming.socket.destroyed) return
    const arriving = fault === 'corrupt' ? body.pipe(corrupted()) : body
    const answer = await forward(incoming, arriving, { serverUrl, agent: upstream })
    if ((await rule?.at('answer', request)) === 'lose answer') {
      answer.resume()
      return void incoming.socket.destroy()
    }
    outgoing.writeHead(answer.statusCode ?? 0, toTheLetter(answer.rawHeaders))
    answer.pipe(outgoing)
  }

  const server = http.createServer((incoming, outgoing) => {
    // The client went away in the middle, or the server did: the other one hears of it.
    serve(incoming, outgoing).catch(() => incoming.socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A TCP server's address is an object.
  const { port } = server.address() as AddressInfo

  const count = (which: Which) => requests.filter((request) => matches(request, which)).length
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    count,
    partsSent: (key) =>
      requests
        .filter((request) => request.key === key && request.operation === 'UploadPart')
        .map(({ partNumber = 0 }) => partNumber)
        .sort((a, b) => a - b),
    disturb(which, fault, times = 1) {
      const stageOf = fault === 'lose answer' ? 'answer' : 'request'
      const at: Rule['at'] = async (stage) => (stage === stageOf ? fault : undefined)
      const rule = { which, times, at }
      rules.push(rule)
      return () => {
        rule.times = 0
      }
    },
    hold(which, what = 'request') {
      const arrival = withResolvers<SeenRequest>()
      const passage = withResolvers<Fault | undefined>()
      rules.push({
        which,
        times: 1,
        async at(stage, request) {
          if (stage !== what) return undefined
          arrival.resolve(request)
          return passage.promise
        },
      })
      return { arrived: arrival.promise, release: passage.resolve }
    },
    hangUp: () => upstream.destroy(),
    async close() {
      server.closeAllConnections()
      server.close()
      upstream.destroy()
      await once(server, 'close')
    },
  }
}

function matches(request: SeenRequest, which: Which): boolean {
  const { operation = request.operation, key = request.key } = which
  const { partNumber = request.partNumber } = which
  return request.operation === operation && request.key === key && request.partNumber === partNumber
}

function look({ method = '', url = '', headers }: IncomingMessage): SeenRequest {
  return {
    ...readRequestLine(method, url),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, String(value)]),
    ),
    brokenOff: false,
  }
}

/** The body of a request that is held is taken in, or nobody would notice that the client goes away. */
function readAhead(incoming: IncomingMessage): Readable {
  const body = new PassThrough({ highWaterMark: READ_AHEAD })
  // Whether the client is gone is looked up when the request goes on.
  incoming.once('error', () => body.destroy())
  return incoming.pipe(body)
}

/** As many bytes, but not the same. */
function corrupted(): Transform {
  return new Transform({
    transform(chunk: Buffer, _, done) {
      const [first = 0, ...rest] = chunk
      done(null, Buffer.from([first ^ 1, ...rest]))
    },
  })
}

/** Passes a request on to the letter. */
async function forward(
  incoming: IncomingMessage,
  body: Readable,
  { serverUrl, agent }: { serverUrl: string; agent: http.Agent },
): Promise<IncomingMessage> {
  const { hostname, port } = new URL(serverUrl)
  const { method, url: path, rawHeaders } = incoming
  const headers = toTheLetter(rawHeaders)
  const sent = http.request({ hostname, port, method, path, headers, agent })
  body.pipe(sent)
  body.once('close', () => {
    if (!body.readableEnded) sent.destroy()
  })
  // With an 'error' it rejects.
  const [answer] = await once(sent, 'response')
  return answer
}

/** Node encodes a Content-Disposition anew when it comes after the Content-Length. */
function toTheLetter(rawHeaders: readonly string[]): string[] {
  const pairs = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? '']] : [],
  )
  const isDisposition = ([name]: string[]) => name?.toLowerCase() === 'content-disposition'
  return [...pairs.filter(isDisposition), ...pairs.filter((pair) => !isDisposition(pair))].flat()
}

function refuse(
  body: Readable,
  outgoing: ServerResponse,
  { status, code }: { status: number; code: string },
): void {
  body.resume()
  outgoing
    .writeHead(status, { 'content-type': 'application/xml', 'x-oss-request-id': 'OBSERVER' })
    .end(
      `<Error><Code>${code}</Code><Message>The observer said so.</Message><RequestId>OBSERVER</RequestId><HostId>observer</HostId></Error>`,
    )
}

function withResolvers<Value>(): { promise: Promise<Value>; resolve: (value: Value) => void } {
  let resolve: (value: Value) => void = () => {}
  const promise = new Promise<Value>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
