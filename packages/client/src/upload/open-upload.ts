import type { CompletedUpload } from '../oss/multipart.ts'
import type { UploadJob } from './job.ts'
import { tell } from './progress.ts'
import { openSession, type Session } from './session.ts'
import { endedWell } from './stored-already.ts'

/**
 * The upload to go on with, or a new one; or the object, where an earlier attempt has ended well after
 * all. An upload that vanished without leaving an object was aborted, and is begun anew.
 */
export async function openUpload(job: UploadJob): Promise<Session | CompletedUpload> {
  const { subject, oss, settings, sleep, warn } = job
  const { progress, signal } = settings
  const opened = await openSession(subject, oss, settings).catch(async (error) => {
    const stored = await endedWell(error, job)
    if (stored === undefined) return undefined
    await tell(() => progress?.(1, null, stored.res), { sleep, warn, signal })
    return stored
  })
  return opened ?? openSession(subject, oss, { ...settings, checkpoint: undefined })
}
