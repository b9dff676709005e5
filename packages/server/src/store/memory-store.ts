import { createHash, randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { BlobSlice } from './blob-slices.ts'
import { crc64 } from './crc64.ts'
import type { Metadata } from './metadata.ts'
import type { KeyRange } from './metadata-key.ts'
import { type Blobs, RecordStore } from './record-store.ts'
import type { Blob, Store } from './store.ts'

/** A store that ends with the process. For tests: every list looks through all there is. */
export function createMemoryStore(): Store {
  return new RecordStore(new MemoryMetadata(), new MemoryBlobs(), async () => {})
}

class MemoryMetadata implements Metadata {
  /** By key in Latin-1: one character for each byte, so that strings sort as bytes do. */
  #entries = new Map<string, Uint8Array>()

  get(key: Buffer): Uint8Array | undefined {
    return this.#entries.get(key.toString('latin1'))
  }

  list({ start, end }: KeyRange, limit: number): { key: Uint8Array; value: Uint8Array }[] {
    const [first, last] = [start.toString('latin1'), end.toString('latin1')]
    return [...this.#entries]
      .filter(([key]) => first <= key && key < last)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .slice(0, limit)
      .map(([key, value]) => ({ key: Buffer.from(key, 'latin1'), value }))
  }

  put(key: Buffer, value: Uint8Array): void {
    this.#entries.set(key.toString('latin1'), value)
  }

  remove(key: Uint8Array): void {
    this.#entries.delete(Buffer.from(key).toString('latin1'))
  }

  async commit<result>(change: () => result): Promise<result> {
    const before = new Map(this.#entries)
    try {
      return change()
    } catch (error) {
      this.#entries = before
      throw error
    }
  }

  async close(): Promise<void> {}
}

class MemoryBlobs implements Blobs {
  readonly #bytes = new Map<string, Buffer>()

  async write(chunks: AsyncIterable<Uint8Array>): Promise<Blob> {
    const copies: Buffer[] = []
    for await (const chunk of chunks) copies.push(Buffer.from(chunk))
    const bytes = Buffer.concat(copies)
    const id = randomUUID()
    this.#bytes.set(id, bytes)
    const md5 = createHash('md5').update(bytes).digest('hex').toUpperCase()
    return { id, size: bytes.length, md5, crc64: crc64(bytes) }
  }

  read(slices: readonly BlobSlice[]): AsyncIterableIterator<Uint8Array> {
    return each(slices.map(({ id, start, end }) => this.#bytes.get(id)?.subarray(start, end)))
  }

  /** As on a disk: whoever got a record in this turn of the event loop can still read it. */
  async remove(ids: readonly string[]): Promise<void> {
    await setImmediate()
    for (const id of ids) this.#bytes.delete(id)
  }
}

async function* each(pieces: (Uint8Array | undefined)[]): AsyncGenerator<Uint8Array, void> {
  for (const piece of pieces) {
    if (!piece)
      throw new Error(
        'The bytes of an object are gone. Was it replaced or deleted before the reader asked?',
      )
    yield piece.slice()
  }
}
