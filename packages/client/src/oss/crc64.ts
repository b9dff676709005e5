// CRC-64/XZ, which OSS reports as `x-oss-hash-crc64ecma`. Computed on 32-bit halves, since BigInt is
// far too slow for every byte. The polynomial is reflected: bit 63 of a value stands for x^0.
const POLYNOMIAL = { high: 0xc96c5795 | 0, low: 0xd7870f42 | 0 }
const MAX_CRC = 2n ** 64n - 1n
/** Every whole number up to here is exact. */
const MAX_LENGTH = 2 ** 53
/** Bytes per step, and tables: one table for each place a byte can have in a step. */
const SLICE = 8

/** A checksum that grows with the bytes it is given. */
export interface Crc64 {
  update(bytes: Uint8Array): void
  /** The checksum of all bytes so far. More may follow. */
  digest(): bigint
}

/** 64 bits as two signed 32-bit numbers: what JavaScript's bit operators work on. */
interface Halves {
  readonly high: number
  readonly low: number
}

/** The polynomial 1, or x^0. */
const ONE: Halves = { high: 1 << 31, low: 0 }

const TABLES = makeTables()
/** `POWERS[n]` is x^(8·2^n): times it, a checksum has moved past 2^n zero bytes. */
const POWERS: readonly Halves[] = makePowers()
// The parts of an upload are equally long, so the latest power is nearly always the next one too.
let latest = { length: 0, power: ONE }

export function crc64(bytes: Uint8Array): bigint {
  const crc = createCrc64()
  crc.update(bytes)
  return crc.digest()
}

export function createCrc64(): Crc64 {
  let register: Halves = { high: -1, low: -1 }
  return {
    update(bytes) {
      register = feed(register, bytes)
    },
    digest: () => toBigInt({ high: ~register.high, low: ~register.low }),
  }
}

/** The checksum of A followed by B, from the checksums of the two and the length of B in bytes. */
export function combineCrc64(crc1: bigint, crc2: bigint, length2: number): bigint {
  if (!Number.isInteger(length2) || length2 < 0 || length2 > MAX_LENGTH) {
    throw new RangeError(`\`length2\` must be a whole number of bytes up to 2^53: got ${length2}`)
  }
  return toBigInt(multiply(toHalves(crc1), zeroBytes(length2))) ^ crc2
}

/** Reads a checksum as OSS writes it, in unsigned decimal. Undefined for anything else. */
export function parseCrc64(text: string | undefined): bigint | undefined {
  if (text === undefined || !/^\d{1,20}$/.test(text)) return undefined
  const value = BigInt(text)
  return value <= MAX_CRC ? value : undefined
}

// Slicing by 8 (Kounavis and Berry, 2005): the lookups of one step do not wait for each other. V8 would read
// the tables anew in every step were they not local, and has no registers for eight indexes at a time: as it
// stands here, the loop is twice as fast.
function feed(register: Halves, bytes: Uint8Array): Halves {
  let { high, low } = register
  const { highs, lows } = TABLES
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const sliced = bytes.length - (bytes.length % SLICE)
  for (let i = 0; i < sliced; i += SLICE) {
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
  register = { high, low }
  for (let i = sliced; i < bytes.length; i++) register = feedByte(register, words.getUint8(i))
  return register
}

function feedByte({ high, low }: Halves, byte: number): Halves {
  const index = (low ^ byte) & 255
  return {
    high: (high >>> 8) ^ at(TABLES.highs, index),
    low: ((low >>> 8) | (high << 24)) ^ at(TABLES.lows, index),
  }
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

function makePowers(): Halves[] {
  let next: Halves = { high: 1 << (31 - 8), low: 0 }
  return Array.from({ length: Math.log2(MAX_LENGTH) + 1 }, () => {
    const power = next
    next = multiply(power, power)
    return power
  })
}

/** x^(8·length): one multiplication for every 1 among the binary digits of `length`. */
function zeroBytes(length: number): Halves {
  if (latest.length === length) return latest.power
  let power = ONE
  let rest = length
  for (const factor of POWERS) {
    if (rest % 2 === 1) power = multiply(power, factor)
    rest = Math.floor(rest / 2)
  }
  latest = { length, power }
  return power
}

/** The product of two polynomials, modulo the polynomial of the checksum. */
function multiply(left: Halves, right: Halves): Halves {
  let high = 0
  let low = 0
  let term = right
  for (let power = 0; power < 64; power++) {
    const half = power < 32 ? left.high : left.low
    // A shift counts modulo 32 and the sign is bit 31: this asks whether `left` has x^power.
    if (half << power < 0) {
      high ^= term.high
      low ^= term.low
    }
    term = timesX(term)
  }
  return { high, low }
}

function timesX({ high, low }: Halves): Halves {
  const carry = low & 1
  const shifted = { high: high >>> 1, low: (low >>> 1) | (high << 31) }
  if (carry === 0) return shifted
  return { high: shifted.high ^ POLYNOMIAL.high, low: shifted.low ^ POLYNOMIAL.low }
}

function toBigInt({ high, low }: Halves): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)
}

function toHalves(value: bigint): Halves {
  return { high: Number(BigInt.asIntN(32, value >> 32n)), low: Number(BigInt.asIntN(32, value)) }
}
