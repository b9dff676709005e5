import { invalidInput, OssError } from '../oss/errors.ts'
import { show } from '../oss/names.ts'
import type { CheckpointStore, StoredCheckpoint } from './checkpoint-store.ts'

/** Which unfinished uploads are meant: those that agree in every field given. */
export interface CheckpointQuery {
  bucket?: string | undefined
  /** The object's name, as it was given to `multipartUpload`. */
  name?: string | undefined
  /** The path of the file, as it was given to `multipartUpload`. */
  file?: string | undefined
}

/** The unfinished uploads that a store knows of, the latest first. None is taken or changed. */
export async function findCheckpoints(
  store: CheckpointStore,
  query: CheckpointQuery = {},
): Promise<StoredCheckpoint[]> {
  const { bucket, name, file } = query
  const found = (await store.list()).filter(
    ({ checkpoint }) =>
      (bucket === undefined || checkpoint.bucket === bucket) &&
      (name === undefined || checkpoint.name === name) &&
      (file === undefined || checkpoint.file === file),
  )
  return found.sort((a, b) => b.savedAt - a.savedAt)
}

export interface StaleOptions {
  /** Milliseconds since the upload was begun. */
  olderThan: number
  /** Drops what OSS holds of such an upload; left out, its parts stay there and cost money. */
  abort?: ((stale: StoredCheckpoint) => Promise<unknown>) | undefined
  /** Milliseconds since 1970. @default Date.now() */
  now?: number | undefined
}

/**
 * Forgets uploads that nobody has gone on with for a long time, and gives those it has forgotten. One
 * that is under way is left alone, and so is one that could not be aborted: it is thrown why, at the end.
 */
export async function forgetStaleCheckpoints(
  store: CheckpointStore,
  { olderThan, abort, now = Date.now() }: StaleOptions,
): Promise<StoredCheckpoint[]> {
  if (!(olderThan >= 0)) {
    throw invalidInput(`\`olderThan\` must be milliseconds from 0: got ${show(olderThan)}`)
  }
  const forgotten: StoredCheckpoint[] = []
  const failures: unknown[] = []
  for (const stale of await store.list()) {
    if (now - stale.savedAt <= olderThan) continue
    try {
      if (await forget(store, stale, abort)) forgotten.push(stale)
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
  return forgotten
}

/** False when somebody is at it, or has been since. */
async function forget(
  store: CheckpointStore,
  { key, savedAt, checkpoint }: StoredCheckpoint,
  abort: StaleOptions['abort'],
): Promise<boolean> {
  const claim = await store.claim(key).catch(ifBusy)
  if (claim === undefined) return false
  try {
    if ((await claim.load())?.uploadId !== checkpoint.uploadId) return false
    await abort?.({ key, savedAt, checkpoint })?.catch(ifGone)
    await claim.remove()
    return true
  } finally {
    await claim.release()
  }
}

function ifBusy(error: unknown): undefined {
  if (!(error instanceof OssError) || error.code !== 'CheckpointBusyError') throw error
}

function ifGone(error: unknown): undefined {
  if (!(error instanceof OssError) || error.code !== 'NoSuchUpload') throw error
}
