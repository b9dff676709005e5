import type { IncomingMessage, ServerResponse } from 'node:http'
import { errorReply } from '../protocol/error-reply.ts'
import { OssError } from '../protocol/errors.ts'
import { hostOf } from '../protocol/locate.ts'
import type { Reply } from '../protocol/reply.ts'
import type { OssRequest } from '../protocol/request.ts'
import { newRequestId } from '../protocol/request-id.ts'
import { commonHeaders } from './common-headers.ts'
import { readRequest } from './read-request.ts'
import { type RequestBody, requestBody } from './request-body.ts'
import { sendReply } from './send-reply.ts'

export interface Answering {
  readonly service: (request: OssRequest) => Promise<Reply>
  readonly now: () => number
  readonly log: (line: string) => void
  /** True when this is to be the last answer on its connection. */
  readonly isClosing: () => boolean
}

/** What comes in and goes out. */
interface Exchange {
  readonly message: IncomingMessage
  readonly response: ServerResponse
  readonly body: RequestBody
  readonly requestId: string
}

/** Serves one request from its first byte to the last of the answer. */
export async function answer(
  message: IncomingMessage,
  response: ServerResponse,
  { mustAsk, service, now, log, isClosing }: Answering & { mustAsk: boolean },
): Promise<void> {
  const started = performance.now()
  const requestId = newRequestId()
  const body = requestBody(message, response, { mustAsk })
  const exchange = { message, response, body, requestId }
  const { reply, outcome } = await produce(exchange, service)
  const milliseconds = Math.round(performance.now() - started)
  const headers = {
    ...reply.headers,
    ...commonHeaders({ requestId, milliseconds, now: now() }),
    ...(body.isUnasked() || isClosing() ? { connection: 'close' } : {}),
  }
  const failure = await deliver(exchange, { ...reply, headers })
  // The path and no query: that may hold a signature.
  const path = message.url?.split('?', 1)[0] ?? ''
  log(`${message.method} ${path} ${outcome}${failure} ${milliseconds} ms ${requestId}`)
}

async function produce(
  { message, body, requestId }: Exchange,
  service: Answering['service'],
): Promise<{ reply: Reply; outcome: string }> {
  let hostId = ''
  try {
    const request = readRequest(message, body)
    hostId = hostOf(request)
    const reply = await service(request)
    return { reply, outcome: String(reply.status) }
  } catch (error) {
    const refusal = error instanceof OssError ? error : new OssError('InternalError')
    const reply = errorReply(refusal, { method: message.method ?? '', requestId, hostId })
    const isCut = message.destroyed && !message.complete
    const reason = error === refusal ? refusal.code : isCut ? 'client went away' : traced(error)
    return { reply, outcome: `${refusal.status} ${reason}` }
  }
}

/** Sends the reply; the answer is what went wrong with that, for the log. */
async function deliver({ message, response, body }: Exchange, reply: Reply): Promise<string> {
  try {
    await sendReply(response, reply)
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
