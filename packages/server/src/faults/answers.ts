import { commonHeaders } from '../http/common-headers.ts'
import type { Connection } from '../http/connection.ts'
import { byteString } from '../protocol/claim.ts'
import { errorReply } from '../protocol/error-reply.ts'
import { isErrorCode, OssError } from '../protocol/errors.ts'
import { hostOf } from '../protocol/locate.ts'
import type { Reply, ReplyHeaders } from '../protocol/reply.ts'
import type { OssRequest } from '../protocol/request.ts'
import { first } from './bytes.ts'
import type { ChangeAnswer, HeaderTexts, Refuse, ScriptedAnswer } from './fault.ts'

/** What is said with a code that this server never uses by itself. */
const UNKNOWN = 'A test asked for this error.'

/** The error document that OSS would send. */
export function refusalReply(
  { status, code, message, headers = {} }: Refuse,
  { request, connection, now, cors }: At & { request: OssRequest; cors: ReplyHeaders },
): Reply {
  const details = message === undefined ? { status } : { status, message }
  const refusal = isErrorCode(code)
    ? new OssError(code, details)
    : { message: UNKNOWN, ...details, code, ec: undefined, elements: {}, headers: {} }
  const { requestId } = connection
  const reply = errorReply(refusal, {
    method: request.method,
    requestId,
    hostId: hostOf(request),
  })
  const common = withCommonHeaders(reply, { connection, now })
  return { ...common, headers: { ...common.headers, ...cors, ...byteStrings(headers) } }
}

interface At {
  readonly connection: Connection
  readonly now: () => number
}

/** What the server puts on every answer of its own. */
export function withCommonHeaders(reply: Reply, { connection: { requestId }, now }: At): Reply {
  const common = commonHeaders({ requestId, milliseconds: 0, now: now() })
  return { ...reply, headers: { ...reply.headers, ...common } }
}

export function scriptedReply({ status, headers = {}, body = '' }: ScriptedAnswer): Reply {
  const head = { status, headers: byteStrings(headers) }
  return body === '' ? head : { ...head, body: Buffer.from(body) }
}

export function changedReply(reply: Reply, { status, headers = {}, body }: ChangeAnswer): Reply {
  const kept = Object.entries(reply.headers).filter(
    // The length of a body that is replaced is another one.
    ([name]) => !Object.hasOwn(headers, name) && (body === undefined || name !== 'content-length'),
  )
  const put = Object.entries(headers).filter((entry): entry is [string, string] => {
    return entry[1] !== null
  })
  return {
    ...reply,
    status: status ?? reply.status,
    headers: { ...Object.fromEntries(kept), ...byteStrings(Object.fromEntries(put)) },
    ...(body === undefined ? {} : { body: Buffer.from(body) }),
  }
}

/**
 * The reply as it was announced, of which only the head and the first `count` bytes of the body come
 * before `interrupt`: fewer, if there are no more than these. Undefined when there is no body.
 */
export function shortenedReply(
  { body, ...head }: Reply,
  count: number,
  interrupt: () => Promise<void>,
): Reply | undefined {
  const length = body instanceof Uint8Array ? body.length : Number(head.headers['content-length'])
  if (body === undefined || length === 0) return undefined
  async function* interrupted(bytes: AsyncIterable<Uint8Array>) {
    // Nothing at all would keep the head back.
    yield new Uint8Array(0)
    yield* first(Math.min(count, length - 1), bytes)
    await interrupt()
    throw new Error('The answer was interrupted.')
  }
  const bytes = body instanceof Uint8Array ? oneChunk(body) : body
  return {
    ...head,
    headers: { ...head.headers, 'content-length': String(length) },
    body: interrupted(bytes),
  }
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

function byteStrings(headers: HeaderTexts): HeaderTexts {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, byteString(value)]),
  )
}
