import { read } from '../oss/body.ts'
import { OssError } from '../oss/errors.ts'
import { KiB } from '../oss/limits.ts'
import type { HttpRequest, HttpResponse, Transport } from '../oss/transport.ts'
import { bodyBlob, mustBeReadable } from './body-blob.ts'
import { networkError, patienceFor, redirected, timeoutError, type Wait } from './browser-error.ts'
import { urlOf } from './url-of.ts'
import { wireHeaders } from './wire-headers.ts'

/** Bytes a second that a body is taken to move with at least: fetch does not show whether it moves. */
const SLOWEST = 16 * KiB

/** fetch: for service workers, which have nothing else, and for answers, which it gives as they come. */
export function createFetchTransport(
  ask: typeof fetch = (...request) => globalThis.fetch(...request),
): Transport {
  return {
    async send(request) {
      const url = urlOf(request)
      const body = await bodyBlob(request.body)
      request.signal?.throwIfAborted()
      const watched = watch(request)
      try {
        watched.wait('begin', ((body?.size ?? 0) * 1000) / SLOWEST + request.timeouts.answer)
        const response = await ask(url, {
          method: request.method,
          headers: wireHeaders(request.headers),
          ...(body !== undefined && { body }),
          signal: watched.signal,
          redirect: 'manual',
          credentials: 'omit',
          cache: 'no-store',
        })
        if (response.type === 'opaqueredirect') throw redirected(request.origin)
        if (body !== undefined) request.onSent?.(body.size)
        watched.wait('stall')
        return toResponse(response, watched)
      } catch (error) {
        const failure = watched.explain(error, false)
        watched.end()
        await mustBeReadable(body, request.signal)
        throw failure
      }
    },
  }
}

/** Ends a request that the caller has enough of, or that takes too long. */
interface Watch {
  readonly signal: AbortSignal
  /** Begins to wait for this, `extra` milliseconds longer than usual. */
  wait(what: Wait, extra?: number): void
  explain(error: unknown, moved: boolean): unknown
  end(): void
}

function watch({ timeouts, signal, origin }: HttpRequest): Watch {
  const stop = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const onAbort = () => stop.abort(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  return {
    signal: stop.signal,
    wait(what, extra = 0) {
      clearTimeout(timer)
      const milliseconds = patienceFor(what, timeouts) + extra
      timer = setTimeout(() => stop.abort(timeoutError(what, milliseconds, origin)), milliseconds)
    },
    explain(error, moved) {
      if (stop.signal.aborted) return stop.signal.reason
      return error instanceof OssError ? error : networkError(origin, moved, error)
    },
    end() {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      // Harmless to what has ended; what has not must not go on.
      stop.abort()
    },
  }
}

function toResponse(response: Response, watched: Watch): HttpResponse {
  return {
    status: response.status,
    statusMessage: response.statusText,
    headers: Object.fromEntries(response.headers),
    body: bodyOf(response, watched),
    connection: { remoteAddress: '', remotePort: '', keepAliveSocket: false },
  }
}

/** Written out rather than as a generator, whose `return` does nothing before the first `next`. */
function bodyOf({ body }: Response, watched: Watch): AsyncIterableIterator<Uint8Array> {
  const chunks = body === null ? undefined : read(body.getReader())
  if (chunks === undefined) watched.end()
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      try {
        const next = (await chunks?.next()) ?? { done: true, value: undefined }
        if (next.done) watched.end()
        else watched.wait('stall')
        return next
      } catch (error) {
        const failure = watched.explain(error, true)
        watched.end()
        throw failure
      }
    },
    async return() {
      watched.end()
      await chunks?.return(undefined).catch(() => {})
      return { done: true, value: undefined }
    },
  }
}
