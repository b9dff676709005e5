import type { Body } from '../oss/body.ts'
import { corsRule } from '../oss/cors-rule.ts'
import type { CallOptions, CompletedUpload, Target } from '../oss/multipart.ts'
import { putObject } from '../oss/objects.ts'
import { unexpected } from '../oss/xml-answer.ts'
import type { Client } from './context.ts'

/** The settings of clients that were told what CORS hides: once is enough for a thousand small files. */
const told = new WeakSet<object>()

/**
 * PutObject. An answer without an ETag is none of OSS, except in a page: CORS hides the ETag, and what it
 * lets through is the bucket's answer, so the object is stored. The client is told which rule is missing.
 */
export async function sendObject(
  { send, platform, settings, warn }: Client,
  target: Target,
  body: Body,
  call: CallOptions,
): Promise<CompletedUpload> {
  const stored = await putObject(send, target, body, call)
  const { etag, crc64, res } = stored
  if (platform.origin === undefined) {
    if (etag === '') throw unexpected('PutObject', res, 'without an ETag')
    return stored
  }
  const isSeen = etag !== '' && crc64 !== undefined
  if (isSeen || told.has(settings)) return stored
  told.add(settings)
  const hidden =
    crc64 === undefined ? 'x-oss-hash-crc64ecma, so what arrived is not compared' : 'ETag'
  warn(
    new Error(
      `The CORS rules of bucket ${target.bucket} do not expose ${hidden}. Set this rule: ${corsRule(platform.origin())}`,
    ),
  )
  return stored
}
