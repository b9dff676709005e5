import { digest, rotateLeft } from './digest.ts'

const START = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]
const SHIFTS = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
]

/** MD5, of RFC 1321: for Content-MD5, which some requests must have. */
export function md5(bytes: Uint8Array): Uint8Array {
  return digest(bytes, { start: START, rounds, littleEndian: true })
}

function rounds([a = 0, b = 0, c = 0, d = 0]: readonly number[], words: Int32Array): number[] {
  for (let round = 0; round < 64; round++) {
    const quarter = Math.floor(round / 16)
    const { mixed, index } = step(quarter, round, [b, c, d])
    const constant = Math.floor(Math.abs(Math.sin(round + 1)) * 2 ** 32)
    const sum = (a + mixed + constant + (words[index % 16] ?? 0)) | 0
    a = d
    d = c
    c = b
    b = (b + rotateLeft(sum, SHIFTS[quarter]?.[round % 4] ?? 0)) | 0
  }
  return [a, b, c, d]
}

/** What is mixed in, and which word of the block. */
function step(quarter: number, round: number, [b, c, d]: [b: number, c: number, d: number]) {
  if (quarter === 0) return { mixed: (b & c) | (~b & d), index: round }
  if (quarter === 1) return { mixed: (b & d) | (c & ~d), index: 5 * round + 1 }
  if (quarter === 2) return { mixed: b ^ c ^ d, index: 3 * round + 5 }
  return { mixed: c ^ (b | ~d), index: 7 * round }
}
