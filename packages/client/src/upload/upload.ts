import { orAborted } from '../async/or-aborted.ts'
import type { CompletedUpload } from '../oss/multipart.ts'
import type { Checkpoint } from './checkpoint.ts'
import { dropCancelled } from './drop-cancelled.ts'
import { uploadFailed } from './failure.ts'
import type { UploadJob } from './job.ts'
import { openUpload } from './open-upload.ts'
import { isSmall, putWhole } from './put-whole.ts'
import { wholeIfSmall } from './read-ahead.ts'
import { sendAll } from './send-all.ts'
import { withCheckpoints } from './with-checkpoints.ts'

/** Sends a source to OSS: in parts, going on with an earlier attempt where there is one. */
export async function upload(job: UploadJob): Promise<CompletedUpload> {
  const { signal, checkpoint } = job.settings
  // What there is to go on with after a failure, as far as the upload has come.
  let left: () => Checkpoint | undefined = () => checkpoint
  try {
    signal?.throwIfAborted()
    const input = await orAborted(wholeIfSmall(job.input), signal)
    if (isSmall(input) && checkpoint === undefined) return await putWhole(input, job)
    return await withCheckpoints({ ...job, input }, async (known, store) => {
      const parts = { ...job, input, settings: { ...job.settings, checkpoint: known } }
      left = () => known
      try {
        const opened = await openUpload(parts)
        if ('etag' in opened) return opened
        left = opened.checkpoint
        if (opened.begun !== undefined) await store.remember(opened.checkpoint(), input.handle)
        return await sendAll(opened, parts)
      } catch (error) {
        if (await dropCancelled(left()?.uploadId, parts)) {
          left = () => undefined
          await store.forget()
        }
        throw error
      }
    })
  } catch (error) {
    throw uploadFailed(error, { checkpoint: left(), signal })
  }
}
