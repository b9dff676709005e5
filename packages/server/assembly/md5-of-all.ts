// MD5 (RFC 1321) of eight streams at once.
//
// Every step needs the result of the one before, so that a processor is mostly idle with one stream. Here
// each lane of a vector belongs to a stream of its own, and two vectors are worked on by turns: a, b, c, d
// for lanes 0 to 3, and e, f, g, h for lanes 4 to 7.

import { inputs, LANE_SIZE } from './lanes'
import { sines, states } from './md5-steps'

/** The 16 words of a block, each as a vector of those of four lanes, and then of the other four. */
const words = memory.data(2 * 16 * 16, 16)

/** Takes bytes `from` to `to` of each lane, which are whole blocks of 64, into its state. */
export function md5OfAll(from: i32, to: i32): void {
  let a = v128.load(states)
  let e = v128.load(states, 16)
  let b = v128.load(states, 32)
  let f = v128.load(states, 48)
  let c = v128.load(states, 64)
  let g = v128.load(states, 80)
  let d = v128.load(states, 96)
  let h = v128.load(states, 112)
  const block = words
  const second = words + 256
  for (let at = inputs + from; at < inputs + to; at += 64) {
    gatherWords(block, at)
    gatherWords(second, at + 4 * LANE_SIZE)
    const a0 = a
    const b0 = b
    const c0 = c
    const d0 = d
    const e0 = e
    const f0 = f
    const g0 = g
    const h0 = h
    let sine = sines
    for (let word = 0; word < 16; word += 4, sine += 64) {
      a = step(a, b, F(b, c, d), wordAt(block, word), sine, 7)
      e = step(e, f, F(f, g, h), wordAt(second, word), sine, 7)
      d = step(d, a, F(a, b, c), wordAt(block, word + 1), sine + 16, 12)
      h = step(h, e, F(e, f, g), wordAt(second, word + 1), sine + 16, 12)
      c = step(c, d, F(d, a, b), wordAt(block, word + 2), sine + 32, 17)
      g = step(g, h, F(h, e, f), wordAt(second, word + 2), sine + 32, 17)
      b = step(b, c, F(c, d, a), wordAt(block, word + 3), sine + 48, 22)
      f = step(f, g, F(g, h, e), wordAt(second, word + 3), sine + 48, 22)
    }
    for (let word = 1; word < 81; word += 20, sine += 64) {
      a = step(a, b, G(b, c, d), wordAt(block, word), sine, 5)
      e = step(e, f, G(f, g, h), wordAt(second, word), sine, 5)
      d = step(d, a, G(a, b, c), wordAt(block, word + 5), sine + 16, 9)
      h = step(h, e, G(e, f, g), wordAt(second, word + 5), sine + 16, 9)
      c = step(c, d, G(d, a, b), wordAt(block, word + 10), sine + 32, 14)
      g = step(g, h, G(h, e, f), wordAt(second, word + 10), sine + 32, 14)
      b = step(b, c, G(c, d, a), wordAt(block, word + 15), sine + 48, 20)
      f = step(f, g, G(g, h, e), wordAt(second, word + 15), sine + 48, 20)
    }
    for (let word = 5; word < 53; word += 12, sine += 64) {
      a = step(a, b, H(b, c, d), wordAt(block, word), sine, 4)
      e = step(e, f, H(f, g, h), wordAt(second, word), sine, 4)
      d = step(d, a, H(a, b, c), wordAt(block, word + 3), sine + 16, 11)
      h = step(h, e, H(e, f, g), wordAt(second, word + 3), sine + 16, 11)
      c = step(c, d, H(d, a, b), wordAt(block, word + 6), sine + 32, 16)
      g = step(g, h, H(h, e, f), wordAt(second, word + 6), sine + 32, 16)
      b = step(b, c, H(c, d, a), wordAt(block, word + 9), sine + 48, 23)
      f = step(f, g, H(g, h, e), wordAt(second, word + 9), sine + 48, 23)
    }
    for (let word = 0; word < 112; word += 28, sine += 64) {
      a = step(a, b, I(b, c, d), wordAt(block, word), sine, 6)
      e = step(e, f, I(f, g, h), wordAt(second, word), sine, 6)
      d = step(d, a, I(a, b, c), wordAt(block, word + 7), sine + 16, 10)
      h = step(h, e, I(e, f, g), wordAt(second, word + 7), sine + 16, 10)
      c = step(c, d, I(d, a, b), wordAt(block, word + 14), sine + 32, 15)
      g = step(g, h, I(h, e, f), wordAt(second, word + 14), sine + 32, 15)
      b = step(b, c, I(c, d, a), wordAt(block, word + 21), sine + 48, 21)
      f = step(f, g, I(g, h, e), wordAt(second, word + 21), sine + 48, 21)
    }
    a = i32x4.add(a, a0)
    b = i32x4.add(b, b0)
    c = i32x4.add(c, c0)
    d = i32x4.add(d, d0)
    e = i32x4.add(e, e0)
    f = i32x4.add(f, f0)
    g = i32x4.add(g, g0)
    h = i32x4.add(h, h0)
  }
  v128.store(states, a)
  v128.store(states, e, 16)
  v128.store(states, b, 32)
  v128.store(states, f, 48)
  v128.store(states, c, 64)
  v128.store(states, g, 80)
  v128.store(states, d, 96)
  v128.store(states, h, 112)
}

/** Transposes a block of each of four lanes, of which the first is at `from`. */
function gatherWords(to: usize, from: usize): void {
  for (let at = from; at < from + 64; at += 16, to += 64) {
    const p = v128.load(at)
    const q = v128.load(at + LANE_SIZE)
    const r = v128.load(at + 2 * LANE_SIZE)
    const s = v128.load(at + 3 * LANE_SIZE)
    const pq01 = v128.shuffle<i32>(p, q, 0, 4, 1, 5)
    const pq23 = v128.shuffle<i32>(p, q, 2, 6, 3, 7)
    const rs01 = v128.shuffle<i32>(r, s, 0, 4, 1, 5)
    const rs23 = v128.shuffle<i32>(r, s, 2, 6, 3, 7)
    v128.store(to, v128.shuffle<i64>(pq01, rs01, 0, 2))
    v128.store(to, v128.shuffle<i64>(pq01, rs01, 1, 3), 16)
    v128.store(to, v128.shuffle<i64>(pq23, rs23, 0, 2), 32)
    v128.store(to, v128.shuffle<i64>(pq23, rs23, 1, 3), 48)
  }
}

// @ts-expect-error
function step(a: v128, b: v128, mixed: v128, word: v128, sine: usize, by: i32): v128 {
  const sum = i32x4.add(i32x4.add(a, i32x4.add(word, v128.load(sine))), mixed)
  return i32x4.add(b, v128.or(i32x4.shl(sum, by), i32x4.shr_u(sum, 32 - by)))
}

/** Counted modulo 16. */
// @ts-expect-error
function wordAt(block: usize, word: i32): v128 {
  return v128.load(block + ((word & 15) << 4))
}

// @ts-expect-error
function F(x: v128, y: v128, z: v128): v128 {
  return v128.xor(z, v128.and(x, v128.xor(y, z)))
}

// @ts-expect-error
function G(x: v128, y: v128, z: v128): v128 {
  return v128.or(v128.and(x, z), v128.andnot(y, z))
}

// @ts-expect-error
function H(x: v128, y: v128, z: v128): v128 {
  return v128.xor(x, v128.xor(y, z))
}

// @ts-expect-error
function I(x: v128, y: v128, z: v128): v128 {
  return v128.xor(y, v128.or(x, v128.not(z)))
}
