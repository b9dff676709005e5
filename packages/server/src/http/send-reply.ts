import type { ServerResponse } from 'node:http'
import type { Reply, ReplyHeaders } from '../protocol/reply.ts'

/**
 * Sends head and body but does not end the response: what is left of the request's body can then be
 * drained while the client has its answer already. A head without body goes out with the end, since
 * `flushHeaders` would write it as UTF-8 instead of bytes. Rejects when the client went away.
 */
export async function sendReply(response: ServerResponse, reply: Reply): Promise<void> {
  const { body, status } = reply
  response.writeHead(status, lengthLast({ ...lengthOf(reply), ...reply.headers }))
  if (body instanceof Uint8Array) response.write(body)
  else if (body !== undefined) await sendStream(response, body)
}

/** Without a length Node would frame the body in chunks. */
function lengthOf({ body, status }: Reply): Record<string, string> {
  if (body instanceof Uint8Array) return { 'content-length': String(body.length) }
  return body === undefined && status !== 204 && status !== 304 ? { 'content-length': '0' } : {}
}

/** Node 20 garbles the bytes of a `content-disposition` that comes after the length. */
function lengthLast({ 'content-length': length, ...others }: ReplyHeaders): ReplyHeaders {
  return length === undefined ? others : { ...others, 'content-length': length }
}

/** At the pace of the client; leaving the loop gives the stream back. */
async function sendStream(
  response: ServerResponse,
  body: AsyncIterable<Uint8Array>,
): Promise<void> {
  for await (const chunk of body) {
    if (response.destroyed) throw new Error('The client went away.')
    await written(response, chunk)
  }
}

/** Resolves when the bytes are no longer needed. */
function written(response: ServerResponse, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const onClose = () => reject(new Error('The client went away.'))
    response.once('close', onClose)
    response.write(chunk, () => {
      response.off('close', onClose)
      resolve()
    })
  })
}
