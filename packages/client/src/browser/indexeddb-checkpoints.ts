import { type Checkpoint, readCheckpoint } from '../upload/checkpoint.ts'
import { checkpointBusy } from '../upload/checkpoint-busy.ts'
import type { CheckpointStore, StoredCheckpoint } from '../upload/checkpoint-store.ts'
import { isFileHandle } from '../upload/file-handle.ts'
import { storable } from '../upload/storable.ts'
import { openDatabase } from './database.ts'
import { LEASES, leases, type TabLocks, webLocks } from './tab-locks.ts'

const CHECKPOINTS = 'checkpoints'

/**
 * Checkpoints that outlive a reload, in the IndexedDB of the page's origin: an upload goes on when the same
 * file is picked, or dropped, again. It is recognised by its name, size, date and the bytes of its ends.
 * Where the upload was given a `FileSystemFileHandle`, `findCheckpoints` gives it back, and nobody need pick
 * the file again. They hold no keys and no bytes of the file.
 *
 * @param name of the database. Default: `oss-multipart`
 * @param locks what keeps a second tab off. Default: Web Locks, and leases where there are none
 */
export function indexedDbCheckpoints(
  name: string = 'oss-multipart',
  locks?: TabLocks,
): CheckpointStore {
  const database = openDatabase(name, [CHECKPOINTS, LEASES])
  const tabs = locks ?? usualLocks(name, () => leases(database))
  /** What this page has taken, for telling who has it. */
  const mine = new Set<string>()

  async function take(key: string): Promise<() => Promise<void>> {
    const giveBack = mine.has(key) ? undefined : await tabs.take(key)
    if (giveBack === undefined) {
      throw checkpointBusy(key, mine.has(key) ? 'another upload of this page' : 'another tab')
    }
    mine.add(key)
    let isOver = false
    return async () => {
      if (isOver) return
      isOver = true
      mine.delete(key)
      await giveBack()
    }
  }
  const remove = async (key: string) =>
    void (await database.change(CHECKPOINTS, (entries) => entries.delete(key)))

  return {
    async claim(key) {
      const release = await take(key)
      return {
        load: () =>
          database.change(CHECKPOINTS, async ({ get }) => readRecord(await get(key))?.checkpoint),
        async save(checkpoint, handle) {
          const record = { key, checkpoint: storable(checkpoint), savedAt: Date.now(), handle }
          await database.change(CHECKPOINTS, ({ put }) => put(key, record))
        },
        remove: () => remove(key),
        release,
      }
    },
    async list() {
      const records = await database.all(CHECKPOINTS)
      return records.flatMap((record) => readRecord(record) ?? [])
    },
    async remove(key) {
      const release = await take(key)
      await remove(key).finally(release)
    },
  }
}

/** Asked late: no global is touched before an upload. */
function usualLocks(name: string, withoutLocks: () => TabLocks): TabLocks {
  let chosen: TabLocks | undefined
  return {
    take(key) {
      // Only pages on https and localhost have them.
      const manager = globalThis.navigator?.locks
      chosen ??= manager === undefined ? withoutLocks() : webLocks(manager)
      return chosen.take(`${name} ${key}`)
    },
  }
}

/** Undefined for what this version did not write. */
function readRecord(record: unknown): StoredCheckpoint | undefined {
  const { key, savedAt, checkpoint, handle } = Object(record)
  const known = believable(checkpoint)
  return (
    known && {
      key: String(key),
      savedAt: Number(savedAt),
      checkpoint: known,
      ...(isFileHandle(handle) && { handle }),
    }
  )
}

function believable(checkpoint: unknown): Checkpoint | undefined {
  try {
    const known = readCheckpoint(checkpoint)
    return known && storable(known)
  } catch {
    return undefined
  }
}
