import { describe, expect, it } from 'vitest'
import { formatBytes, formatShare, formatTimeLeft, timeLeft } from './format.ts'

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.0 KB'],
    [102_400, '100 KB'],
    [1_048_576, '1.0 MB'],
    [314_572_800, '300 MB'],
    [1_500_000_000, '1.4 GB'],
    [48.8 * 1024 ** 4, '48.8 TB'],
    [5_000 * 1024 ** 4, '5,000 TB'],
  ])('says %d as %s', (bytes, text) => {
    expect(formatBytes(bytes, 'en')).toBe(text)
  })
})

describe('formatShare', () => {
  it('does not say 100 before it is all', () => {
    expect([0, 0.426, 0.9999, 1].map((share) => formatShare(share, 'en'))).toEqual([
      '0%',
      '42%',
      '99%',
      '100%',
    ])
  })
})

describe('timeLeft', () => {
  it.each([
    [0, 100, '1 sec'],
    [420, 100, '5 sec'],
    [4_200, 100, '45 sec'],
    [12_000, 100, '2 min'],
    [600_000, 100, '2 hr'],
  ])('of %d bytes at %d a second is %s', (bytes, speed, text) => {
    const left = timeLeft(bytes, speed)
    expect(left && formatTimeLeft(left, 'en')).toBe(text)
  })

  it('is not known where nothing moves', () => {
    expect(timeLeft(100, 0)).toBeUndefined()
  })
})
