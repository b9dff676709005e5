import { inTime } from '../async/in-time.ts'
import { OssError } from '../oss/errors.ts'
import type { CompletedUpload } from '../oss/multipart.ts'
import type { UploadJob } from './job.ts'
import type { Recalled } from './recall.ts'
import type { Session } from './session.ts'
import { endedWell } from './stored-already.ts'

/** Milliseconds that dropping the parts of a cancelled upload may take. */
const PATIENCE = 10_000

/**
 * What is left to do when an upload has failed: its parts are dropped, where it was cancelled by someone
 * who does not want to go on; and where its id has vanished, the object may be there all the same,
 * completed by another process. Otherwise throws the error again.
 */
export async function afterFailure(
  error: unknown,
  session: Session,
  job: UploadJob,
  store: Pick<Recalled, 'forget'>,
): Promise<CompletedUpload> {
  const { signal, abortOnCancel } = job.settings
  if (!signal?.aborted) {
    const stored = await endedWell(error, job).catch(() => undefined)
    if (stored !== undefined) return stored
  } else if (abortOnCancel && (await drop(session.uploadId, job))) {
    session.dropped = true
    await store.forget()
  }
  throw error
}

/** False when the parts may still be there; the caller is warned of it then. */
async function drop(
  uploadId: string,
  { oss, sleep, warn }: Pick<UploadJob, 'oss' | 'sleep' | 'warn'>,
): Promise<boolean> {
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
