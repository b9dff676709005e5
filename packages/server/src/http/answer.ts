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

/** Serves one request from its first byte to the last of the answer. */
export async function answer(
  message: IncomingMessage,
  response: ServerResponse,
  { mustAsk, ...answering }: Answering & { mustAsk: boolean },
): Promise<void> {
  const started = performance.now()
  const requestId = newRequestId()
  const body = requestBody(message, response, { mustAsk })
  const { reply, outcome } = await produce(message, body, requestId, answering.service)
  const milliseconds = Math.round(performance.now() - started)
  // The path and no query: that may hold a signature.
  const path = message.url?.split('?', 1)[0] ?? ''
  answering.log(`${message.method} ${path} ${outcome} ${milliseconds} ms ${requestId}`)
  const headers = {
    ...reply.headers,
    ...commonHeaders({ requestId, milliseconds, now: answering.now() }),
    ...(body.isUnasked() || answering.isClosing() ? { connection: 'close' } : {}),
  }
  await deliver(message, response, { ...reply, headers }, body)
}

async function produce(
  message: IncomingMessage,
  body: RequestBody,
  requestId: string,
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
    return { reply, outcome: `${refusal.status} ${describe(error, message)}` }
  }
}

/** One line; a bug shows where it is. */
function describe(error: unknown, message: IncomingMessage): string {
  if (error instanceof OssError) return error.code
  if (message.destroyed && !message.complete) return 'client went away'
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return `InternalError ${stack.replaceAll(/\s*\n\s*/g, ' | ')}`
}

async function deliver(
  message: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
  body: RequestBody,
): Promise<void> {
  try {
    await sendReply(response, reply)
    const isDrained = body.isUnasked() || (await body.drain())
    response.end(isDrained ? undefined : () => message.socket.destroy())
  } catch {
    // The client went away, or the bytes could not be read: a cut connection says so.
    response.destroy()
  }
}
