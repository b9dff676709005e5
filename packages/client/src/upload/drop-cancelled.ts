import { inTime } from '../async/in-time.ts'
import { OssError } from '../oss/errors.ts'
import type { UploadJob } from './job.ts'

/** Milliseconds that dropping the parts of a cancelled upload may take. */
const PATIENCE = 10_000

/**
 * Drops the parts of an upload that was cancelled by someone who does not want to go on. False when that
 * was not asked for, or when they may still be there; the caller is warned of it then.
 */
export async function dropCancelled(
  uploadId: string | undefined,
  { oss, settings, sleep, warn }: Pick<UploadJob, 'oss' | 'settings' | 'sleep' | 'warn'>,
): Promise<boolean> {
  const { signal, abortOnCancel } = settings
  if (uploadId === undefined || !signal?.aborted || !abortOnCancel) return false
  const stop = new AbortController()
  const late = () =>
    new Error(`The cancelled upload ${uploadId} could not be aborted at OSS: no answer came`)
  try {
    const aborted = oss.abort(uploadId, stop.signal)
    await inTime(aborted, { milliseconds: PATIENCE, sleep, late })
    return true
  } catch (error) {
    if (error instanceof OssError && error.code === 'NoSuchUpload') return true
    warn(error)
    return false
  } finally {
    stop.abort()
  }
}
