import type { ClientRequest, IncomingMessage } from 'node:http'
import type { HttpResponse } from '../oss/transport.ts'
import type { Watch } from './http-watch.ts'

export function toResponse(
  message: IncomingMessage,
  sent: ClientRequest,
  watched: Watch,
): HttpResponse {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(message.headers)) {
    headers[name] = Array.isArray(value) ? value.join(', ') : (value ?? '')
  }
  return {
    status: message.statusCode ?? 0,
    statusMessage: message.statusMessage ?? '',
    headers,
    body: bodyOf(message, sent, watched),
    connection: {
      // Not of the message, which has lost its socket where the server said more than the answer.
      remoteAddress: sent.socket?.remoteAddress ?? '',
      remotePort: sent.socket?.remotePort ?? '',
      keepAliveSocket: sent.reusedSocket,
    },
  }
}

/** Written out rather than as a generator, whose `return` does nothing before the first `next`. */
function bodyOf(
  message: IncomingMessage,
  sent: ClientRequest,
  watched: Watch,
): AsyncIterableIterator<Uint8Array> {
  let chunks: AsyncIterator<Uint8Array> | undefined

  function release(): void {
    watched.end()
    // Only a request that was sent to its end leaves a connection that can be used again.
    if (!sent.writableFinished || !message.complete) sent.destroy()
  }

  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      // Most answers are empty, and to read one as a stream takes longer than to sign a request.
      if (chunks === undefined && message.complete && message.readableLength === 0) {
        // A success says that the last bytes have arrived, perhaps before the kernel does. After a refusal
        // nobody may ever take them.
        const isTaken = sent.writableEnded && message.statusCode === 200
        if (!isTaken && !sent.writableFinished) release()
        await closed(sent, message)
        release()
        return { done: true, value: undefined }
      }
      try {
        chunks ??= message[Symbol.asyncIterator]()
        const next = await chunks.next()
        if (next.done) release()
        return next
      } catch (error) {
        release()
        throw watched.explain(error)
      }
    },
    async return() {
      release()
      if (chunks === undefined) await closed(sent, message)
      else await chunks.return?.()
      return { done: true, value: undefined }
    },
  }
}

/** Lets an answer end that has nothing left to read: only then its connection can be used again. */
function closed(sent: ClientRequest, message: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    if (sent.closed) return resolve()
    sent.once('close', resolve)
    message.resume()
  })
}
