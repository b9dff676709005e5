// CRC-64/XZ: the remainder of the data, as a polynomial over GF(2), by a generator. Polynomials are
// reflected: bit 63 stands for x^0.
//
// The generator is the product of A, of degree 47, and B, of degree 17. The data are first made short by
// XORs, 16 bytes at a time, in one way for each; the remainders of what is left are looked up, and are one
// by the Chinese remainder theorem.
//
//   A divides x^(8·32767) + 1: a byte may as well stand 32767 bytes further on.
//   B divides 1 + x^(-8·1673) + x^(-8·1746): a byte may as well stand in two places, 1673 and 1746 bytes
//   further on.
//
// docs/decisions/0010-crc64.md tells where the numbers come from.

import { inputs, LANE_SIZE } from './lanes'

const GENERATOR: u64 = ((<u64>0xc96c5795) << 32) | 0xd7870f42
/** 1 modulo A and 0 modulo B. */
const ONE_AND_ZERO: u64 = ((<u64>0xa73d4cfd) << 32) | 0xddf51087

const PERIOD: i32 = 32767
const NEAR: i32 = 1673
const FAR: i32 = 1746

/** Bytes from which all this is faster than to look everything up. */
const LEAST: i32 = 80 * 1024

/** Entry 256 × s + b is what byte b, and s zero bytes after it, make of an empty register. */
const tables = memory.data(8 * 256 * sizeof<u64>(), 64)
/** The sum of the bytes that stand in the same place of a period. */
const sums = memory.data(PERIOD + 1, 16)
/** The last bytes, to which all others are passed on. */
const rest = memory.data(FAR + 32, 16)

for (let byte = 0; byte < 256; byte++) {
  let register = <u64>byte
  for (let slice = 0; slice < 8; slice++) {
    for (let bit = 0; bit < 8; bit++) register = timesX(register)
    store<u64>(tables + ((256 * slice + byte) << 3), register)
  }
}

/** What the register becomes by the first `length` bytes of a lane, which are overwritten. */
export function crc64(lane: i32, register: u64, length: i32): u64 {
  const from = inputs + lane * LANE_SIZE
  if (length < LEAST) return lookUp(register, from, length)
  store<u64>(from, load<u64>(from) ^ register)
  const moduloA = remainderByA(from, length)
  const moduloB = remainderByB(from, length)
  return moduloB ^ multiply(moduloA ^ moduloB, ONE_AND_ZERO)
}

/** A number that has the remainder of the data by A. */
function remainderByA(from: usize, length: i32): u64 {
  const end = from + length
  // What is behind the data is taken in as well.
  memory.fill(end, 0, 64)
  for (let place = 0; place < PERIOD; place += 64) {
    let a = i64x2.splat(0)
    let b = a
    let c = a
    let d = a
    for (let at = from + place; at < end; at += PERIOD) {
      a = v128.xor(a, v128.load(at))
      b = v128.xor(b, v128.load(at, 16))
      c = v128.xor(c, v128.load(at, 32))
      d = v128.xor(d, v128.load(at, 48))
    }
    v128.store(sums + place, a)
    v128.store(sums + place, b, 16)
    v128.store(sums + place, c, 32)
    v128.store(sums + place, d, 48)
  }
  // The last period ends where the data end.
  const over = length % PERIOD
  return lookUp(lookUp(0, sums + over, PERIOD - over), sums, over)
}

/** The same for B. Each byte becomes what it passes on, but for the last that nobody is left to take. */
function remainderByB(from: usize, length: i32): u64 {
  const last = from + ((length - FAR) & ~15)
  for (let at = from; at < last; at += 16) v128.store(at, v128.xor(v128.load(at), passedOnTo(at)))
  const count = <i32>(from + length - last)
  memory.copy(rest, last, count)
  memory.fill(last, 0, FAR + 16)
  for (let i = 0; i < FAR + 16; i += 16) {
    v128.store(rest + i, v128.xor(v128.load(rest + i), passedOnTo(last + i)))
  }
  return lookUp(0, rest, count)
}

// @ts-expect-error
function passedOnTo(at: usize): v128 {
  return v128.xor(v128.load(at - NEAR), v128.load(at - FAR))
}

/** What the register becomes by `length` bytes, eight at a time. */
function lookUp(register: u64, from: usize, length: i32): u64 {
  const end = from + length
  for (; from + 8 <= end; from += 8) {
    const next = register ^ load<u64>(from)
    register =
      entry(7, next) ^
      entry(6, next >> 8) ^
      entry(5, next >> 16) ^
      entry(4, next >> 24) ^
      entry(3, next >> 32) ^
      entry(2, next >> 40) ^
      entry(1, next >> 48) ^
      entry(0, next >> 56)
  }
  for (; from < end; from++) register = (register >> 8) ^ entry(0, register ^ load<u8>(from))
  return register
}

// @ts-expect-error
function entry(slice: usize, byte: u64): u64 {
  return load<u64>(tables + (slice << 11) + ((<usize>(byte & 255)) << 3))
}

/** The product of two polynomials, modulo the generator. */
function multiply(a: u64, b: u64): u64 {
  let product: u64 = 0
  for (; a !== 0; a <<= 1, b = timesX(b)) if (a >> 63) product ^= b
  return product
}

function timesX(a: u64): u64 {
  return (a >> 1) ^ (a & 1 ? GENERATOR : 0)
}
