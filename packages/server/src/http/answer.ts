import type { IncomingMessage, ServerResponse } from 'node:http'
import type { CorsHeaders } from '../operations/cors-headers.ts'
import { errorReply } from '../protocol/error-reply.ts'
import { OssError } from '../protocol/errors.ts'
import { hostOf } from '../protocol/locate.ts'
import type { Reply, ReplyHeaders } from '../protocol/reply.ts'
import type { OssRequest } from '../protocol/request.ts'
import { newRequestId } from '../protocol/request-id.ts'
import { commonHeaders } from './common-headers.ts'
import { connectionTo } from './connection.ts'
import type { Answer, Disturb, Respond } from './disturb.ts'
import { readRequest } from './read-request.ts'
import { type RequestBody, requestBody } from './request-body.ts'
import { sendReply } from './send-reply.ts'

export interface Answering {
  /** Serves a request; `now` is the clock by which it is judged. Throws OssError for a refusal. */
  readonly service: (request: OssRequest, now: () => number) => Promise<Reply>
  /** What the answer to a request carries besides its own headers, whatever becomes of the request. */
  readonly corsHeaders: CorsHeaders
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly log: (line: string) => void
  /** True when this is to be the last answer on its connection. */
  readonly isClosing: () => boolean
  /** Trouble that somebody asked for. Left out, there is none. */
  readonly disturb?: Disturb | undefined
}

/** What comes in and goes out. */
interface Exchange {
  readonly message: IncomingMessage
  readonly response: ServerResponse
  readonly body: RequestBody
  readonly requestId: string
  /** Milliseconds since it began. */
  readonly elapsed: () => number
}

/** Serves one request from its first byte to the last of the answer. */
export async function answer(
  message: IncomingMessage,
  response: ServerResponse,
  { mustAsk, ...answering }: Answering & { mustAsk: boolean },
): Promise<void> {
  const started = performance.now()
  const exchange = {
    message,
    response,
    body: requestBody(message, response, { mustAsk }),
    requestId: newRequestId(),
    elapsed: () => Math.round(performance.now() - started),
  }
  const { reply, outcome } = await produce(exchange, answering)
  const milliseconds = exchange.elapsed()
  const failure = reply === undefined ? '' : await deliver(exchange, reply, answering)
  // The path and no query: that may hold a signature.
  const path = message.url?.split('?', 1)[0] ?? ''
  const { requestId } = exchange
  answering.log(`${message.method} ${path} ${outcome}${failure} ${milliseconds} ms ${requestId}`)
}

async function produce(
  exchange: Exchange,
  { service, corsHeaders, now, disturb }: Answering,
): Promise<Answer> {
  const { message, response, body, requestId } = exchange
  const respond: Respond = async (request, clock = now) => {
    let cors: ReplyHeaders = {}
    try {
      // By the rules that held when the request came: it may be about to change them.
      cors = await corsHeaders(request)
      const reply = await service(request, clock)
      return complete(exchange, reply, { outcome: String(reply.status), now: clock, cors })
    } catch (error) {
      return refuse(exchange, error, { hostId: hostOf(request), now: clock, cors })
    }
  }
  try {
    const request = readRequest(message, body)
    if (disturb === undefined) return await respond(request)
    return await disturb(request, connectionTo(message, response, requestId), respond)
  } catch (error) {
    return refuse(exchange, error, { hostId: '', now, cors: {} })
  }
}

interface Circumstances {
  readonly now: () => number
  readonly cors: ReplyHeaders
}

function refuse(
  exchange: Exchange,
  error: unknown,
  { hostId, ...circumstances }: Circumstances & { hostId: string },
): Answer {
  const { message, requestId } = exchange
  const refusal = error instanceof OssError ? error : new OssError('InternalError')
  const reply = errorReply(refusal, { method: message.method ?? '', requestId, hostId })
  const isCut = message.destroyed && !message.complete
  const reason = error === refusal ? refusal.code : isCut ? 'client went away' : traced(error)
  return complete(exchange, reply, { ...circumstances, outcome: `${refusal.status} ${reason}` })
}

function complete(
  { requestId, elapsed }: Exchange,
  reply: Reply,
  { outcome, now, cors }: Circumstances & { outcome: string },
): Answer {
  const common = commonHeaders({ requestId, milliseconds: elapsed(), now: now() })
  return { reply: { ...reply, headers: { ...reply.headers, ...cors, ...common } }, outcome }
}

/** Sends the reply; the answer is what went wrong with that, for the log. */
async function deliver(
  { message, response, body }: Exchange,
  reply: Reply,
  { isClosing }: Answering,
): Promise<string> {
  const isLast = body.isUnasked() || isClosing()
  const headers = isLast ? { ...reply.headers, connection: 'close' } : reply.headers
  try {
    await sendReply(response, { ...reply, headers })
    const isDrained = body.isUnasked() || (await body.drain())
    response.end(isDrained ? undefined : () => message.socket.destroy())
    return ''
  } catch (error) {
    const reason = response.destroyed ? 'client went away' : traced(error)
    // When the bytes could not be read to the end, a cut connection says so.
    response.destroy()
    return ` cut off: ${reason}`
  }
}

/** One line that shows where a bug is. */
function traced(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return `InternalError ${stack.replaceAll(/\s*\n\s*/g, ' | ')}`
}
