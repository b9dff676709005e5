import { describe, expect, it } from 'vitest'
import { sliceBlobs } from './blob-slices.ts'

const BLOBS = [
  { id: 'a', size: 3 },
  { id: 'empty', size: 0 },
  { id: 'b', size: 2 },
]

describe('sliceBlobs', () => {
  it.each([
    [0, 5, ['a 0-3', 'b 0-2']],
    [1, 4, ['a 1-3', 'b 0-1']],
    [3, 5, ['b 0-2']],
    [2, 3, ['a 2-3']],
    [3, 3, []],
    [5, 5, []],
  ])('takes bytes %i to %i from where they are', (start, end, expected) => {
    const slices = sliceBlobs(BLOBS, start, end)
    expect(slices.map((slice) => `${slice.id} ${slice.start}-${slice.end}`)).toEqual(expected)
  })

  it('counts beyond 2³² exactly', () => {
    const blobs = Array.from({ length: 10_000 }, (_, part) => ({
      id: `${part}`,
      size: 5 * 2 ** 30,
    }))
    const size = 50_000 * 2 ** 30
    expect(sliceBlobs(blobs, size - 1, size)).toEqual([
      { id: '9999', start: 5 * 2 ** 30 - 1, end: 5 * 2 ** 30 },
    ])
  })

  it.each([
    [-1, 2],
    [2, 1],
    [0, 6],
    [6, 6],
  ])('refuses bytes %i to %i, which are not there', (start, end) => {
    expect(() => sliceBlobs(BLOBS, start, end)).toThrow(/5 bytes/)
  })
})
