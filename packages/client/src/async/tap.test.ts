import { describe, expect, it, vi } from 'vitest'
import { tap } from './tap.ts'

async function* letters(...items: string[]): AsyncGenerator<string> {
  yield* items
}

async function collect(items: AsyncIterable<string>): Promise<string[]> {
  const collected: string[] = []
  for await (const item of items) collected.push(item)
  return collected
}

describe('tap', () => {
  it('hands on every item, and shows it first', async () => {
    const seen: string[] = []
    const end = vi.fn(() => expect(seen).toEqual(['a', 'b']))
    const items = tap(letters('a', 'b'), { each: (item) => seen.push(item), end })
    expect(await collect(items)).toEqual(['a', 'b'])
    expect(end).toHaveBeenCalledOnce()
  })

  it('ends with what is thrown when the last item has passed', async () => {
    const end = () => {
      throw new Error('one is missing')
    }
    await expect(collect(tap(letters('a'), { end }))).rejects.toThrow('one is missing')
  })

  it('throws an error as it is, or as it is explained', async () => {
    async function* broken() {
      yield 'a'
      throw new Error('reset')
    }
    const error = (cause: unknown) => new Error('in GetObject', { cause })
    await expect(collect(tap(broken(), {}))).rejects.toThrow('reset')
    await expect(collect(tap(broken(), { error }))).rejects.toThrow('in GetObject')
  })

  it('ends its source when it is left early, even before the first item was asked for', async () => {
    const returned = vi.fn(async () => ({ done: true as const, value: undefined }))
    const endless = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false as const, value: 'a' }),
        return: returned,
      }),
    }
    for await (const _ of tap(endless, {})) break
    expect(returned).toHaveBeenCalledTimes(1)
    await tap(endless, {}).return?.()
    expect(returned).toHaveBeenCalledTimes(2)
  })
})
