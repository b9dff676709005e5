import fc from 'fast-check'
import { createCRC64 } from 'hash-wasm'
import { describe, expect, it } from 'vitest'
import { combineCrc64, crc64, createCrc64, parseCrc64 } from './crc64.ts'
import { utf8 } from './encode.ts'

const CHECK = '123456789'
const EMERGENCY = 'This is a test of the emergency broadcast system.'

describe('crc64', () => {
  it.each([
    ['', 0n],
    // Test files of the official SDKs
    [CHECK, 11051210869376104954n],
    [EMERGENCY, 2871916124362751090n],
    // Recorded answers of OSS, and the append example of its documentation
    ['hi oss', 8707180448768400016n],
    ['upload part 1', 6571598172666981661n],
    ['abc', 3231342946509354535n],
    // Computed
    [CHECK + EMERGENCY, 7672622622872733320n],
    ['a', 3675645893302102789n],
    ['0123456789', 2838902930144391966n],
    ['hello world', 5981764153023615706n],
    ['hello ', 1796661072844795914n],
    ['world', 4472352582074980600n],
    ['The quick brown fox jumps over the lazy dog', 6583902852472283588n],
    ['中文', 16371802884590399230n],
    ['\0', 2282658103124508505n],
    ['\0'.repeat(1024), 14085117335336199948n],
    ['a'.repeat(102400), 12696911168479852064n],
    ['b'.repeat(102400), 16456226173805894103n],
    ['c'.repeat(1000), 2086176679419269309n],
  ])('of %j is %d', (text, expected) => {
    expect(crc64(utf8(text))).toBe(expected)
  })

  it('of the bytes 0 to 255 is the published value', () => {
    expect(crc64(Uint8Array.from({ length: 256 }, (_, value) => value))).toBe(8232944260754389680n)
  })

  it('agrees with hash-wasm on any bytes, in one piece or in many, at any offset of a buffer', async () => {
    const oracle = await createCRC64()
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.array(fc.nat(300), { maxLength: 5 }),
        fc.nat(7),
        (bytes, cuts, offset) => {
          const buffer = new Uint8Array(offset + bytes.length + 3).fill(0xa5)
          buffer.set(bytes, offset)
          const data = buffer.subarray(offset, offset + bytes.length)
          const crc = createCrc64()
          let start = 0
          for (const end of [...cuts.sort((a, b) => a - b), bytes.length]) {
            crc.update(data.subarray(start, Math.max(start, end)))
            start = Math.max(start, Math.min(end, bytes.length))
          }
          const expected = BigInt(`0x${oracle.init().update(bytes).digest('hex')}`)
          expect(crc.digest()).toBe(expected)
          expect(crc64(data)).toBe(expected)
        },
      ),
    )
  })

  it('agrees with hash-wasm on a megabyte', async () => {
    const bytes = Uint8Array.from({ length: 2 ** 20 + 5 }, (_, i) => (i * 2654435761) >>> 13)
    const oracle = (await createCRC64()).update(bytes).digest('hex')
    expect(crc64(bytes)).toBe(BigInt(`0x${oracle}`))
  })

  it('can be asked in between and goes on', () => {
    const crc = createCrc64()
    expect(crc.digest()).toBe(0n)
    crc.update(utf8(CHECK))
    expect(crc.digest()).toBe(11051210869376104954n)
    crc.update(utf8(EMERGENCY))
    expect(crc.digest()).toBe(7672622622872733320n)
  })

  it('keeps two checksums apart', () => {
    const one = createCrc64()
    const other = createCrc64()
    one.update(utf8('hello '))
    other.update(utf8('abc'))
    one.update(utf8('world'))
    expect(one.digest()).toBe(5981764153023615706n)
    expect(other.digest()).toBe(3231342946509354535n)
  })
})

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

describe('parseCrc64', () => {
  it.each([
    ['0', 0n],
    ['11051210869376104954', 11051210869376104954n],
    ['18446744073709551615', 2n ** 64n - 1n],
  ])('reads %s', (text, expected) => {
    expect(parseCrc64(text)).toBe(expected)
  })

  it.each([
    undefined,
    '',
    ' 1',
    '1\n',
    '-1',
    '+1',
    '1.0',
    '1e3',
    '0x10',
    '995DC9BBDF1939FA',
    '１２',
    '18446744073709551616',
    '000000000000000000001',
  ])('takes %j for no checksum', (text) => {
    expect(parseCrc64(text)).toBeUndefined()
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
