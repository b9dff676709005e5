import { describe, expect, it } from 'vitest'
import { corrupted, first, paced } from './bytes.ts'

/** Chunks, and whether they were given back. */
function source(...texts: string[]) {
  const state = { given: 0, isReturned: false }
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      for (const text of texts) {
        state.given++
        yield Buffer.from(text)
      }
    } finally {
      state.isReturned = true
    }
  }
  return { state, bytes: chunks() }
}

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string[]> {
  const texts: string[] = []
  for await (const chunk of bytes) texts.push(Buffer.from(chunk).toString())
  return texts
}

describe('first', () => {
  it.each<[number, string[], number]>([
    [0, [], 0],
    [1, ['a'], 1],
    [3, ['abc'], 1],
    [4, ['abc', 'd'], 2],
    [99, ['abc', 'def'], 2],
  ])('gives %s bytes, and asks for no more', async (count, texts, given) => {
    const { state, bytes } = source('abc', 'def')
    expect(await textOf(first(count, bytes))).toEqual(texts)
    expect(state).toEqual({ given, isReturned: given > 0 })
  })
})

describe('corrupted', () => {
  it('turns a bit of the first byte, in a copy', async () => {
    const chunk = Buffer.from('abc')
    async function* bytes() {
      yield Buffer.alloc(0)
      yield chunk
      yield chunk
    }
    expect(await textOf(corrupted(bytes()))).toEqual(['', '`bc', 'abc'])
    expect(chunk.toString()).toBe('abc')
  })
})

describe('paced', () => {
  const gone = new AbortController().signal

  it.each<[number, string[], number[]]>([
    [30, ['abc', 'de', 'f'], [100, 200 / 3, 100 / 3]],
    [1, ['a', 'b', 'c', 'd', 'e', 'f'], [1000, 1000, 1000, 1000, 1000, 1000]],
    [10_000, ['abcde', 'f'], [0.5, 0.1]],
  ])('at %s bytes a second waits before each piece', async (bytesPerSecond, texts, pauses) => {
    const slept: number[] = []
    const sleep = async (milliseconds: number) => void slept.push(milliseconds)
    const { bytes } = source('abcde', 'f')
    expect(await textOf(paced(bytes, bytesPerSecond, { sleep, gone }))).toEqual(texts)
    expect(slept.map((pause) => pause.toFixed(6))).toEqual(pauses.map((pause) => pause.toFixed(6)))
  })

  it('ends with an error when nobody waits any more', async () => {
    const leave = new AbortController()
    const { state, bytes } = source('ab')
    const sleep = async () => {
      leave.abort()
      throw new Error('woken')
    }
    const reading = textOf(paced(bytes, 1, { sleep, gone: leave.signal }))
    await expect(reading).rejects.toMatchObject({ code: 'IncompleteBody' })
    expect(state.isReturned).toBe(true)
  })
})
