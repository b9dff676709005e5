import { OssError } from '../oss/errors.ts'
import type { CompletedUpload } from '../oss/multipart.ts'
import { crc64Of } from './checksum.ts'
import type { UploadJob } from './job.ts'
import type { Multipart } from './multipart.ts'
import type { Subject } from './session.ts'
import { partBody, type Source, type StreamSource } from './source.ts'

/**
 * The object, if it is at OSS as the source is here. An upload whose id is gone may have been completed
 * by a process that died before it heard of it. A stream can be read only once, so it is sent instead.
 */
export async function storedAlready(
  input: Source | StreamSource,
  { bucket }: Subject,
  oss: Multipart,
  signal: AbortSignal | undefined,
): Promise<CompletedUpload | undefined> {
  if (input.size === undefined) return undefined
  const stored = await oss.head(signal)
  if (stored?.crc64 === undefined || stored.size !== input.size) return undefined
  const whole = partBody(input, { number: 1, start: 0, end: input.size })
  if (stored.crc64 !== (await crc64Of(whole, signal))) return undefined
  const { etag, crc64, res } = stored
  return { etag, crc64, bucket, res }
}

/** The same for an upload that failed because its id is gone. Any other error is thrown again. */
export async function endedWell(
  error: unknown,
  { input, subject, oss, settings }: Pick<UploadJob, 'input' | 'subject' | 'oss' | 'settings'>,
): Promise<CompletedUpload | undefined> {
  if (!(error instanceof OssError) || error.code !== 'NoSuchUpload') throw error
  return storedAlready(input, subject, oss, settings.signal)
}
