import { randomBytes } from 'node:crypto'
import { readdir, rename, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { BlobSlice } from './blob-slices.ts'
import { type DataFolder, ownDirectory } from './data-folder.ts'
import { readFileSlice } from './read-file-slice.ts'
import type { Blobs } from './record-store.ts'
import type { Blob } from './store.ts'
import { syncDirectory } from './sync-directory.ts'
import { withRelease } from './with-release.ts'
import { writeNewFile } from './write-new-file.ts'

/** Names of ours. Whatever else lies in the folders belongs to someone else. */
const BLOB_ID = /^[0-9a-f]{32}$/

/** Blobs are spread by the first byte of their ids, so that no folder grows very large. */
const SHELF = /^[0-9a-f]{2}$/

/** The bytes of a store: one file per blob, written once, named at random. */
export class BlobFiles implements Blobs {
  readonly #blobs: string
  readonly #incoming: string
  /** How many readers each blob has. */
  readonly #readers = new Map<string, number>()
  /** To be removed when the last reader is through. */
  readonly #doomed = new Set<string>()
  /** Folders that are known to be there, and on the disk. */
  readonly #shelves = new Set<string>()

  constructor({ blobs, incoming }: DataFolder) {
    this.#blobs = blobs
    this.#incoming = incoming
  }

  /** A file gets its final name only when all its bytes are on the disk, and then its name is too. */
  async write(bytes: AsyncIterable<Uint8Array>): Promise<Blob> {
    const id = randomBytes(16).toString('hex')
    const temporary = join(this.#incoming, id)
    try {
      const sums = await writeNewFile(temporary, bytes)
      const shelf = await this.#shelfFor(id)
      await rename(temporary, this.#path(id))
      await syncDirectory(shelf)
      return { id, ...sums }
    } catch (error) {
      await removeFile(temporary)
      await removeFile(this.#path(id))
      throw error
    }
  }

  /** The bytes of `slices` in a row. From now on the files stay until the reader is through. */
  read(slices: readonly BlobSlice[]): AsyncIterableIterator<Uint8Array> {
    for (const { id } of slices) this.#readers.set(id, (this.#readers.get(id) ?? 0) + 1)
    return withRelease(this.#bytesOf(slices), () => this.#release(slices))
  }

  /** Deletes blobs, those that are being read as soon as they no longer are. */
  async remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      if (this.#readers.has(id)) this.#doomed.add(id)
      else await removeFile(this.#path(id))
    }
  }

  /** Deletes what an earlier process left behind: unfinished files, and blobs that have no name. */
  async sweep(isNamed: (id: string) => boolean): Promise<void> {
    for (const id of await blobsIn(this.#incoming)) await removeFile(join(this.#incoming, id))
    for (const entry of await readdir(this.#blobs, { withFileTypes: true })) {
      if (entry.isDirectory() && SHELF.test(entry.name)) await this.#sweepShelf(entry.name, isNamed)
    }
  }

  async #sweepShelf(shelf: string, isNamed: (id: string) => boolean): Promise<void> {
    const ids = await blobsIn(join(this.#blobs, shelf))
    await this.remove(ids.filter((id) => !isNamed(id)))
  }

  async *#bytesOf(slices: readonly BlobSlice[]): AsyncGenerator<Uint8Array, void> {
    for (const { id, start, end } of slices) yield* readFileSlice(this.#path(id), start, end)
  }

  async #release(slices: readonly BlobSlice[]): Promise<void> {
    for (const { id } of slices) {
      const readers = (this.#readers.get(id) ?? 0) - 1
      if (readers > 0) this.#readers.set(id, readers)
      else this.#readers.delete(id)
      if (readers === 0 && this.#doomed.delete(id)) await removeFile(this.#path(id))
    }
  }

  #path(id: string): string {
    return join(this.#blobs, id.slice(0, 2), id)
  }

  /** The folder for a blob, which is created when it is the first there. */
  async #shelfFor(id: string): Promise<string> {
    const shelf = dirname(this.#path(id))
    if (this.#shelves.has(shelf)) return shelf
    await ownDirectory(shelf)
    await syncDirectory(this.#blobs)
    this.#shelves.add(shelf)
    return shelf
  }
}

async function blobsIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && BLOB_ID.test(entry.name))
    .map((entry) => entry.name)
}

/**
 * What cannot be removed now only takes up space, and the next start tries again. That must not
 * hide an error on the way, nor make a change that is already committed look like a failure.
 */
async function removeFile(path: string): Promise<void> {
  await unlink(path).catch(() => {})
}
