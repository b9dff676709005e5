import type OSS from 'oss-multipart'
import type { CheckpointStore, StoredCheckpoint } from 'oss-multipart'

/**
 * Has OSS drop what it has of an upload, which costs money until then, and forgets how to go on with it.
 *
 * @throws OssError `CheckpointBusyError` where another tab is at it, which then goes on undisturbed
 */
export async function dropUpload(
  oss: OSS,
  checkpoints: CheckpointStore,
  { key, checkpoint }: StoredCheckpoint,
): Promise<void> {
  const claim = await checkpoints.claim(key)
  try {
    await oss.abortMultipartUpload(checkpoint.name, checkpoint.uploadId).catch((error) => {
      if (error.code !== 'NoSuchUpload') throw error
    })
    // After that: as long as OSS has something, there must be a way to find it.
    await claim.remove()
  } finally {
    await claim.release()
  }
}
