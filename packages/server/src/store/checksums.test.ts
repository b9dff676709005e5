import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { LANE_BYTES } from './checksum-lanes.ts'
import { Checksums } from './checksums.ts'
import { crc64 } from './crc64.ts'

/** Where padding grows by a block, where CRC-64 is computed in another way, where pieces end. */
const SIZES = [
  0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 81_919, 81_920, 98_301, 98_302, 131_072, 262_143,
  262_144, 262_145, 524_288, 700_001,
]

function bytesOf(size: number, seed: number): Uint8Array {
  let state = seed
  return Uint8Array.from({ length: size }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) | 0
    return state >>> 16
  })
}

async function checksumsOf(bytes: Uint8Array) {
  const checksums = new Checksums()
  for (let at = 0; at < bytes.length; at += LANE_BYTES) {
    await checksums.add(bytes.subarray(at, at + LANE_BYTES))
  }
  return checksums.finish()
}

/** By other programs: Node's MD5, and CRC-64 from tables alone. */
function expectedOf(bytes: Uint8Array) {
  const md5 = createHash('md5').update(bytes).digest('hex').toUpperCase()
  return { size: bytes.length, md5, crc64: crc64(bytes) }
}

describe('Checksums', () => {
  it.each(SIZES)('are those of a stream of %i bytes', async (size) => {
    const bytes = bytesOf(size, size)
    expect(await checksumsOf(bytes)).toEqual(expectedOf(bytes))
  })

  it('are those of each of many streams at once, of whatever length', async () => {
    const streams = [...SIZES, ...SIZES.toReversed()].map((size, at) => bytesOf(size, at + 1))
    expect(await Promise.all(streams.map(checksumsOf))).toEqual(streams.map(expectedOf))
  })

  it.each([1, 2, 3, 7, 8, 9])('are right with %i streams', async (count) => {
    const streams = Array.from({ length: count }, (_, at) => bytesOf(100_000 + 64 * at, at + 1))
    expect(await Promise.all(streams.map(checksumsOf))).toEqual(streams.map(expectedOf))
  })

  it('refuse a piece after one that ended within a block, and one that is too long', async () => {
    const checksums = new Checksums()
    await checksums.add(Buffer.alloc(65))
    await expect(checksums.add(Buffer.alloc(64))).rejects.toThrow('within a block')
    const long = new Checksums().add(Buffer.alloc(LANE_BYTES + 64))
    await expect(long).rejects.toThrow(`${LANE_BYTES} bytes`)
  })
})
