import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  GiB,
  KiB,
  MAX_OBJECT_SIZE,
  MAX_PART_SIZE,
  MAX_PARTS,
  MIN_PART_SIZE,
  MiB,
} from '../oss/limits.ts'
import { choosePartSize, type Part, planParts, streamPartSize } from './plan.ts'

const sizes = fc.oneof(
  fc.integer({ min: 1, max: 10 * GiB }),
  fc.maxSafeNat().map((n) => (n % MAX_OBJECT_SIZE) + 1),
)
const wanted = fc.integer({ min: MIN_PART_SIZE, max: MAX_PART_SIZE })

describe('choosePartSize', () => {
  it.each([
    [1, MiB],
    [256 * MiB, MiB],
    [256 * MiB + 1, 2 * MiB],
    [512 * MiB, 2 * MiB],
    [512 * MiB + 1, 4 * MiB],
    [GiB, 4 * MiB],
    [GiB + 1, 8 * MiB],
    [2 * GiB, 8 * MiB],
    [2 * GiB + 1, 16 * MiB],
    [100 * GiB, 16 * MiB],
    [MAX_PARTS * 16 * MiB, 16 * MiB],
    [MAX_PARTS * 16 * MiB + 1, 17 * MiB],
    [MAX_OBJECT_SIZE, MAX_PART_SIZE],
  ])('cuts an object of %i bytes into parts of %i, where nobody asks', (size, partSize) => {
    expect(choosePartSize(size)).toBe(partSize)
  })

  it('takes the size that was asked for when it will do', () => {
    expect(choosePartSize(GiB, 123_457)).toBe(123_457)
    expect(choosePartSize(MAX_PARTS * MIN_PART_SIZE, MIN_PART_SIZE)).toBe(MIN_PART_SIZE)
  })

  it('raises it to a whole MiB when there would be too many parts', () => {
    expect(choosePartSize(MAX_PARTS * MIN_PART_SIZE + 1, MIN_PART_SIZE)).toBe(MiB)
    expect(choosePartSize(MAX_PARTS * MiB + 1, MiB)).toBe(2 * MiB)
  })

  it('never has more than 10,000 parts, parts over 5 GiB, or less than was asked for', () => {
    fc.assert(
      fc.property(sizes, fc.option(wanted, { nil: undefined }), (size, asked) => {
        const partSize = choosePartSize(size, asked)
        expect(Math.ceil(size / partSize)).toBeLessThanOrEqual(MAX_PARTS)
        expect(partSize).toBeLessThanOrEqual(MAX_PART_SIZE)
        expect(partSize).toBeGreaterThanOrEqual(asked ?? MiB)
        if (partSize !== asked) expect(partSize % MiB).toBe(0)
      }),
    )
  })
})

describe('planParts', () => {
  it.each([
    [0, []],
    [1, [1]],
    [100 * KiB - 1, [100 * KiB - 1]],
    [100 * KiB, [100 * KiB]],
    [100 * KiB + 1, [100 * KiB, 1]],
    [300 * KiB, [100 * KiB, 100 * KiB, 100 * KiB]],
    [300 * KiB + 1, [100 * KiB, 100 * KiB, 100 * KiB, 1]],
  ])('cuts %i bytes into %j', (size, lengths) => {
    expect([...planParts(size, 100 * KiB)].map(({ start, end }) => end - start)).toEqual(lengths)
  })

  it('cuts the largest object there can be', () => {
    const parts = [...planParts(MAX_OBJECT_SIZE, choosePartSize(MAX_OBJECT_SIZE))]
    expect(parts).toHaveLength(MAX_PARTS)
    expect(parts.at(-1)).toEqual({
      number: MAX_PARTS,
      start: MAX_OBJECT_SIZE - MAX_PART_SIZE,
      end: MAX_OBJECT_SIZE,
    })
  })

  it('leaves no gap and no overlap, and counts from 1, whatever the sizes', () => {
    fc.assert(
      fc.property(sizes, wanted, (size, asked) => {
        const partSize = choosePartSize(size, asked)
        const parts = [...planParts(size, partSize)]
        const isNext = ({ number, start, end }: Part, index: number) =>
          number === index + 1 &&
          start === (parts[index - 1]?.end ?? 0) &&
          end === Math.min(start + partSize, size) &&
          end > start
        // One comparison of vitest's own for each of ten thousand parts would take a second.
        expect(parts.every(isNext)).toBe(true)
        expect(parts.at(-1)?.end).toBe(size)
      }),
    )
  })
})

describe('streamPartSize', () => {
  it.each([
    [1, 1],
    [5_000, 1],
    [5_001, 2],
    [5_500, 2],
    [5_501, 4],
    [9_501, 1024],
    [10_000, 1024],
  ])('makes part %i of a stream %i times as large as the first', (number, times) => {
    expect(streamPartSize(number, MIN_PART_SIZE)).toBe(MIN_PART_SIZE * times)
  })

  it('never shrinks and never exceeds what a part can hold', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: MAX_PARTS - 1 }), wanted, (number, partSize) => {
        const size = streamPartSize(number, partSize)
        expect(size).toBeGreaterThanOrEqual(partSize)
        expect(streamPartSize(number + 1, partSize)).toBeGreaterThanOrEqual(size)
        expect(size).toBeLessThanOrEqual(MAX_PART_SIZE)
      }),
    )
  })

  it('lets even a stream that began with the smallest parts grow to 90 GiB, and one of 4 MiB to 3.9 TiB', () => {
    const capacity = (partSize: number) => {
      let sum = 0
      for (let number = 1; number <= MAX_PARTS; number++) sum += streamPartSize(number, partSize)
      return sum
    }
    expect(capacity(MIN_PART_SIZE)).toBeGreaterThan(90 * GiB)
    expect(capacity(4 * MiB)).toBeGreaterThan(3.9 * 1024 * GiB)
  })
})
