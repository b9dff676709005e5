import { digest, rotateLeft } from './digest.ts'

const START = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]
/** One for 20 rounds each. */
const CONSTANTS = /* @__PURE__ */ [2, 3, 5, 10].map((square) =>
  Math.floor(Math.sqrt(square) * 2 ** 30),
)

/** SHA-1, of FIPS 180-4: for Signature V1, which knows nothing stronger. */
export function sha1(bytes: Uint8Array): Uint8Array {
  return digest(bytes, { start: START, rounds, littleEndian: false })
}

function rounds([a = 0, b = 0, c = 0, d = 0, e = 0]: readonly number[], words: Int32Array) {
  const at = (round: number) => words[round] ?? 0
  for (let round = 0; round < 80; round++) {
    if (round >= 16) {
      const mixed = at(round - 3) ^ at(round - 8) ^ at(round - 14) ^ at(round - 16)
      words[round] = rotateLeft(mixed, 1)
    }
    const quarter = Math.floor(round / 20)
    const constant = CONSTANTS[quarter] ?? 0
    const next = (rotateLeft(a, 5) + chosen(quarter, b, c, d) + e + constant + at(round)) | 0
    e = d
    d = c
    c = rotateLeft(b, 30)
    b = a
    a = next
  }
  return [a, b, c, d, e]
}

function chosen(quarter: number, b: number, c: number, d: number): number {
  if (quarter === 0) return (b & c) | (~b & d)
  if (quarter === 2) return (b & c) | (b & d) | (c & d)
  return b ^ c ^ d
}
