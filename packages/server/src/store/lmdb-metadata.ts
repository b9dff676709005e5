import { open } from 'lmdb'
import type { Metadata } from './metadata.ts'
import { syncDirectory } from './sync-directory.ts'

/** Opens the metadata in the folder `dir`: one file of LMDB, which is crash-proof by design. */
export async function openLmdbMetadata(dir: string): Promise<Metadata> {
  const db = open<Uint8Array, Uint8Array>({
    path: dir,
    keyEncoding: 'binary',
    encoding: 'binary',
    // Commit and flush in one step. With overlapping, only `db.flushed` would promise durability.
    overlappingSync: false,
    // With batching, a commit that fails rejects a promise which nobody holds: the process ends.
    eventTurnBatching: false,
  })
  await syncDirectory(dir)

  let running: Promise<unknown> = Promise.resolve()
  let next: Promise<void> | undefined
  let broken: Error | undefined

  /**
   * One transaction at a time, whose wait for the disk serves all changes that came meanwhile. LMDB
   * could take them at once, but each would block one of the few threads that also write files.
   */
  function commit<result>(change: () => result): Promise<result> {
    next ??= running.then(() => {
      next = undefined
    })
    const committed = next.then(() => transact(change))
    running = committed.catch(() => {})
    return committed
  }

  async function transact<result>(change: () => result): Promise<result> {
    if (broken) throw broken
    try {
      return await db.childTransaction(change)
    } catch (error) {
      // Otherwise `change` itself has thrown, and the disk is not to blame.
      if (!(error instanceof Error && 'commitError' in error)) throw error
      const cause = await reasonOf(error.commitError)
      broken ??= check()
      throw new Error(`The metadata in ${dir} could not be written: ${cause}`, { cause })
    }
  }

  /** After a failed write of its root page LMDB refuses to go on, and the next write would hang. */
  function check(): Error | undefined {
    try {
      db.resetReadTxn()
      db.doesExist(Buffer.of(0))
      return undefined
    } catch (cause) {
      return new Error(`The metadata in ${dir} can no longer be written. Restart.`, { cause })
    }
  }

  return {
    get: (key) => db.get(key),
    list: ({ start, end }, limit) => db.getRange({ start, end, limit }),
    put: (key, value) => db.putSync(key, value),
    remove: (key) => void db.removeSync(key),
    commit,
    async close() {
      await running
      await db.close()
    },
  }
}

/** LMDB gives the reason for a failed commit as a promise; left alone, it would be unhandled. */
async function reasonOf(commitError: unknown): Promise<unknown> {
  try {
    return await commitError
  } catch (reason) {
    return reason
  }
}
