import { OssError } from '../oss/errors.ts'
import type { CompletedUpload } from '../oss/multipart.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { UploadJob } from './job.ts'
import { type Recalled, recall } from './recall.ts'
import { checkFits, type Subject } from './session.ts'

/**
 * Does `work` with the checkpoint that the caller gave or that the store has. The store forgets it when
 * the upload is done, and keeps it when it failed.
 */
export async function withCheckpoints(
  job: UploadJob,
  work: (checkpoint: Checkpoint | undefined, store: Recalled) => Promise<CompletedUpload>,
): Promise<CompletedUpload> {
  const { settings, warn } = job
  const recalled = await recall(settings.checkpoints, checkpointKey(job), warn)
  try {
    const checkpoint = settings.checkpoint ?? (await usable(recalled.checkpoint, job))
    const completed = await work(checkpoint, recalled)
    await recalled.forget()
    return completed
  } finally {
    await recalled.release()
  }
}

/** The same for the same source to the same object, and for nothing else. It is no secret. */
function checkpointKey({ subject: { bucket, name, size }, input }: UploadJob): string {
  return `oss://${bucket}/${name} <- ${input.identity ?? `${size ?? 'stream'} bytes`}`
}

/** A file that has changed its size since is uploaded anew; what OSS has of the old one is dropped. */
async function usable(
  checkpoint: Checkpoint | undefined,
  { subject, oss, settings: { signal }, warn }: UploadJob,
): Promise<Checkpoint | undefined> {
  if (checkpoint === undefined || fits(checkpoint, subject)) return checkpoint
  await oss.abort(checkpoint.uploadId, signal).catch((error) => {
    const isGone = error instanceof OssError && error.code === 'NoSuchUpload'
    if (!isGone && !signal?.aborted) warn(error)
  })
  return undefined
}

function fits(checkpoint: Checkpoint, subject: Subject): boolean {
  try {
    checkFits(checkpoint, subject)
    return true
  } catch {
    return false
  }
}
