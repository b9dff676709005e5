import { type RequestLine, readRequestLine } from '../flow/request-line.ts'

/** The head of a request, in the stream of all that a client sends on one connection. */
export interface RequestHead extends RequestLine {
  /** Bytes of the body; Infinity where the head does not say it. */
  readonly bodySize: number
}

/** A piece of such a stream: a whole head, or some bytes of the body behind it. */
export type Piece =
  | { readonly head: RequestHead; readonly bytes: Buffer }
  | { readonly head?: undefined; readonly bytes: Buffer; readonly at: number }

const END_OF_HEAD = '\r\n\r\n'

/** Cuts what a client sends into heads and bodies, so that trouble can be aimed at one request. */
export function createRequestReader(): (chunk: Buffer) => Piece[] {
  let unread = Buffer.alloc(0)
  let body = { size: 0, read: 0 }

  function next(): Piece | undefined {
    if (body.read < body.size) {
      const bytes = unread.subarray(0, body.size - body.read)
      if (bytes.length === 0) return undefined
      const piece = { bytes, at: body.read }
      body.read += bytes.length
      unread = unread.subarray(bytes.length)
      return piece
    }
    const end = unread.indexOf(END_OF_HEAD)
    if (end === -1) return undefined
    const bytes = unread.subarray(0, end + END_OF_HEAD.length)
    const head = readHead(bytes.toString('latin1'))
    body = { size: head.bodySize, read: 0 }
    unread = unread.subarray(bytes.length)
    return { head, bytes }
  }

  return (chunk) => {
    unread = Buffer.concat([unread, chunk])
    const pieces: Piece[] = []
    for (let piece = next(); piece !== undefined; piece = next()) pieces.push(piece)
    return pieces
  }
}

function readHead(text: string): RequestHead {
  const [method = '', url = ''] = text.split(' ', 2)
  const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1]
  const isChunked = /\r\ntransfer-encoding:/i.test(text)
  return {
    ...readRequestLine(method, url),
    bodySize: isChunked ? Number.POSITIVE_INFINITY : Number(length ?? 0),
  }
}
