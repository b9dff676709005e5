import { blobKey } from './metadata-key.ts'
import type { Table } from './table.ts'

interface Named {
  readonly id: string
}

/**
 * Knows which blobs are named, and by how many records. The count is stored with the records and in
 * the same transactions, so that a start can sweep without reading every record.
 */
export class BlobNames {
  readonly #counts: Table<number>
  /** Written by this process and not named yet. All others that have no name are gone. */
  readonly #unnamed = new Set<string>()

  constructor(counts: Table<number>) {
    this.#counts = counts
  }

  /** A blob was written. */
  add({ id }: Named): void {
    this.#unnamed.add(id)
  }

  /** Whether the blob was still without a name, and so can be thrown away. */
  drop({ id }: Named): boolean {
    return this.#unnamed.delete(id)
  }

  /** The names given by a change are on disk. */
  settle(gained: readonly Named[]): void {
    for (const { id } of gained) this.#unnamed.delete(id)
  }

  /**
   * Within a change: one record for each of `lost` goes, one for each of `gained` comes. Gives the
   * blobs that are left without a name. Refuses one that is gone: a record without bytes is worse
   * than an error.
   */
  exchange(lost: readonly Named[], gained: readonly Named[]): string[] {
    const changes = new Map<string, number>()
    for (const { id } of gained) changes.set(id, (changes.get(id) ?? 0) + 1)
    for (const { id } of lost) changes.set(id, (changes.get(id) ?? 0) - 1)
    return [...changes]
      .filter(([id, change]) => change !== 0 && this.#count(id, change) === 0)
      .map(([id]) => id)
  }

  #count(id: string, change: number): number {
    const before = this.#counts.get(blobKey(id))
    if (before === undefined && !this.#unnamed.has(id)) {
      throw new Error(`Blob ${id} was discarded, or deleted with the last record that named it.`)
    }
    const count = (before ?? 0) + change
    if (count > 0) this.#counts.put(blobKey(id), count)
    else this.#counts.remove(blobKey(id))
    return count
  }
}
