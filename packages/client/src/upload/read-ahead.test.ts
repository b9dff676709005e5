import { describe, expect, it, vi } from 'vitest'
import { chunksOf } from '../oss/body.ts'
import { wholeIfSmall } from './read-ahead.ts'
import { bytesSource, type Source, type StreamSource } from './source.ts'
import { bytesOf, PART } from './testing.contract.ts'

/** A stream that uses the memory of one Buffer for all its chunks. */
function reusing(bytes: Uint8Array, size: number, drawn = vi.fn()): StreamSource {
  return {
    async *chunks() {
      const buffer = Buffer.alloc(size)
      for (let start = 0; start < bytes.byteLength; start += size) {
        const chunk = bytes.subarray(start, start + size)
        buffer.set(chunk)
        drawn()
        yield buffer.subarray(0, chunk.byteLength)
      }
    },
  }
}

async function readAll(input: Source | StreamSource): Promise<Buffer> {
  const chunks =
    input.size === undefined ? input.chunks() : chunksOf(await input.read(0, input.size))
  const copies: Uint8Array[] = []
  for await (const chunk of chunks) copies.push(new Uint8Array(chunk))
  return Buffer.concat(copies)
}

describe('wholeIfSmall', () => {
  it('leaves a source of known size as it is', async () => {
    const source = bytesSource(bytesOf(10))
    expect(await wholeIfSmall(source)).toBe(source)
  })

  it.each([0, 1, PART - 1])('holds a stream of %i bytes whole', async (size) => {
    const bytes = bytesOf(size)
    const input = await wholeIfSmall(reusing(bytes, 1_000))
    expect(input.size).toBe(size)
    expect((await readAll(input)).equals(bytes)).toBe(true)
  })

  it.each([PART, PART + 1, 3 * PART])('leaves a stream of %i bytes a stream', async (size) => {
    const bytes = bytesOf(size)
    const input = await wholeIfSmall(reusing(bytes, 30_000))
    expect(input.size).toBeUndefined()
    expect((await readAll(input)).equals(bytes)).toBe(true)
  })

  it('reads no further than it must', async () => {
    const drawn = vi.fn()
    await wholeIfSmall(reusing(bytesOf(10 * PART), PART / 2, drawn))
    expect(drawn).toHaveBeenCalledTimes(2)
  })

  it('ends the stream when only some of it is wanted', async () => {
    const closed = vi.fn()
    async function* endless() {
      try {
        for (;;) yield bytesOf(PART)
      } finally {
        closed()
      }
    }
    const input = await wholeIfSmall({ chunks: endless })
    let chunks = 0
    if (input.size === undefined) for await (const _ of input.chunks()) if (++chunks === 2) break
    expect(closed).toHaveBeenCalledOnce()
  })

  it('passes on the error of a stream', async () => {
    async function* broken() {
      yield bytesOf(1)
      throw new Error('EIO')
    }
    await expect(wholeIfSmall({ chunks: broken })).rejects.toThrow('EIO')
  })
})
