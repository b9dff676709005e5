import http, { type ClientRequest } from 'node:http'
import https from 'node:https'
import { OssError } from '../oss/errors.ts'
import type { HttpRequest, HttpResponse, Transport } from '../oss/transport.ts'
import { securePieces, WHOLE } from './body-pieces.ts'
import { toResponse } from './http-response.ts'
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
      const agent = request.origin.startsWith('https:') ? secure : plain
      const first = begin(request, agent)
      try {
        return await exchange(first, request, agent)
      } catch (error) {
        if (!wasStale(error, first, request)) throw error
        request.onRepeat?.(error)
        return exchange(begin(request, agent), request, agent)
      }
    },
  }
}

function begin({ origin, method, path, headers }: HttpRequest, agent: http.Agent): ClientRequest {
  const { protocol, hostname, port } = placeOf(origin)
  return (protocol === 'https:' ? https : http).request({
    method,
    hostname,
    port,
    path,
    headers: wireHeaders(headers),
    agent,
  })
}

interface Place {
  readonly protocol: string
  readonly hostname: string
  readonly port: string
}

// All the parts of an upload go to one place, and to read a URL takes as long as to sign a request.
let latest: { readonly origin: string; readonly place: Place } | undefined

function placeOf(origin: string): Place {
  if (latest?.origin !== origin) {
    const { protocol, hostname, port } = new URL(origin)
    // Brackets mark an IPv6 address in a URL, not in a host name.
    latest = { origin, place: { protocol, hostname: hostname.replace(/^\[|\]$/g, ''), port } }
  }
  return latest.place
}

/** A server may close an idle connection just when it is used again: nothing was wrong with the request. */
function wasStale(
  error: unknown,
  { reusedSocket }: ClientRequest,
  { body, signal }: HttpRequest,
): error is OssError {
  // What has broken another request may be the reason for which this one was stopped.
  if (!reusedSocket || body?.once || signal?.aborted) return false
  return error instanceof OssError && error.status === -1
}

/** Sends the body and gives the answer as soon as its head is there. */
async function exchange(
  sent: ClientRequest,
  request: HttpRequest,
  agent: http.Agent,
): Promise<HttpResponse> {
  const watched = watch(sent, request, agent)
  try {
    // An answer in the middle of the body is a refusal: the rest need not be sent.
    await Promise.race([writeBody(sent, request, watched), watched.answer])
    return toResponse(await watched.answer, sent, watched)
  } catch (error) {
    watched.end()
    sent.destroy()
    throw error
  }
}

async function writeBody(sent: ClientRequest, { body, onSent }: HttpRequest, watched: Watch) {
  let written = 0
  const pieces = sent.protocol === 'https:' ? securePieces() : WHOLE
  for await (const chunk of body?.chunks() ?? []) {
    for (let at = 0; at < chunk.byteLength; ) {
      if (watched.isAnswered()) return
      const bytes = chunk.subarray(at, at + pieces.size)
      at += bytes.byteLength
      written += bytes.byteLength
      const begun = performance.now()
      // Waiting for the kernel to take the bytes is the backpressure, and lets their memory be used again.
      if (!(await watched.write(bytes, written === body?.size))) return
      pieces.took(performance.now() - begun, bytes.byteLength)
      onSent?.(written)
    }
  }
  if (!sent.writableEnded) sent.end()
}

const NOT_ASCII = /[^\0-\x7f]/

/** Node writes header values as Latin-1, one byte a character: so UTF-8 is spelled in those. */
function wireHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const wired: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    wired[name] = NOT_ASCII.test(value) ? Buffer.from(value, 'utf8').toString('latin1') : value
  }
  return wired
}
