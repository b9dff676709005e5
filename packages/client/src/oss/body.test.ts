import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { type Bytes, bytesBody, chunksOf } from './body.ts'
import { utf8 } from './encode.ts'
import { MiB } from './limits.ts'

async function collect(bytes: Bytes): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = []
  for await (const chunk of chunksOf(bytes)) chunks.push(new Uint8Array(chunk))
  return chunks
}

async function* each<Item>(...items: Item[]): AsyncGenerator<Item> {
  yield* items
}

describe('chunksOf', () => {
  const text = 'ab'
  const [a, b] = [utf8('a'), utf8('b')]
  it.each<[string, () => Bytes]>([
    ['a Uint8Array', () => utf8(text)],
    ['a Buffer', () => Buffer.from(text)],
    ['the middle of a buffer', () => utf8(`-${text}-`).subarray(1, 3)],
    ['an ArrayBuffer', () => utf8(text).buffer],
    ['a Blob', () => new Blob([text])],
    ['a File', () => new File([text], 'name')],
    ['a web stream', () => new Blob([text]).stream()],
    ['an iterable', () => [a, b]],
    ['an async iterable', () => each(a, b)],
    ['an iterable with empty chunks', () => each(utf8(''), a, utf8(''), b)],
  ])('reads %s', async (_, bytes) => {
    const chunks = await collect(bytes())
    expect(Buffer.concat(chunks).toString()).toBe(text)
    expect(chunks.every(({ byteLength }) => byteLength > 0)).toBe(true)
  })

  it('hands on large buffers in pieces of 1 MiB, without a copy', async () => {
    const large = new Uint8Array(2 * MiB + 1)
    const chunks: Uint8Array[] = []
    for await (const chunk of chunksOf(large)) chunks.push(chunk)
    expect(chunks.map(({ byteLength }) => byteLength)).toEqual([MiB, MiB, 1])
    expect(chunks.every(({ buffer }) => buffer === large.buffer)).toBe(true)
    expect((await collect([large])).map(({ byteLength }) => byteLength)).toEqual([MiB, MiB, 1])
  })

  it('reads a stream that can only be read by a reader', async () => {
    const stream = new Blob([text]).stream()
    Object.defineProperty(stream, Symbol.asyncIterator, { value: undefined })
    expect(Buffer.concat(await collect(stream)).toString()).toBe(text)
  })

  it('cancels a web stream that is not read to its end', async () => {
    const cancel = vi.fn()
    const stream = new ReadableStream({ pull: (controller) => controller.enqueue(a), cancel })
    for await (const _ of chunksOf(stream)) break
    expect(cancel).toHaveBeenCalledOnce()
  })

  it('closes a generator that is not read to its end', async () => {
    const closed = vi.fn()
    async function* endless() {
      try {
        for (;;) yield a
      } finally {
        closed()
      }
    }
    for await (const _ of chunksOf(endless())) break
    expect(closed).toHaveBeenCalledOnce()
  })

  it('passes on the error of a stream as it is', async () => {
    const broken = new Error('EIO')
    const stream = new ReadableStream({ pull: (controller) => controller.error(broken) })
    await expect(collect(stream)).rejects.toBe(broken)
  })

  it.each([
    ['text', '"text"'],
    [[1, 2], 'an object of type Array'],
    [null, 'null'],
  ])('refuses a stream that yields %j', async (chunk, shown) => {
    // JavaScript callers can pass what the type forbids.
    const stream = each(chunk) as AsyncIterable<never>
    await expect(collect(stream)).rejects.toThrow(
      `A stream to upload must yield Uint8Array or Buffer: got ${shown}`,
    )
  })

  it('gives the bytes and their order, however they were cut before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 9 })), async (chunks) => {
        expect(Buffer.concat(await collect(each(...chunks)))).toEqual(Buffer.concat(chunks))
      }),
    )
  })
})

describe('bytesBody', () => {
  it('has a size and can be read again and again', async () => {
    const body = bytesBody(utf8('again'))
    expect(body.size).toBe(5)
    expect(body.once).toBeUndefined()
    for (const _ of [1, 2]) {
      const chunks: Uint8Array[] = []
      for await (const chunk of body.chunks()) chunks.push(chunk)
      expect(Buffer.concat(chunks).toString()).toBe('again')
    }
  })
})
