/**
 * CRC-64/XZ, the checksum OSS calls `x-oss-hash-crc64ecma`: polynomial 0x42F0E1EBA9EA3693, reflected,
 * starting from and finally inverted with all ones.
 *
 * It is written apart from the client's on purpose: a mistake shared by both could not be seen.
 *
 * JavaScript has no fast 64-bit integer, so a remainder is kept as two 32-bit halves. Eight bytes
 * are taken at once, each by a table that knows what it does to the remainder from its place
 * ("slicing by eight").
 */

/** The reflected polynomial, 0xC96C5795D7870F42. */
const POLYNOMIAL: Word = { high: 0xc96c5795 | 0, low: 0xd7870f42 | 0 }

/** 64 bits as two signed 32-bit halves. Read as a polynomial, x⁰ is the highest bit. */
interface Word {
  readonly high: number
  readonly low: number
}

const ONE: Word = { high: 1 << 31, low: 0 }

const BYTE_VALUES = 256
const SLICES = 8
/** Entry `256 s + b` is the remainder of byte `b` followed by `s` zero bytes. */
const { HIGH, LOW } = sliceTables()

/** The CRC-64 of `bytes`, or of everything before them with checksum `crc` and then `bytes`. */
export function crc64(bytes: Uint8Array, crc = 0n): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const whole = view.byteLength - (view.byteLength % SLICES)
  let { high, low } = toWord(~crc)
  for (let at = 0; at < whole; at += SLICES) {
    const first = low ^ view.getInt32(at, true)
    const second = high ^ view.getInt32(at + 4, true)
    // Byte `a` is followed by seven others, hence table 7, which starts at 7 × 256; and so on.
    const a = 1792 + (first & 255)
    const b = 1536 + ((first >>> 8) & 255)
    const c = 1280 + ((first >>> 16) & 255)
    const d = 1024 + (first >>> 24)
    const e = 768 + (second & 255)
    const f = 512 + ((second >>> 8) & 255)
    const g = 256 + ((second >>> 16) & 255)
    const h = second >>> 24
    // No index is above 2047, so `?? 0` never applies and costs nothing; the compiler asks for it.
    low =
      (LOW[a] ?? 0) ^
      (LOW[b] ?? 0) ^
      (LOW[c] ?? 0) ^
      (LOW[d] ?? 0) ^
      (LOW[e] ?? 0) ^
      (LOW[f] ?? 0) ^
      (LOW[g] ?? 0) ^
      (LOW[h] ?? 0)
    high =
      (HIGH[a] ?? 0) ^
      (HIGH[b] ?? 0) ^
      (HIGH[c] ?? 0) ^
      (HIGH[d] ?? 0) ^
      (HIGH[e] ?? 0) ^
      (HIGH[f] ?? 0) ^
      (HIGH[g] ?? 0) ^
      (HIGH[h] ?? 0)
  }
  for (let at = whole; at < view.byteLength; at++) {
    const index = (low ^ view.getUint8(at)) & 255
    low = ((low >>> 8) | (high << 24)) ^ (LOW[index] ?? 0)
    high = (high >>> 8) ^ (HIGH[index] ?? 0)
  }
  return toBigInt({ high: ~high, low: ~low })
}

/**
 * The CRC-64 of A followed by B, from the checksums of both and the length of B in bytes.
 *
 * Bytes that follow multiply a remainder by x⁸ each. Hence: crc(A) times x^(8 · length of B), plus
 * crc(B), all modulo the polynomial.
 */
export function combineCrc64(crc1: bigint, crc2: bigint, length2: number | bigint): bigint {
  return toBigInt(multiply(shiftBy(BigInt(length2)), toWord(crc1))) ^ crc2
}

/** `POWERS[n]` is x^(8 · 2ⁿ): what 2ⁿ bytes do to the remainder before them. */
const POWERS = powersOfByteShift()

// Nearly all parts of an upload have one size, so the last answer is usually the next one.
let lastShift = { length: 0n, factor: ONE }

function shiftBy(length: bigint): Word {
  if (length !== lastShift.length) {
    const factors = POWERS.filter((_, n) => (length >> BigInt(n)) & 1n)
    lastShift = { length, factor: factors.reduce(multiply, ONE) }
  }
  return lastShift.factor
}

function powersOfByteShift(): Word[] {
  const powers: Word[] = []
  let power: Word = { high: ONE.high >>> 8, low: 0 }
  for (let n = 0; n < 64; n++) {
    powers.push(power)
    power = multiply(power, power)
  }
  return powers
}

/** The product of two polynomials, modulo the CRC's: for every xⁱ in `a`, add `b` times xⁱ. */
function multiply(a: Word, b: Word): Word {
  let high = 0
  let low = 0
  let term = b
  for (let i = 0; i < 64; i++) {
    const half = i < 32 ? a.high : a.low
    if ((half << (i & 31)) & ONE.high) {
      high ^= term.high
      low ^= term.low
    }
    term = timesX(term)
  }
  return { high, low }
}

function timesX({ high, low }: Word): Word {
  const shifted = { high: high >>> 1, low: (low >>> 1) | (high << 31) }
  if ((low & 1) === 0) return shifted
  return { high: shifted.high ^ POLYNOMIAL.high, low: shifted.low ^ POLYNOMIAL.low }
}

function sliceTables(): { HIGH: Int32Array; LOW: Int32Array } {
  const HIGH = new Int32Array(SLICES * BYTE_VALUES)
  const LOW = new Int32Array(SLICES * BYTE_VALUES)
  for (let byte = 0; byte < BYTE_VALUES; byte++) {
    let remainder: Word = { high: 0, low: byte }
    for (let slice = 0; slice < SLICES; slice++) {
      for (let bit = 0; bit < 8; bit++) remainder = timesX(remainder)
      HIGH[slice * BYTE_VALUES + byte] = remainder.high
      LOW[slice * BYTE_VALUES + byte] = remainder.low
    }
  }
  return { HIGH, LOW }
}

function toWord(value: bigint): Word {
  return { high: Number(BigInt.asIntN(32, value >> 32n)), low: Number(BigInt.asIntN(32, value)) }
}

function toBigInt({ high, low }: Word): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)
}
