import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { objectKey, partKey, uploadKey, uploadsIn } from './metadata-key.ts'

/** Text with many of the characters at which orders and encodings go wrong. */
const text = fc.string({
  unit: fc.oneof(fc.constantFrom('\0', '\x01', '\x02', 'a', '\x7f', '\uffff', '😀'), fc.string()),
  maxLength: 6,
})
const upload = fc.record({ bucket: text, key: text, uploadId: text })

function compareFields(a: readonly string[], b: readonly string[]): number {
  for (const [at, field] of a.entries()) {
    const order = Buffer.compare(Buffer.from(field), Buffer.from(b[at] ?? ''))
    if (order !== 0) return order
  }
  return 0
}

describe('metadata keys', () => {
  it('sort as their fields do, one after the other, by the bytes of their UTF-8', () => {
    fc.assert(
      fc.property(upload, upload, (a, b) => {
        const order = compareFields(Object.values(a), Object.values(b))
        expect(Buffer.compare(uploadKey(a), uploadKey(b))).toBe(order)
      }),
    )
  })

  it('of parts sort by number', () => {
    const of = { bucket: 'b', key: 'k', uploadId: 'u' }
    const keys = [10_000, 9, 1, 10].map((number) => partKey(of, number))
    expect(keys.toSorted(Buffer.compare)).toEqual([1, 9, 10, 10_000].map((n) => partKey(of, n)))
  })

  it('of one kind never lie in the range of another, nor of another bucket', () => {
    fc.assert(
      fc.property(upload, text, (a, bucket) => {
        const { start, end } = uploadsIn(bucket)
        const key = uploadKey(a)
        const inside = Buffer.compare(start, key) <= 0 && Buffer.compare(key, end) < 0
        expect(inside).toBe(a.bucket === bucket)
        const object = objectKey(a.bucket, a.key)
        expect(Buffer.compare(start, object) <= 0 && Buffer.compare(object, end) < 0).toBe(false)
      }),
    )
  })

  it('fit into LMDB for the longest names OSS allows', () => {
    const longest = { bucket: 'b'.repeat(63), key: '中'.repeat(341), uploadId: 'F'.repeat(32) }
    expect(partKey(longest, 10_000).length).toBeLessThan(1978)
  })
})
