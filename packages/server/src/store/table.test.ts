import { beforeEach, describe, expect, it } from 'vitest'
import type { Metadata } from './metadata.ts'
import { bucketKey } from './metadata-key.ts'
import { openTable } from './table.ts'

const KEY = bucketKey('media')

describe('openTable', () => {
  let value: Uint8Array | undefined
  const metadata: Metadata = {
    get: () => value,
    list: () => (value ? [{ key: KEY, value }] : []),
    put: (_, given) => {
      value = given
    },
    remove: () => {},
    commit: async (change) => change(),
    close: async () => {},
  }
  const table = openTable<string, string>(metadata, {
    toJson: (record) => record,
    fromJson: (record) => record,
  })

  beforeEach(() => table.put(KEY, 'é 中 😀'))

  it('gives back what was put', () => {
    expect(table.get(KEY)).toBe('é 中 😀')
    expect(table.list({ start: KEY, end: KEY })).toEqual(['é 中 😀'])
  })

  it('notices every single bit that changed on the disk, and says whose', () => {
    const intact = Buffer.from(value ?? [])
    for (let bit = 0; bit < intact.length * 8; bit++) {
      const flipped = Buffer.from(intact)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      value = flipped
      expect(() => table.get(KEY)).toThrow(/media.*damaged/)
      expect(() => table.list({ start: KEY, end: KEY })).toThrow(/media.*damaged/)
    }
  })

  it.each([0, 7, 8, 9])('notices a record that was cut to %i bytes', (length) => {
    value = value?.subarray(0, length)
    expect(() => table.get(KEY)).toThrow('damaged')
  })
})
