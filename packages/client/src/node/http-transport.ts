import http, { type ClientRequest, type IncomingMessage } from 'node:http'
import https from 'node:https'
import type { Body } from '../oss/body.ts'
import type { HttpResponse, Transport } from '../oss/transport.ts'
import { type Watch, watch } from './http-watch.ts'

export interface Agents {
  readonly http: http.Agent
  readonly https: http.Agent
}

/** node:http: measured to be the cheapest of Node's ways to send large bodies. */
export function createHttpTransport(agents: () => Agents | Promise<Agents>): Transport {
  return {
    async send(request) {
      const { http: plain, https: secure } = await agents()
      request.signal?.throwIfAborted()
      const { protocol, hostname, port } = new URL(request.origin)
      const agent = protocol === 'https:' ? secure : plain
      const options = {
        method: request.method,
        // Brackets mark an IPv6 address in a URL, not in a host name.
        hostname: hostname.replace(/^\[|\]$/g, ''),
        port,
        path: request.path,
        headers: wireHeaders(request.headers),
        agent,
      }
      const sent = protocol === 'https:' ? https.request(options) : http.request(options)
      const bounded = agent.maxSockets !== Number.POSITIVE_INFINITY
      return exchange(sent, watch(sent, { ...request, bounded }), request.body)
    },
  }
}

/** Sends the body and gives the answer as soon as its head is there. */
async function exchange(
  sent: ClientRequest,
  watched: Watch,
  body: Body | undefined,
): Promise<HttpResponse> {
  try {
    // An answer in the middle of the body is a refusal: the rest need not be sent.
    await Promise.race([writeBody(sent, body, watched), watched.answer])
    return toResponse(await watched.answer, sent, watched)
  } catch (error) {
    watched.end()
    sent.destroy()
    throw error
  }
}

async function writeBody(sent: ClientRequest, body: Body | undefined, watched: Watch) {
  for await (const chunk of body?.chunks() ?? []) {
    if (watched.answered) return
    // Waiting for the kernel to take the chunk is the backpressure, and lets its memory be used again.
    await watched.orFailure(write(sent, chunk))
  }
  sent.end()
}

function write(sent: ClientRequest, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    // An error is told by the request itself as well, and better.
    sent.write(chunk, (error) => error ?? resolve())
  })
}

function toResponse(message: IncomingMessage, sent: ClientRequest, watched: Watch): HttpResponse {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(message.headers)) {
    headers[name] = Array.isArray(value) ? value.join(', ') : (value ?? '')
  }
  return {
    status: message.statusCode ?? 0,
    statusMessage: message.statusMessage ?? '',
    headers,
    body: readResponse(message, sent, watched),
    connection: {
      remoteAddress: message.socket.remoteAddress ?? '',
      remotePort: message.socket.remotePort ?? '',
      keepAliveSocket: sent.reusedSocket,
    },
  }
}

async function* readResponse(
  message: IncomingMessage,
  sent: ClientRequest,
  watched: Watch,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of message) yield chunk
  } catch (error) {
    throw watched.explain(error)
  } finally {
    watched.end()
    // Only a request that was sent to its end leaves a connection that can be used again.
    if (!sent.writableFinished || !message.complete) sent.destroy()
  }
}

/** Node writes header values as Latin-1, one byte a character: so UTF-8 is spelled in those. */
function wireHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const latin1 = (value: string) => Buffer.from(value, 'utf8').toString('latin1')
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, latin1(value)]))
}
