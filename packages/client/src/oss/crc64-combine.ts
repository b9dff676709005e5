import { type Halves, multiply, ONE, toBigInt, toHalves } from './polynomial.ts'

/** Every whole number up to here is exact. */
const MAX_LENGTH = 2 ** 53
/** x^8: times it, a checksum has moved past one zero byte. */
const ZERO_BYTE: Halves = { high: 1 << (31 - 8), low: 0 }

// The parts of an upload are equally long, so the latest power is nearly always the next one too.
let latest = { length: 0, power: ONE }

/** The checksum of A followed by B, from the checksums of the two and the length of B in bytes. */
export function combineCrc64(crc1: bigint, crc2: bigint, length2: number): bigint {
  if (!Number.isInteger(length2) || length2 < 0 || length2 > MAX_LENGTH) {
    throw new RangeError(`\`length2\` must be a whole number of bytes up to 2^53: got ${length2}`)
  }
  if (latest.length !== length2) latest = { length: length2, power: zeroBytes(length2) }
  return toBigInt(multiply(toHalves(crc1), latest.power)) ^ crc2
}

/** x^(8·length), by squaring: one multiplication more for every 1 among the binary digits of `length`. */
function zeroBytes(length: number): Halves {
  let power = ONE
  let factor = ZERO_BYTE
  for (let rest = length; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power = multiply(power, factor)
    factor = multiply(factor, factor)
  }
  return power
}
