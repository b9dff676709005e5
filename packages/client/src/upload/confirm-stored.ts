import { OssError } from '../oss/errors.ts'
import type { CompletedUpload } from '../oss/multipart.ts'
import { unexpected } from '../oss/xml-answer.ts'
import type { Multipart } from './multipart.ts'

/**
 * Asks what is stored, where the answer to Complete bears another checksum than it should, or none: it may
 * have been garbled on its way, or given by something that is not OSS. Where nobody may look, what the
 * answer itself said is all there is.
 *
 * @throws OssError `IntegrityError` for another object, `UnexpectedResponseError` when there is none
 */
export async function confirmStored(
  oss: Pick<Multipart, 'head'>,
  completed: CompletedUpload,
  { size, crc64, signal }: { size: number; crc64: bigint; signal: AbortSignal | undefined },
): Promise<void> {
  const stored = await oss.head(signal).catch((error) => {
    if (!(error instanceof OssError) || error.status !== 403) throw error
    return { size, crc64: completed.crc64 }
  })
  // Another service with this protocol may know no checksums at all.
  const known = stored?.crc64 ?? completed.crc64
  if (stored?.size === size && (known ?? crc64) === crc64) return
  throw known === undefined
    ? notStored(completed)
    : wrongObject({ ...completed, crc64: known }, crc64)
}

/** The object is there, but with another checksum than what was `read`. */
export function wrongObject(
  { crc64, res }: Pick<CompletedUpload, 'crc64' | 'res'>,
  read: bigint,
): OssError {
  const named = { name: 'IntegrityError', code: 'IntegrityError' }
  return new OssError(
    `The object is stored, but not as it was read: its CRC-64 is ${crc64} instead of ${read}. Upload it again`,
    { ...named, status: res.status, requestId: res.headers['x-oss-request-id'] },
  )
}

function notStored({ res }: CompletedUpload): OssError {
  return unexpected('CompleteMultipartUpload', res, 'although the object is not there')
}
