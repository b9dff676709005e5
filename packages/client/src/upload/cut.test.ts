import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { utf8 } from '../oss/encode.ts'
import { MAX_PARTS } from '../oss/limits.ts'
import { failureOf } from '../oss/testing.contract.ts'
import { cut } from './cut.ts'
import type { PartToSend } from './plan.ts'

async function* each(...chunks: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield typeof chunk === 'string' ? utf8(chunk) : chunk
}

async function textOf({ body }: PartToSend): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body.chunks()) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

async function collect(parts: AsyncIterable<PartToSend>): Promise<PartToSend[]> {
  const collected: PartToSend[] = []
  for await (const part of parts) collected.push(part)
  return collected
}

/** The parts of `chunks`, each with four bytes, as text. */
async function cutText(...chunks: string[]): Promise<string[]> {
  const parts = await collect(cut(each(...chunks), () => 4))
  return Promise.all(parts.map(textOf))
}

describe('cut', () => {
  it.each([
    ['no bytes at all', [], []],
    ['empty chunks', ['', ''], []],
    ['less than one part', ['a', 'b'], ['ab']],
    ['exactly one part', ['ab', 'cd'], ['abcd']],
    ['an exact multiple, with no empty part at its end', ['abcd', 'efgh'], ['abcd', 'efgh']],
    ['one byte over', ['abcde'], ['abcd', 'e']],
    ['a chunk that holds several parts', ['abcdefghij'], ['abcd', 'efgh', 'ij']],
    ['chunks across the borders', ['abc', 'defgh', '', 'i'], ['abcd', 'efgh', 'i']],
  ])('cuts %s', async (_, chunks, parts) => {
    expect(await cutText(...chunks)).toEqual(parts)
  })

  it('numbers the parts and says where each begins and ends', async () => {
    const parts = await collect(cut(each('abcdefghij'), (number) => number + 2))
    expect(parts.map(({ number, start, end, body }) => [number, start, end, body.size])).toEqual([
      [1, 0, 3, 3],
      [2, 3, 7, 4],
      [3, 7, 10, 3],
    ])
  })

  it('gives parts that can be read again', async () => {
    for (const part of await collect(cut(each('ab', 'cd'), () => 4))) {
      expect([await textOf(part), await textOf(part)]).toEqual(['abcd', 'abcd'])
    }
  })

  it('gives the same parts however the bytes come', async () => {
    const bytes = fc.uint8Array({ maxLength: 60 })
    const cuts = fc.array(fc.nat(60), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(bytes, cuts, fc.integer({ min: 1, max: 20 }), async (all, borders, size) => {
        const ends = [
          ...borders.filter((end) => end < all.length).sort((a, b) => a - b),
          all.length,
        ]
        const chunks = ends.map((end, index) => all.slice(ends[index - 1] ?? 0, end))
        const parts = await collect(cut(each(...chunks), () => size))
        const found = await Promise.all(parts.map(textOf))
        const expected = Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
          Buffer.from(all.slice(index * size, (index + 1) * size)).toString(),
        )
        expect(found).toEqual(expected)
        expect(parts.map(({ number }) => number)).toEqual(expected.map((_, index) => index + 1))
      }),
    )
  })

  it.each([
    ['one small buffer', 1],
    ['a buffer nearly as large as a part', 3],
    ['a buffer as large as a part', 4],
    ['a buffer larger than two parts', 9],
  ])('keeps its bytes although the producer uses %s for all chunks', async (_, size) => {
    for (const buffer of [new Uint8Array(size), Buffer.alloc(size)]) {
      const parts = await collect(cut(reusing(buffer, 'abcdefghij'), () => 4))
      expect(await Promise.all(parts.map(textOf))).toEqual(['abcd', 'efgh', 'ij'])
    }
  })

  async function* reusing(buffer: Uint8Array, text: string): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < text.length; at += buffer.byteLength) {
      const next = text.slice(at, at + buffer.byteLength)
      const { written } = new TextEncoder().encodeInto(next, buffer)
      yield buffer.subarray(0, written)
    }
  }

  it('holds no more of a stream than the part that is being cut', async () => {
    const drawn = vi.fn()
    async function* endless() {
      for (;;) {
        drawn()
        yield utf8('ab')
      }
    }
    const parts = cut(endless(), () => 4)
    await parts.next()
    expect(drawn).toHaveBeenCalledTimes(2)
    await parts.return()
  })

  it('closes the stream when nobody wants more parts', async () => {
    const closed = vi.fn()
    async function* endless() {
      try {
        for (;;) yield utf8('abcd')
      } finally {
        closed()
      }
    }
    for await (const _ of cut(endless(), () => 4)) break
    expect(closed).toHaveBeenCalledOnce()
  })

  it('holds exactly 10,000 parts', async () => {
    const parts = await collect(cut(each(new Uint8Array(MAX_PARTS)), () => 1))
    expect(parts.at(-1)).toMatchObject({ number: MAX_PARTS, end: MAX_PARTS })
  })

  it.each(['in one chunk', 'in the last chunk'])(
    'refuses a stream that goes on after 10,000 parts, %s',
    async (where) => {
      const chunks = where === 'in one chunk' ? [MAX_PARTS * 2 + 1] : [MAX_PARTS * 2, 1]
      const stream = each(...chunks.map((size) => new Uint8Array(size)))
      const error = await failureOf(collect(cut(stream, () => 2)))
      expect(error).toMatchObject({ name: 'EntityTooLargeError', code: 'EntityTooLargeError' })
      expect(error.message).toBe(
        'The stream is longer than 10000 parts can hold at this `partSize`: it goes on after 20000 bytes. Give a larger `partSize`',
      )
    },
  )
})
