import { createGate, type Gate } from '../async/gate.ts'
import type { Transport } from '../oss/transport.ts'
import { createFetchTransport } from './fetch-transport.ts'
import { whenOnline } from './when-online.ts'
import { createXhrTransport } from './xhr-transport.ts'

/** Connections that a browser makes to one host; further requests it holds back without a sign. */
const CONNECTIONS = 6

/** By origin, shared by all clients of the page: those who wait here do so without a time-out running. */
const places = new Map<string, Gate>()

/**
 * The network of a page or worker: XMLHttpRequest for bodies, whose progress it shows, and fetch where
 * there is none, and for everything else, since it neither follows redirects nor waits for whole answers.
 */
export function createBrowserTransport(): Transport {
  const viaFetch = createFetchTransport()
  const viaXhr = typeof XMLHttpRequest === 'undefined' ? viaFetch : createXhrTransport()
  const chosen: Transport = {
    async send(request) {
      const leave = await placesAt(request.origin).acquire(request.signal)
      try {
        return await (request.body === undefined ? viaFetch : viaXhr).send(request)
      } finally {
        leave()
      }
    },
  }
  return whenOnline(chosen, {
    target: globalThis,
    isOnline: () => globalThis.navigator?.onLine !== false,
  })
}

function placesAt(origin: string): Gate {
  const known = places.get(origin) ?? createGate(CONNECTIONS)
  places.set(origin, known)
  return known
}
