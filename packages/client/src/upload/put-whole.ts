import { MIN_PART_SIZE } from '../oss/limits.ts'
import type { CompletedUpload } from '../oss/multipart.ts'
import { checksummed } from './checksum.ts'
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
  const { body, crc64 } = checksummed(partBody(source, { number: 1, start: 0, end: source.size }))
  const stored = await oss.put(body, settings.signal)
  const read = crc64()
  if (stored.crc64 !== undefined && stored.crc64 !== read) throw wrongObject(stored, read)
  try {
    await settings.progress?.(1)
  } catch (error) {
    warn(error)
  }
  return stored
}
