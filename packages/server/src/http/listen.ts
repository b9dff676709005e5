import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type Answering, answer } from './answer.ts'
import { refuseGarbage } from './refuse-garbage.ts'

/** Room for 8 KiB of metadata, a callback and its variables, and a key with all of it escaped. */
const MAX_HEADER_BYTES = 32 * 1024
const HEADERS_TIMEOUT_MS = 10_000
/** Bodies may be slow, but not silent. */
const IDLE_TIMEOUT_MS = 5 * 60_000
const KEEP_ALIVE_MS = 60_000
/** How long requests under way may take when the server is closed. */
const GRACE_MS = 2_000

export interface Listening {
  readonly port: number
  close(): Promise<void>
}

/** Serves HTTP until it is closed. Rejects when the port cannot be had. */
export async function listen(
  { port, host }: { port: number; host: string },
  answering: Omit<Answering, 'isClosing'>,
): Promise<Listening> {
  const running = new Set<Promise<void>>()
  const unfinished = new WeakMap<Duplex, ServerResponse>()
  let isClosing = false
  const serve = (mustAsk: boolean) => (message: IncomingMessage, response: ServerResponse) => {
    unfinished.set(message.socket, response)
    const work = answer(message, response, { ...answering, mustAsk, isClosing: () => isClosing })
      // Whatever it was, it was about this one request.
      .catch(() => response.destroy())
      .then(() => void running.delete(work))
    running.add(work)
  }
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT_MS,
    connectionsCheckingInterval: 1_000,
    // The total of a slow upload has no limit.
    requestTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Answered in the same form as everything else.
    requireHostHeader: false,
  })
  // Node would drop further headers without a word, signed ones among them.
  server.maxHeadersCount = 0
  server.timeout = IDLE_TIMEOUT_MS
  server.on('request', serve(false))
  server.on('checkContinue', serve(true))
  server.on('clientError', (error, socket) => {
    refuseGarbage(error, socket, { now: answering.now(), response: unfinished.get(socket) })
  })
  await bind(server, port, host)
  return {
    // A TCP server's address is an object.
    port: (server.address() as AddressInfo).port,
    async close() {
      isClosing = true
      await stop(server)
      await Promise.all(running)
    },
  }
}

function bind(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

async function stop(server: Server): Promise<void> {
  const grace = setTimeout(() => server.closeAllConnections(), GRACE_MS)
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
  })
  clearTimeout(grace)
}
