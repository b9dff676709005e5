import { chunksOf } from '../oss/body.ts'
import type { HttpRequest, HttpResponse, Transport } from '../oss/transport.ts'
import { bodyBlob, mustBeReadable } from './body-blob.ts'
import { networkError, patienceFor, redirected, timeoutError, type Wait } from './browser-error.ts'
import { urlOf } from './url-of.ts'
import { readHeaders, wireHeaders } from './wire-headers.ts'

/** XMLHttpRequest: the only way in a browser to send a body and see how much of it has gone out. */
export function createXhrTransport(create = () => new XMLHttpRequest()): Transport {
  return {
    async send(request) {
      const url = urlOf(request)
      const body = await bodyBlob(request.body)
      request.signal?.throwIfAborted()
      const xhr = create()
      try {
        return await exchange(xhr, request, { url, body })
      } catch (error) {
        await mustBeReadable(body, request.signal)
        throw error
      }
    },
  }
}

function exchange(
  xhr: XMLHttpRequest,
  request: HttpRequest,
  { url, body }: { url: string; body: Blob | undefined },
): Promise<HttpResponse> {
  const { method, headers, origin, timeouts, signal, onSent } = request
  return new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let moved = false

    function wait(what: Wait): void {
      clearTimeout(timer)
      const milliseconds = patienceFor(what, timeouts)
      timer = setTimeout(() => fail(timeoutError(what, milliseconds, origin)), milliseconds)
    }
    function sent(bytes: number): void {
      moved ||= bytes > 0
      onSent?.(bytes)
      wait(bytes < (body?.size ?? 0) ? 'stall' : 'answer')
    }
    const onAbort = () => fail(signal?.reason)
    function settle(): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      for (const target of [xhr, xhr.upload]) {
        target.onprogress = target.onload = target.onerror = null
      }
    }
    function fail(error: unknown): void {
      settle()
      xhr.abort()
      reject(error)
    }

    xhr.upload.onprogress = ({ loaded }) => sent(loaded)
    xhr.upload.onload = () => sent(body?.size ?? 0)
    xhr.onprogress = () => wait('stall')
    xhr.onerror = () => {
      settle()
      reject(networkError(origin, moved))
    }
    xhr.onload = () => {
      settle()
      if (isElsewhere(xhr.responseURL, url)) reject(redirected(origin))
      else resolve(toResponse(xhr))
    }
    try {
      xhr.open(method, url)
      xhr.responseType = 'arraybuffer'
      for (const [name, value] of wireHeaders(headers)) xhr.setRequestHeader(name, value)
      signal?.addEventListener('abort', onAbort, { once: true })
      wait('begin')
      xhr.send(body ?? null)
    } catch (error) {
      fail(error)
    }
  })
}

function isElsewhere(answered: string, asked: string): boolean {
  return answered !== '' && answered !== new URL(asked).href
}

function toResponse(xhr: XMLHttpRequest): HttpResponse {
  return {
    status: xhr.status,
    statusMessage: xhr.statusText,
    headers: readHeaders(xhr.getAllResponseHeaders()),
    body: chunksOf(xhr.response instanceof ArrayBuffer ? xhr.response : new ArrayBuffer(0)),
    // No browser tells where an answer came from.
    connection: { remoteAddress: '', remotePort: '', keepAliveSocket: false },
  }
}
