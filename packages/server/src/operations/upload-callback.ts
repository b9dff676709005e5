import { type Callback, callbackBody, isLoopback } from '../protocol/callback.ts'
import { OssError } from '../protocol/errors.ts'
import type { Reply } from '../protocol/reply.ts'
import type { ObjectRecord } from '../store/store.ts'
import type { Call, PostCallback } from './call.ts'

interface Stored {
  readonly bucket: string
  readonly object: ObjectRecord
  /** The answer without a callback. */
  readonly reply: Reply
}

/**
 * Tells the application of the stored object, and passes its answer on to the client. When that
 * fails the object stays, and the client hears 203 CallbackFailed.
 */
export async function withCallback(
  callback: Callback | undefined,
  { bucket, object, reply }: Stored,
  { postCallback }: Call,
): Promise<Reply> {
  if (callback === undefined) return reply
  const body = callbackBody(callback, {
    bucket,
    key: object.key,
    etag: object.etag,
    size: object.size,
    mimeType: object.headers['content-type'] ?? '',
  })
  const answer = await firstAnswer(callback, body, postCallback)
  if ('failure' in answer) {
    throw new OssError('CallbackFailed', { message: answer.failure, headers: reply.headers })
  }
  return {
    status: 200,
    headers: { ...reply.headers, 'content-type': 'application/json' },
    body: answer.json,
  }
}

type Answer = { readonly json: Uint8Array } | { readonly failure: string }

async function firstAnswer(callback: Callback, body: string, post: PostCallback): Promise<Answer> {
  let answer: Answer = { failure: 'The callback url is empty.' }
  for (const url of callback.urls) {
    answer = await ask(url, callback, body, post)
    if ('json' in answer) break
  }
  return answer
}

async function ask(
  url: string,
  { host, bodyType }: Callback,
  body: string,
  post: PostCallback,
): Promise<Answer> {
  if (!isLoopback(url)) {
    return { failure: 'oss-local calls back to loopback addresses only.' }
  }
  try {
    const { status, body: json } = await post(url, { host, contentType: bodyType, body })
    if (status !== 200) return { failure: `Error status : ${status}.` }
    return isJson(json) ? { json } : { failure: 'Response body is not valid json format.' }
  } catch (error) {
    return {
      failure: `The callback got no answer: ${error instanceof Error ? error.message : error}`,
    }
  }
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(Buffer.from(bytes).toString('utf8'))
    return true
  } catch {
    return false
  }
}
