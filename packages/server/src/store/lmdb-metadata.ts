import { open, type RootDatabase } from 'lmdb'
import type { Metadata } from './metadata.ts'
import type { KeyRange } from './metadata-key.ts'
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
  return new LmdbMetadata(dir, db)
}

class LmdbMetadata implements Metadata {
  readonly #dir: string
  readonly #db: RootDatabase<Uint8Array, Uint8Array>
  /** Settles with the last commit that was asked for. */
  #running: Promise<unknown> = Promise.resolve()
  /** The start of the next transaction, while it waits for the one before. */
  #next: Promise<void> | undefined
  #broken: Error | undefined

  constructor(dir: string, db: RootDatabase<Uint8Array, Uint8Array>) {
    this.#dir = dir
    this.#db = db
  }

  get(key: Buffer): Uint8Array | undefined {
    return this.#db.get(key)
  }

  list({ start, end }: KeyRange, limit: number): Iterable<{ key: Uint8Array; value: Uint8Array }> {
    return this.#db.getRange({ start, end, limit })
  }

  put(key: Buffer, value: Uint8Array): void {
    this.#db.putSync(key, value)
  }

  remove(key: Uint8Array): void {
    this.#db.removeSync(key)
  }

  /**
   * One transaction at a time, whose wait for the disk serves all changes that came meanwhile. LMDB
   * could take them at once, but each would block one of the few threads that also write files.
   */
  commit<result>(change: () => result): Promise<result> {
    this.#next ??= this.#running.then(() => {
      this.#next = undefined
    })
    const committed = this.#next.then(() => this.#transact(change))
    this.#running = committed.catch(() => {})
    return committed
  }

  async close(): Promise<void> {
    await this.#running
    await this.#db.close()
  }

  async #transact<result>(change: () => result): Promise<result> {
    if (this.#broken) throw this.#broken
    try {
      return await this.#db.childTransaction(change)
    } catch (error) {
      // Otherwise `change` itself has thrown, and the disk is not to blame.
      if (!(error instanceof Error && 'commitError' in error)) throw error
      const cause = await reasonOf(error.commitError)
      this.#broken ??= this.#check()
      throw new Error(`The metadata in ${this.#dir} could not be written: ${cause}`, { cause })
    }
  }

  /** After a failed write of its root page LMDB refuses to go on, and the next write would hang. */
  #check(): Error | undefined {
    try {
      this.#db.resetReadTxn()
      this.#db.doesExist(Buffer.of(0))
      return undefined
    } catch (cause) {
      return new Error(`The metadata in ${this.#dir} can no longer be written. Restart.`, { cause })
    }
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
