import { describe, expect, it, vi } from 'vitest'
import { withRelease } from './with-release.ts'

async function* numbers(failure?: Error): AsyncGenerator<number, void> {
  yield 1
  if (failure) throw failure
  yield 2
}

describe('withRelease', () => {
  it('releases once at the end', async () => {
    const release = vi.fn(async () => {})
    const seen: number[] = []
    const reader = withRelease(numbers(), release)
    for await (const number of reader) {
      expect(release).not.toHaveBeenCalled()
      seen.push(number)
    }
    await reader.next()
    await reader.return?.()
    expect(seen).toEqual([1, 2])
    expect(release).toHaveBeenCalledOnce()
  })

  it('releases after an error, and passes it on', async () => {
    const release = vi.fn(async () => {})
    const failure = new Error('The disk went away.')
    const reader = withRelease(numbers(failure), release)
    await reader.next()
    await expect(reader.next()).rejects.toBe(failure)
    expect(release).toHaveBeenCalledOnce()
  })

  it.each([0, 1])('releases when the reader stops after %i pieces', async (pieces) => {
    const release = vi.fn(async () => {})
    const reader = withRelease(numbers(), release)
    for (let piece = 0; piece < pieces; piece++) await reader.next()
    await reader.return?.()
    expect(release).toHaveBeenCalledOnce()
    expect(await reader.next()).toEqual({ done: true, value: undefined })
  })
})
