// MD5 (RFC 1321) of one stream.

import { inputs, LANE_SIZE, LANES } from './lanes'
import { sines, states } from './md5-steps'

/** From a word of the state to the next. */
const NEXT: usize = LANES * sizeof<u32>()

/** Takes bytes `from` to `to` of a lane, which are whole blocks of 64, into its state. */
export function md5OfOne(lane: i32, from: i32, to: i32): void {
  const state = states + lane * sizeof<u32>()
  const input = inputs + lane * LANE_SIZE
  let a = load<u32>(state)
  let b = load<u32>(state + NEXT)
  let c = load<u32>(state + 2 * NEXT)
  let d = load<u32>(state + 3 * NEXT)
  for (let block = input + from; block < input + to; block += 64) {
    const a0 = a
    const b0 = b
    const c0 = c
    const d0 = d
    let sine = sines
    for (let word = 0; word < 16; word += 4, sine += 64) {
      a = step(a, b, F(b, c, d), wordAt(block, word), sine, 7)
      d = step(d, a, F(a, b, c), wordAt(block, word + 1), sine + 16, 12)
      c = step(c, d, F(d, a, b), wordAt(block, word + 2), sine + 32, 17)
      b = step(b, c, F(c, d, a), wordAt(block, word + 3), sine + 48, 22)
    }
    for (let word = 1; word < 81; word += 20, sine += 64) {
      a = step(a, b, G(b, c, d), wordAt(block, word), sine, 5)
      d = step(d, a, G(a, b, c), wordAt(block, word + 5), sine + 16, 9)
      c = step(c, d, G(d, a, b), wordAt(block, word + 10), sine + 32, 14)
      b = step(b, c, G(c, d, a), wordAt(block, word + 15), sine + 48, 20)
    }
    for (let word = 5; word < 53; word += 12, sine += 64) {
      a = step(a, b, H(b, c, d), wordAt(block, word), sine, 4)
      d = step(d, a, H(a, b, c), wordAt(block, word + 3), sine + 16, 11)
      c = step(c, d, H(d, a, b), wordAt(block, word + 6), sine + 32, 16)
      b = step(b, c, H(c, d, a), wordAt(block, word + 9), sine + 48, 23)
    }
    for (let word = 0; word < 112; word += 28, sine += 64) {
      a = step(a, b, I(b, c, d), wordAt(block, word), sine, 6)
      d = step(d, a, I(a, b, c), wordAt(block, word + 7), sine + 16, 10)
      c = step(c, d, I(d, a, b), wordAt(block, word + 14), sine + 32, 15)
      b = step(b, c, I(c, d, a), wordAt(block, word + 21), sine + 48, 21)
    }
    a += a0
    b += b0
    c += c0
    d += d0
  }
  store<u32>(state, a)
  store<u32>(state + NEXT, b)
  store<u32>(state + 2 * NEXT, c)
  store<u32>(state + 3 * NEXT, d)
}

// @ts-expect-error
function step(a: u32, b: u32, mixed: u32, word: u32, sine: usize, by: u32): u32 {
  return b + rotl<u32>(a + word + load<u32>(sine) + mixed, by)
}

/** Counted modulo 16. */
// @ts-expect-error
function wordAt(block: usize, word: i32): u32 {
  return load<u32>(block + ((word & 15) << 2))
}

// @ts-expect-error
function F(x: u32, y: u32, z: u32): u32 {
  return z ^ (x & (y ^ z))
}

// @ts-expect-error
function G(x: u32, y: u32, z: u32): u32 {
  return (x & z) | (y & ~z)
}

// @ts-expect-error
function H(x: u32, y: u32, z: u32): u32 {
  return x ^ (y ^ z)
}

// @ts-expect-error
function I(x: u32, y: u32, z: u32): u32 {
  return y ^ (x | ~z)
}
