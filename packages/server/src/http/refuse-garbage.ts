import { type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { errorReply } from '../protocol/error-reply.ts'
import { OssError } from '../protocol/errors.ts'
import { newRequestId } from '../protocol/request-id.ts'
import { commonHeaders } from './common-headers.ts'

/**
 * Answers what Node's parser could not make a request of, or saw end too early. `response` is the
 * latest one on that socket, which may still be on its way.
 */
export function refuseGarbage(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  { now, response }: { now: number; response: ServerResponse | undefined },
): void {
  const refuse = () => {
    if (!socket.writable || error.code === 'ECONNRESET') socket.destroy()
    else socket.end(rawReply(asRefusal(error.code), now))
  }
  const isOpen = response !== undefined && !response.closed
  // After a whole request came garbage: the request gets its answer first.
  if (isOpen && response.req.complete) response.once('close', refuse)
  else if (isOpen && response.headersSent) socket.destroy()
  else refuse()
}

/** There is no response object for what is not a request. */
function rawReply(refusal: OssError, now: number): Buffer {
  const requestId = newRequestId()
  const origin = { method: '', requestId, hostId: '' }
  const { status, headers, body } = errorReply(refusal, origin)
  const document = Buffer.from(body instanceof Uint8Array ? body : '')
  const lines = Object.entries({
    ...headers,
    ...commonHeaders({ requestId, milliseconds: 0, now }),
    connection: 'close',
    'content-length': String(document.length),
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n`
  return Buffer.concat([Buffer.from(head), document])
}

function asRefusal(code: string | undefined): OssError {
  if (code === 'HPE_INVALID_EOF_STATE') return new OssError('IncompleteBody')
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new OssError('InvalidRequest', {
      status: 431,
      message: 'The request line and the headers are too long.',
    })
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new OssError('InvalidRequest', {
      status: 408,
      message: 'The headers of the request did not arrive in time.',
    })
  }
  return new OssError('BadRequest')
}
