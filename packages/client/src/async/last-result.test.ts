import { expect, it, vi } from 'vitest'
import { lastResult } from './last-result.ts'

it('computes again only when it is asked for something else', () => {
  const compute = vi.fn((text: string) => text.length)
  const lengthOf = lastResult(compute)
  expect([lengthOf('a'), lengthOf('a'), lengthOf('bc'), lengthOf('a')]).toEqual([1, 1, 2, 1])
  expect(compute.mock.calls).toEqual([['a'], ['bc'], ['a']])
})

it('remembers no failure', () => {
  const compute = vi
    .fn(() => 1)
    .mockImplementationOnce(() => {
      throw new Error('at first')
    })
  const value = lastResult(compute)
  expect(() => value('a')).toThrow('at first')
  expect(value('a')).toBe(1)
})
