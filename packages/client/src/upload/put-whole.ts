import { bytesBody } from '../oss/body.ts'
import { crc64 } from '../oss/crc64.ts'
import { MIN_PART_SIZE } from '../oss/limits.ts'
import type { CompletedUpload } from '../oss/multipart.ts'
import { readBody } from '../oss/response.ts'
import { wrongObject } from './complete.ts'
import { partBody, type Source, type StreamSource } from './source.ts'
import type { UploadParts } from './upload.ts'

/** Too small to be a part that is not the last. A stream that is so small has become a source before. */
export function isSmall(input: Source | StreamSource): input is Source {
  return input.size !== undefined && input.size < MIN_PART_SIZE
}

/** One PutObject in the place of a multipart upload. */
export async function putWhole(
  source: Source,
  { oss, settings, warn }: UploadParts,
): Promise<CompletedUpload> {
  // Read first: once the request has ended the object is there, and it is too late to notice a change.
  const planned = partBody(source, { number: 1, start: 0, end: source.size })
  const bytes = await readBody(planned.chunks())
  await source.checkUnchanged?.()
  const stored = await oss.put(bytesBody(bytes), settings.signal)
  const read = crc64(bytes)
  if (stored.crc64 !== undefined && stored.crc64 !== read) throw wrongObject(stored, read)
  try {
    await settings.progress?.(1)
  } catch (error) {
    warn(error)
  }
  return stored
}
