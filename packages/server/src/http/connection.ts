import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** The way to the client of one request, for whoever wants to break it. */
export interface Connection {
  readonly requestId: string
  /** The address of the client. */
  readonly peer: string
  /** Aborts when the connection is closed, and when the answer is out. */
  readonly gone: AbortSignal
  /**
   * Ends it when all that was written is out, and resolves when it is closed: with an RST, as when
   * something on the way lost it, or with a FIN, as when the server had enough. What the client
   * still sends after a FIN is read and thrown away: with unread bytes the system would send an RST.
   */
  cut(by: 'reset' | 'end'): Promise<void>
}

export function connectionTo(
  message: IncomingMessage,
  response: ServerResponse,
  requestId: string,
): Connection {
  const { socket } = message
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  // Node would add one to answers that are to have none. All others bring theirs.
  response.sendDate = false
  return {
    requestId,
    peer: socket.remoteAddress ?? '',
    gone: gone.signal,
    async cut(by) {
      await flushed(socket)
      if (by === 'reset') {
        socket.resetAndDestroy()
      } else {
        socket.end()
        message.resume()
      }
      await closed(socket)
    },
  }
}

/** Resolves as well when the client does not wait for the rest. */
function flushed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.writable) socket.write('', () => resolve())
    else resolve()
  })
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve()
    else socket.once('close', () => resolve())
  })
}
