import { open, unlink } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** Writes all of `chunks` to a file or a stream. A file that could not be finished is removed. */
export async function save(
  chunks: AsyncIterable<Uint8Array>,
  to: string | Writable,
): Promise<number> {
  if (typeof to !== 'string') return write(chunks, to)
  const file = await open(to, 'w').catch(async (error) => {
    await chunks[Symbol.asyncIterator]().return?.()
    throw error
  })
  try {
    return await write(chunks, file.createWriteStream())
  } catch (error) {
    await unlink(to).catch(() => {})
    throw error
  }
}

async function write(chunks: AsyncIterable<Uint8Array>, to: Writable): Promise<number> {
  let size = 0
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      size += chunk.byteLength
      yield chunk
    }
  }
  await pipeline(counted, to)
  return size
}
