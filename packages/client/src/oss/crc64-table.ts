import type { Crc64Update } from './crc64-update.ts'
import { type Halves, timesX, toBigInt, toHalves } from './polynomial.ts'

/** Bytes per step, and tables: one table for each place a byte can have in a step. */
const SLICE = 8
/**
 * Bytes between two calls of the inner loop's function. V8 compiles a function better from its beginning
 * than from the middle of a loop that already runs.
 */
const BLOCK = 4 * 1024

/**
 * CRC-64/XZ in JavaScript alone: slicing by 8 (Kounavis and Berry, 2005), in which the lookups of one step
 * do not wait for each other.
 */
export function tableUpdate(): Crc64Update {
  const feed = makeFeed()
  return (register, bytes) => {
    const sliced = bytes.length - (bytes.length % SLICE)
    let halves = toHalves(register)
    for (let start = 0; start < sliced; start += BLOCK) {
      const length = Math.min(BLOCK, sliced - start)
      halves = feed(halves, new DataView(bytes.buffer, bytes.byteOffset + start, length))
    }
    for (const byte of bytes.subarray(sliced)) halves = feedByte(halves, byte)
    return toBigInt(halves)
  }
}

// The loop is written for V8, and every liberty costs a third of the speed or more: the tables are
// constants of a closure, so that their length is known and no index is checked (bundlers turn constants of
// a module into variables); the length is read once; and each index is used up before the next is made,
// since there are no registers for eight of them.
function makeFeed(): (register: Halves, words: DataView) => Halves {
  const { highs, lows } = makeTables()
  return (register, words) => {
    let { high, low } = register
    const length = words.byteLength
    for (let i = 0; i < length; i += SLICE) {
      const first = low ^ words.getInt32(i, true)
      const second = high ^ words.getInt32(i + 4, true)
      let index = 0x700 | (first & 255)
      high = at(highs, index)
      low = at(lows, index)
      index = 0x600 | ((first >>> 8) & 255)
      high ^= at(highs, index)
      low ^= at(lows, index)
      index = 0x500 | ((first >>> 16) & 255)
      high ^= at(highs, index)
      low ^= at(lows, index)
      index = 0x400 | (first >>> 24)
      high ^= at(highs, index)
      low ^= at(lows, index)
      index = 0x300 | (second & 255)
      high ^= at(highs, index)
      low ^= at(lows, index)
      index = 0x200 | ((second >>> 8) & 255)
      high ^= at(highs, index)
      low ^= at(lows, index)
      index = 0x100 | ((second >>> 16) & 255)
      high ^= at(highs, index)
      low ^= at(lows, index)
      index = second >>> 24
      high ^= at(highs, index)
      low ^= at(lows, index)
    }
    return { high, low }
  }
}

function feedByte({ high, low }: Halves, byte: number): Halves {
  let halves: Halves = { high, low: low ^ byte }
  for (let bit = 0; bit < 8; bit++) halves = timesX(halves)
  return halves
}

// `?? 0` is for the compiler: every index is in range. The engine inlines the call.
function at(table: Int32Array, index: number): number {
  return table[index] ?? 0
}

/** Entry 256 × k + b is what byte b, and k zero bytes after it, make of an empty register. */
function makeTables(): { readonly highs: Int32Array; readonly lows: Int32Array } {
  const highs = new Int32Array(256 * SLICE)
  const lows = new Int32Array(256 * SLICE)
  for (let byte = 0; byte < 256; byte++) {
    let entry: Halves = { high: 0, low: byte }
    for (let index = byte; index < highs.length; index += 256) {
      for (let bit = 0; bit < 8; bit++) entry = timesX(entry)
      highs[index] = entry.high
      lows[index] = entry.low
    }
  }
  return { highs, lows }
}
