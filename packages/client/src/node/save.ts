import { createWriteStream } from 'node:fs'
import { unlink } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** Writes all of `chunks` to a file or a stream. A file that could not be finished is removed. */
export async function save(
  chunks: AsyncIterable<Uint8Array>,
  to: string | Writable,
): Promise<number> {
  let size = 0
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      size += chunk.byteLength
      yield chunk
    }
  }
  if (typeof to !== 'string') {
    await pipeline(counted, to)
    return size
  }
  const file = createWriteStream(to)
  try {
    await pipeline(counted, file)
  } catch (error) {
    // Only what was written here is removed: a file that could not be opened is somebody else's.
    if (!file.pending) await unlink(to).catch(() => {})
    throw error
  }
  return size
}
