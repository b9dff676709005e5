import { orAborted } from '../async/or-aborted.ts'
import { OssError } from '../oss/errors.ts'
import type { Transport } from '../oss/transport.ts'

/** Whether there is a network, and who tells when there is one again: the global object of a page or worker. */
export interface Connectivity {
  isOnline(): boolean
  readonly target: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>
}

/**
 * The same transport, but a request that failed while the browser is offline is not told so before it is
 * online again: whoever then tries again does so with hope, after a tunnel or a night. Requests are sent
 * in any case, since a browser may take itself for offline where it can reach the host.
 */
export function whenOnline(transport: Transport, { isOnline, target }: Connectivity): Transport {
  return {
    async send(request) {
      try {
        return await transport.send(request)
      } catch (error) {
        const lost = error instanceof OssError && (error.status ?? 0) < 0
        if (lost && !isOnline()) await online(target, request.signal)
        throw error
      }
    },
  }
}

async function online(target: Connectivity['target'], signal: AbortSignal | undefined) {
  let heard = () => {}
  const event = new Promise<void>((resolve) => {
    heard = resolve
  })
  target.addEventListener('online', heard, { once: true })
  try {
    await orAborted(event, signal)
  } finally {
    target.removeEventListener('online', heard)
  }
}
