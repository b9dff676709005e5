import { combineCrc64 } from '../oss/crc64.ts'
import { OssError } from '../oss/errors.ts'
import type { CompletedUpload } from '../oss/multipart.ts'
import type { DonePart } from './checkpoint.ts'
import { confirmStored } from './confirm-stored.ts'
import type { Multipart } from './multipart.ts'
import type { Expected } from './plan.ts'
import type { Session } from './session.ts'

/** Makes the parts one object, and makes sure that it is the whole of what was read. */
export async function complete(
  oss: Multipart,
  session: Session,
  expected: Expected | undefined,
  signal: AbortSignal | undefined,
): Promise<CompletedUpload> {
  const parts = [...session.done.values()].sort((a, b) => a.number - b.number)
  const { size } = checkParts(parts, expected)
  const crc64 = foldCrc64(parts)
  let wasLost = false
  const onRetry = (error: OssError) => {
    wasLost ||= isAmbiguous(error)
  }
  const completing = oss.complete(session.uploadId, parts, signal, onRetry)
  const completed = await completing.catch(async (error) => {
    const stored = await settle(oss, session, { size, crc64, error, wasLost, signal })
    if (stored === undefined) throw error
    return stored
  })
  if (crc64 !== undefined && completed.crc64 !== crc64) {
    await confirmStored(oss, completed, { size, crc64, signal })
  }
  return completed
}

/** OSS makes an object of whatever parts it is told: that none is missing is ours to know. */
export function checkParts(parts: readonly DonePart[], expected: Expected | undefined): Expected {
  const size = parts.reduce((sum, part) => sum + (part.size ?? 0), 0)
  const gap = parts.findIndex((part, index) => part.number !== index + 1)
  if (gap === -1 && parts.length === expected?.parts && size === expected.size) return expected
  const planned = expected ? `${expected.parts} parts with ${expected.size} bytes` : 'more'
  throw new OssError(
    `The upload was not completed: ${parts.length} parts with ${size} bytes are at OSS where ${planned} were planned`,
    { name: 'IntegrityError', code: 'IntegrityError', operation: 'CompleteMultipartUpload' },
  )
}

/** Of the whole object; undefined where OSS does not tell that of a part which nobody here computed. */
function foldCrc64(parts: readonly DonePart[]): bigint | undefined {
  let whole = 0n
  for (const { crc64, size = 0 } of parts) {
    if (crc64 === undefined) return undefined
    whole = combineCrc64(whole, BigInt(crc64), size)
  }
  return whole
}

/** A Complete that threw `error`, and what the object must be if it is there all the same. */
interface Unsettled {
  readonly size: number
  readonly crc64: bigint | undefined
  readonly error: unknown
  /** Whether an earlier try may have been carried out. */
  readonly wasLost: boolean
  readonly signal: AbortSignal | undefined
}

/**
 * Whether the object is there although Complete seemed to fail: an answer that was lost looks the same
 * as one that was never given, and a repeated Complete is then told that there is no such upload.
 */
async function settle(
  oss: Multipart,
  session: Session,
  { size, crc64, error, wasLost, signal }: Unsettled,
): Promise<CompletedUpload | undefined> {
  if (signal?.aborted || !(error instanceof OssError)) return undefined
  if (!wasLost && !isAmbiguous(error)) return undefined
  try {
    if (error.code !== 'NoSuchUpload' && !(await isGone(oss, session.uploadId, signal)))
      return undefined
    const stored = await oss.head(signal)
    if (stored?.size !== size || crc64 === undefined || stored.crc64 !== crc64) return undefined
    return { etag: stored.etag, crc64, bucket: session.subject.bucket, res: stored.res }
  } catch {
    // It could not be found out; what Complete itself said is then the better answer.
    return undefined
  }
}

function isAmbiguous({ status = 0, code, name }: OssError): boolean {
  return (
    status < 0 ||
    status >= 500 ||
    code === 'NoSuchUpload' ||
    // A repeated Complete with x-oss-forbid-overwrite finds the object that the first one made.
    code === 'FileAlreadyExists' ||
    name === 'UnexpectedResponseError'
  )
}

async function isGone(oss: Multipart, uploadId: string, signal?: AbortSignal): Promise<boolean> {
  try {
    await oss.listedParts(uploadId, signal)
    return false
  } catch (error) {
    return error instanceof OssError && error.code === 'NoSuchUpload'
  }
}
