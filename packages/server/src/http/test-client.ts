import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { encode, queryString, signHeaderV4, type Unsigned } from '../protocol/test-signer.ts'

export interface Endpoint {
  readonly port: number
  readonly accessKeyId: string
  readonly accessKeySecret: string
}

export interface Received {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly bytes: Buffer
  readonly text: string
}

type ClientRequest = Unsigned & { readonly body?: string | Uint8Array }

/** Signs and sends a request in path style, over a real socket. */
export async function send(server: Endpoint, request: ClientRequest): Promise<Received> {
  const { method, path, headers } = sign(server, request)
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      { host: '127.0.0.1', port: server.port, method, path, headers, agent: false },
      (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('error', reject)
        incoming.on('end', () => {
          const bytes = Buffer.concat(chunks)
          const { statusCode: status = 0, headers } = incoming
          resolve({ status, headers, bytes, text: bytes.toString() })
        })
      },
    )
    outgoing.on('error', reject)
    // As bytes: Node would write the headers in the encoding of a text.
    outgoing.end(Buffer.from(request.body ?? ''))
  })
}

/** What `send` would put on the wire: for requests that are then broken by hand. */
export function sign(server: Endpoint, request: ClientRequest) {
  const { accessKeyId: id, accessKeySecret: secret } = server
  const signed = signHeaderV4(request, { id, secret, time: Date.now() })
  const { bucket, key = '' } = request
  const path = bucket === undefined ? '/' : `/${bucket}/${encode(key).replaceAll('%2F', '/')}`
  const headers = Object.entries(signed.headers).map(
    ([name, value]) => [name, Buffer.from(value, 'utf8').toString('latin1')] as const,
  )
  return {
    method: request.method,
    path: path + queryString(signed.query),
    // The length last: Node 20 garbles the bytes of a `content-disposition` that comes after it.
    headers: {
      ...Object.fromEntries(headers),
      'content-length': String(Buffer.byteLength(request.body ?? '')),
    },
  }
}

/** The head of a signed request as bytes, with `more` put over its headers. */
export function rawHead(
  server: Endpoint,
  request: ClientRequest,
  more: Readonly<Record<string, string>> = {},
): string {
  const { method, path, headers } = sign(server, request)
  const lines = Object.entries({ host: '127.0.0.1', ...headers, ...more }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  )
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`
}

/** Writes `bytes`, lets `then` go on with the socket, and gives all that came until it closed. */
export function exchange(
  { port }: Endpoint,
  bytes: string | Uint8Array,
  then: (socket: ReturnType<typeof connect>) => void = () => {},
): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const chunks: Buffer[] = []
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', () => {})
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')))
    socket.write(bytes, () => then(socket))
  })
}
