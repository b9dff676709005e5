// CRC-64/XZ in AssemblyScript. `npm run build:wasm` compiles it into src/oss/crc64-module.ts.
//
// A CRC is the remainder of the data, as a polynomial over GF(2), by a generator. Looked up in tables, it is
// found byte by byte. What is faster is to make the data shorter first, by XORs alone, 16 bytes at a time.
// The generator of CRC-64/XZ invites to it, being the product of two polynomials A and B, where
//
//   A, of degree 47, divides x^(8·32767) + 1, so that modulo A it does not matter whether a byte stands
//   where it is or 32767 bytes further on. The data can be folded into a row of 32767 bytes;
//
//   B, of degree 17, divides 1 + x^(-8·1673) + x^(-8·1746), so that modulo B a byte may as well be added to
//   the two bytes 1673 and 1746 further on and be zero itself. From first to last, all bytes can thus be
//   passed on until only the last 1746 are left.
//
// The two remainders are one by the Chinese remainder theorem. What is left of the data, and data too short
// for this, is made shorter in the second way by a multiple of A·B, which has nine such distances; the last
// 650 bytes or so are looked up. docs/decisions/0010-crc64.md tells where the numbers come from.

/** A·B. Polynomials are reflected: bit 63 stands for x^0. */
const GENERATOR: u64 = ((<u64>0xc96c5795) << 32) | 0xd7870f42
/** 1 modulo A and 0 modulo B. */
const ONE_AND_ZERO: u64 = ((<u64>0xa73d4cfd) << 32) | 0xddf51087

const ROW: i32 = 32767
/** Rows folded before the same bytes are passed on: they are in the processor's cache then. */
const ROWS_AT_ONCE: i32 = 8
/** The largest distance of two and of nine, in whole steps of 16 bytes. */
const TWO: i32 = 1760
const NINE: i32 = 656

/** Bytes from which each way is the faster one. */
const LEAST_FOR_FOLDING: i32 = 80 * 1024
const LEAST_FOR_NINE: i32 = 2 * NINE
const CAPACITY: i32 = 1024 * 1024

/** Entry 256 × k + b is what byte b, and k zero bytes after it, make of an empty register. */
const tables = memory.data(8 * 256 * sizeof<u64>(), 16)
// Before the first byte of each there are zeros, which are never written to.
const input = memory.data(ROW + 1 + CAPACITY + 64, 64) + ROW + 1
const folded = memory.data(NINE + ROW + 1, 16) + NINE
const restOfTwo = memory.data(NINE + 2 * TWO, 16) + NINE
const restOfNine = memory.data(2 * NINE, 16)

/** Where the bytes go, and how many there is room for. */
export const data: usize = input
export const capacity: i32 = CAPACITY

fillTables()

/** What the register becomes by the first `length` bytes at `data`, which are overwritten. */
export function update(register: u64, length: i32): u64 {
  if (length < LEAST_FOR_FOLDING) return remainder(register, input, length)
  store<u64>(input, load<u64>(input) ^ register)
  const rest = foldAndPassOn(length)
  const moduloA = remainder(0, folded, ROW)
  const moduloB = remainder(0, restOfTwo, rest)
  return moduloB ^ multiply(moduloA ^ moduloB, ONE_AND_ZERO)
}

/** Leaves the data, modulo A, at `folded`, and modulo B at `restOfTwo`. Returns the length of the latter. */
function foldAndPassOn(length: i32): i32 {
  const end = input + length
  const rest = end - TWO - ((length - TWO) & 15)
  memory.fill(folded, 0, ROW + 1)
  // The last row ends where the data end. What the first one lacks are the zeros before them.
  let row = end - ((length + ROW - 1) / ROW) * ROW
  let passedOn = input
  while (row < end) {
    const next = min(row + ROWS_AT_ONCE * ROW, end)
    fold(row, next)
    row = next
    const upTo = min(next & ~15, rest)
    addTwo(passedOn, passedOn, upTo - passedOn)
    passedOn = upTo
  }
  memory.copy(restOfTwo, rest, end - rest)
  memory.fill(rest, 0, TWO)
  addTwo(restOfTwo, rest, TWO)
  return <i32>(end - rest)
}

/** Adds the rows to what is at `folded`, in columns as wide as a line of the cache. */
function fold(row: usize, end: usize): void {
  for (let column = 0; column < ROW; column += 64) {
    const sum = folded + column
    let a = v128.load(sum)
    let b = v128.load(sum, 16)
    let c = v128.load(sum, 32)
    let d = v128.load(sum, 48)
    for (let at = row + column; at < end; at += ROW) {
      a = v128.xor(a, v128.load(at))
      b = v128.xor(b, v128.load(at, 16))
      c = v128.xor(c, v128.load(at, 32))
      d = v128.xor(d, v128.load(at, 48))
    }
    v128.store(sum, a)
    v128.store(sum, b, 16)
    v128.store(sum, c, 32)
    v128.store(sum, d, 48)
  }
}

/** What the register becomes by `length` bytes, which are overwritten. */
function remainder(register: u64, from: usize, length: i32): u64 {
  if (length < LEAST_FOR_NINE) return lookUp(register, from, length)
  store<u64>(from, load<u64>(from) ^ register)
  const end = from + length
  const rest = end - NINE - ((length - NINE) & 15)
  addNine(from, from, rest - from)
  memory.copy(restOfNine, rest, end - rest)
  memory.fill(rest, 0, NINE)
  addNine(restOfNine, rest, NINE)
  return lookUp(0, restOfNine, <i32>(end - rest))
}

/**
 * Adds to each byte at `to` what is passed on to it from before its like at `from`. Where the two are the
 * same, each byte thereby becomes what it will itself pass on.
 */
function addTwo(to: usize, from: usize, length: usize): void {
  const end = to + length
  for (let base = from - TWO; to < end; to += 16, base += 16) {
    let sum = v128.load(to)
    sum = v128.xor(sum, v128.load(base, TWO - 1673))
    sum = v128.xor(sum, v128.load(base, TWO - 1746))
    v128.store(to, sum)
  }
}

/** The same for the multiple of A·B. */
function addNine(to: usize, from: usize, length: usize): void {
  const end = to + length
  for (let base = from - NINE; to < end; to += 16, base += 16) {
    let sum = v128.load(to)
    sum = v128.xor(sum, v128.load(base, NINE - 88))
    sum = v128.xor(sum, v128.load(base, NINE - 133))
    sum = v128.xor(sum, v128.load(base, NINE - 276))
    sum = v128.xor(sum, v128.load(base, NINE - 400))
    sum = v128.xor(sum, v128.load(base, NINE - 449))
    sum = v128.xor(sum, v128.load(base, NINE - 455))
    sum = v128.xor(sum, v128.load(base, NINE - 540))
    sum = v128.xor(sum, v128.load(base, NINE - 598))
    sum = v128.xor(sum, v128.load(base, NINE - 647))
    v128.store(to, sum)
  }
}

/** Slicing by 8: what the register becomes by `length` bytes. */
function lookUp(register: u64, from: usize, length: i32): u64 {
  const end = from + length
  for (; from + 8 <= end; from += 8) {
    const word = load<u64>(from) ^ register
    register =
      load<u64>(place(word), 7 * 2048) ^
      load<u64>(place(word >> 8), 6 * 2048) ^
      load<u64>(place(word >> 16), 5 * 2048) ^
      load<u64>(place(word >> 24), 4 * 2048) ^
      load<u64>(place(word >> 32), 3 * 2048) ^
      load<u64>(place(word >> 40), 2 * 2048) ^
      load<u64>(place(word >> 48), 2048) ^
      load<u64>(place(word >> 56))
  }
  for (; from < end; from++) {
    register = (register >> 8) ^ load<u64>(place(register ^ load<u8>(from)))
  }
  return register
}

/** The entry of the lowest byte in the first table. */
function place(word: u64): usize {
  return tables + ((<usize>word & 255) << 3)
}

function fillTables(): void {
  for (let byte = 0; byte < 256; byte++) {
    let entry: u64 = byte
    for (let index = byte; index < 8 * 256; index += 256) {
      for (let bit = 0; bit < 8; bit++) entry = timesX(entry)
      store<u64>(tables + (index << 3), entry)
    }
  }
}

function multiply(left: u64, right: u64): u64 {
  let product: u64 = 0
  for (; left !== 0; left <<= 1) {
    product ^= right & -(left >> 63)
    right = timesX(right)
  }
  return product
}

function timesX(value: u64): u64 {
  return (value >> 1) ^ (GENERATOR & -(value & 1))
}
