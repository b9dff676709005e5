import { digest, rotateLeft } from './digest.ts'

const PRIMES = /* @__PURE__ */ firstPrimes(64)
const START = /* @__PURE__ */ PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)))
const CONSTANTS = /* @__PURE__ */ Int32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime)))

/** SHA-256, of FIPS 180-4. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return digest(bytes, { start: START, rounds, littleEndian: false })
}

function rounds(state: readonly number[], words: Int32Array): number[] {
  extend(words)
  // One by one, since V8 takes as long to destructure as for the rounds.
  let a = state[0] ?? 0
  let b = state[1] ?? 0
  let c = state[2] ?? 0
  let d = state[3] ?? 0
  let e = state[4] ?? 0
  let f = state[5] ?? 0
  let g = state[6] ?? 0
  let h = state[7] ?? 0
  for (let round = 0; round < 64; round++) {
    const word = (words[round] ?? 0) + (CONSTANTS[round] ?? 0)
    const choice = (e & f) ^ (~e & g)
    const majority = (a & b) ^ (a & c) ^ (b & c)
    const next = (h + mixed(e, 6, 11, 25) + choice + word) | 0
    h = g
    g = f
    f = e
    e = (d + next) | 0
    d = c
    c = b
    b = a
    a = (next + mixed(b, 2, 13, 22) + majority) | 0
  }
  return [a, b, c, d, e, f, g, h]
}

/** Makes 48 more words of the 16. */
function extend(words: Int32Array): void {
  for (let round = 16; round < 64; round++) {
    const near = words[round - 2] ?? 0
    const far = words[round - 15] ?? 0
    words[round] =
      (words[round - 16] ?? 0) +
      (words[round - 7] ?? 0) +
      (rotateRight(near, 17) ^ rotateRight(near, 19) ^ (near >>> 10)) +
      (rotateRight(far, 7) ^ rotateRight(far, 18) ^ (far >>> 3))
  }
}

function mixed(word: number, one: number, two: number, three: number): number {
  return rotateRight(word, one) ^ rotateRight(word, two) ^ rotateRight(word, three)
}

function rotateRight(word: number, bits: number): number {
  return rotateLeft(word, 32 - bits)
}

/** The first 32 bits behind the point. */
function fraction(root: number): number {
  return ((root % 1) * 2 ** 32) | 0
}

function firstPrimes(count: number): number[] {
  const found: number[] = []
  for (let number = 2; found.length < count; number++) {
    if (found.every((prime) => number % prime > 0)) found.push(number)
  }
  return found
}
