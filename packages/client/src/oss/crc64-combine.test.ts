import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { combineCrc64, crc64, createCrc64 } from './crc64.ts'
import { utf8 } from './encode.ts'

const CHECK = '123456789'
const EMERGENCY = 'This is a test of the emergency broadcast system.'

describe('combineCrc64', () => {
  it('joins the checksums of the documented examples', () => {
    expect(combineCrc64(crc64(utf8(CHECK)), crc64(utf8(EMERGENCY)), 49)).toBe(7672622622872733320n)
    expect(combineCrc64(1796661072844795914n, 4472352582074980600n, 5)).toBe(5981764153023615706n)
    // Parts of 102400 `a`, 102400 `b` and 1000 `c`
    const two = combineCrc64(12696911168479852064n, 16456226173805894103n, 102400)
    expect(two).toBe(6683192356745409444n)
    expect(combineCrc64(two, 2086176679419269309n, 1000)).toBe(5027831076840394267n)
  })

  it('changes nothing where one of the two is empty', () => {
    const crc = 11051210869376104954n
    expect(combineCrc64(crc, 0n, 0)).toBe(crc)
    expect(combineCrc64(0n, crc, 2 ** 53)).toBe(crc)
  })

  it('gives the checksum of the whole, wherever it is cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), fc.nat(500), (bytes, cut) => {
        const [first, second] = [bytes.subarray(0, cut), bytes.subarray(cut)]
        expect(combineCrc64(crc64(first), crc64(second), second.length)).toBe(crc64(bytes))
      }),
    )
  })

  it('agrees with the method of zlib for any length up to 2^53', () => {
    const crc = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
    const length = fc.oneof(
      fc.maxSafeNat(),
      fc.nat(53).map((exponent) => 2 ** exponent),
    )
    fc.assert(
      fc.property(crc, crc, length, (crc1, crc2, length2) => {
        expect(combineCrc64(crc1, crc2, length2)).toBe(zlibCombine(crc1, crc2, length2))
      }),
      { numRuns: 20, examples: [[1n, 2n, 2 ** 53]] },
    )
  })

  it('folds ten thousand equal parts and a shorter last one', () => {
    const part = utf8('0123456789'.repeat(10))
    const last = utf8('end')
    const whole = createCrc64()
    let folded = 0n
    for (let number = 1; number < 10_000; number++) {
      folded = combineCrc64(folded, crc64(part), part.length)
      whole.update(part)
    }
    folded = combineCrc64(folded, crc64(last), last.length)
    whole.update(last)
    expect(folded).toBe(whole.digest())
  })

  it.each([-1, 0.5, Number.NaN, 2 ** 53 + 2])('refuses a length of %d', (length2) => {
    expect(() => combineCrc64(1n, 2n, length2)).toThrow(RangeError)
  })
})

/** Combining as zlib's crc32_combine does, widened to 64 bits: with matrices over GF(2). Slow, but another way. */
function zlibCombine(crc1: bigint, crc2: bigint, length2: number): bigint {
  const times = (matrix: bigint[], vector: bigint) =>
    matrix.reduce((sum, column, bit) => ((vector >> BigInt(bit)) & 1n ? sum ^ column : sum), 0n)
  const square = (matrix: bigint[]) => matrix.map((column) => times(matrix, column))
  const oneBit = Array.from({ length: 64 }, (_, bit) =>
    bit === 0 ? 0xc96c5795d7870f42n : 1n << BigInt(bit - 1),
  )
  let operator = square(square(square(oneBit)))
  let moved = crc1
  for (let rest = BigInt(length2); rest > 0n; rest >>= 1n) {
    if (rest & 1n) moved = times(operator, moved)
    operator = square(operator)
  }
  return moved ^ crc2
}
