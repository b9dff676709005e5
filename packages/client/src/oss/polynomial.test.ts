import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { multiply, ONE, timesX, toBigInt, toHalves } from './polynomial.ts'

const value = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
const product = (left: bigint, right: bigint) => toBigInt(multiply(toHalves(left), toHalves(right)))

describe('polynomials', () => {
  it('are the same after being taken in halves and put together', () => {
    fc.assert(
      fc.property(value, (a) => {
        expect(toBigInt(toHalves(a))).toBe(a)
      }),
    )
  })

  it('multiply in any order, and 1 changes nothing', () => {
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        expect(product(a, toBigInt(ONE))).toBe(a)
        expect(product(a, b)).toBe(product(b, a))
        expect(product(product(a, b), c)).toBe(product(a, product(b, c)))
        expect(product(a, b ^ c)).toBe(product(a, b) ^ product(a, c))
      }),
    )
  })

  it('times x, 64 times from 1, are what the generator adds to x^64', () => {
    let power = ONE
    for (let exponent = 0; exponent < 64; exponent++) power = timesX(power)
    expect(toBigInt(power)).toBe(0xc96c5795d7870f42n)
  })
})
