import fc from 'fast-check'
import { createCRC64 } from 'hash-wasm'
import { describe, expect, it } from 'vitest'
import type { Crc64Update } from './crc64-update.ts'

const KiB = 1024
const FRESH = 2n ** 64n - 1n

/** Every way of computing a CRC-64 must pass this. Call it from the test file of each. */
export function crc64UpdateContract(name: string, update: Crc64Update): void {
  const crc64 = (bytes: Uint8Array) => BigInt.asUintN(64, ~update(FRESH, bytes))

  describe(`CRC-64 in ${name}`, async () => {
    const oracle = await createCRC64()
    const expected = (bytes: Uint8Array) => BigInt(`0x${oracle.init().update(bytes).digest('hex')}`)

    it('agrees with hash-wasm on up to 300 bytes at any offset of a buffer', () => {
      const bytes = randomBytes(16 + 300)
      for (let offset = 0; offset < 16; offset++) {
        for (let length = 0; length <= 300; length++) {
          const slice = bytes.subarray(offset, offset + length)
          if (crc64(slice) !== expected(slice)) expect.fail(`${length} bytes at offset ${offset}`)
        }
      }
    })

    it('agrees with hash-wasm on any number of bytes at any offset of a buffer', () => {
      const bytes = randomBytes(16 + 1200 * KiB)
      const length = fc.oneof(fc.nat(4 * KiB), fc.nat(80 * KiB), fc.nat(1200 * KiB))
      fc.assert(
        fc.property(length, fc.nat(16), (length, offset) => {
          const slice = bytes.subarray(offset, offset + length)
          expect(crc64(slice)).toBe(expected(slice))
        }),
      )
    })

    it('goes on from any register, whatever the pieces', () => {
      const bytes = randomBytes(600 * KiB)
      fc.assert(
        fc.property(
          fc.bigInt({ min: 0n, max: FRESH }),
          fc.array(fc.nat(bytes.length), { maxLength: 5 }),
          (register, cuts) => {
            const ends = [...cuts.sort((a, b) => a - b), bytes.length]
            const inPieces = ends.reduce(
              (sum, end, i) => update(sum, bytes.subarray(ends[i - 1] ?? 0, end)),
              register,
            )
            expect(BigInt.asUintN(64, inPieces)).toBe(BigInt.asUintN(64, update(register, bytes)))
          },
        ),
      )
    })

    it('leaves the bytes as they are', () => {
      const bytes = randomBytes(100 * KiB)
      update(FRESH, bytes)
      expect(Buffer.compare(bytes, randomBytes(100 * KiB))).toBe(0)
    })
  })
}

/** Marsaglia's xorshift (2003), so that a failure can be repeated. */
export function randomBytes(length: number): Uint8Array {
  let state = 2463534242
  return Uint8Array.from({ length }, () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state
  })
}
