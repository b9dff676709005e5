// Polynomials over GF(2) modulo that of CRC-64/XZ. They are kept as 32-bit halves, since BigInt is far
// too slow for every byte. Everything is reflected: bit 63 of a value stands for x^0.
const MODULUS: Halves = { high: 0xc96c5795 | 0, low: 0xd7870f42 | 0 }

/** 64 bits as two signed 32-bit numbers: what JavaScript's bit operators work on. */
export interface Halves {
  readonly high: number
  readonly low: number
}

/** The polynomial 1, or x^0. */
export const ONE: Halves = { high: 1 << 31, low: 0 }

export function timesX({ high, low }: Halves): Halves {
  const carry = low & 1
  const shifted = { high: high >>> 1, low: (low >>> 1) | (high << 31) }
  if (carry === 0) return shifted
  return { high: shifted.high ^ MODULUS.high, low: shifted.low ^ MODULUS.low }
}

export function multiply(left: Halves, right: Halves): Halves {
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

export function toBigInt({ high, low }: Halves): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)
}

export function toHalves(value: bigint): Halves {
  return { high: Number(BigInt.asIntN(32, value >> 32n)), low: Number(BigInt.asIntN(32, value)) }
}
