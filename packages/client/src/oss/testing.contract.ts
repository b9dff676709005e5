import { utf8 } from './encode.ts'
import { OssError } from './errors.ts'
import { createSend, type Send, type SendParts } from './send.ts'
import type { HttpRequest, HttpResponse, Transport } from './transport.ts'

export interface Answer {
  /** @default 200 */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | AsyncIterable<Uint8Array>
}

export interface ScriptedOss {
  readonly transport: Transport
  readonly send: Send
  /** What was asked, in order. */
  readonly requests: HttpRequest[]
}

/** What `createSend` needs besides a transport: bucket names stand in the host, the time is fixed. */
export const sendParts: Omit<SendParts, 'transport'> = {
  address: { protocol: 'https:', host: 'oss.test', style: 'virtual', region: 'cn-hangzhou' },
  credentials: async () => ({ accessKeyId: 'id', accessKeySecret: 'secret' }),
  sign: () => ({ authorization: 'signed' }),
  timeouts: { connect: 1_000, stall: 2_000, answer: 3_000, complete: 4_000 },
  headers: {},
  clock: () => Date.UTC(2026, 0, 2, 3, 4, 5),
  serverClock: () => Date.UTC(2026, 0, 2, 3, 5, 0),
  bytes: (data) => data,
}

/** Gives these answers, or fails in these ways, to one request after the other. */
export function scriptedOss(...script: readonly (Answer | Error)[]): ScriptedOss {
  const requests: HttpRequest[] = []
  const rest = [...script]
  const transport: Transport = {
    async send(request) {
      requests.push(request)
      const next = rest.shift()
      if (next === undefined)
        throw new Error(`Not in the script: ${request.method} ${request.path}`)
      if (next instanceof Error) throw next
      return httpResponse(next)
    },
  }
  return { transport, requests, send: createSend({ ...sendParts, transport }) }
}

export function httpResponse({ status = 200, headers = {}, body = '' }: Answer = {}): HttpResponse {
  return {
    status,
    statusMessage: status === 200 ? 'OK' : '',
    headers: { 'x-oss-request-id': 'REQUEST-ID', ...headers },
    body: typeof body === 'string' ? chunksOfText(body) : body,
    connection: { remoteAddress: '192.0.2.1', remotePort: 443, keepAliveSocket: false },
  }
}

async function* chunksOfText(text: string): AsyncGenerator<Uint8Array> {
  if (text !== '') yield utf8(text)
}

/** The error that `promise` is rejected with, which must be one of ours. */
export async function failureOf(promise: Promise<unknown>): Promise<OssError> {
  const outcome = await promise.catch((error: unknown) => error)
  if (outcome instanceof OssError) return outcome
  throw new Error(`Expected a rejection with an OssError: got ${outcome}`)
}
