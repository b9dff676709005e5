import { createHash, createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hex, utf8 } from './encode.ts'
import { hmac } from './hmac.ts'
import { md5 } from './md5.ts'
import { sha1 } from './sha1.ts'
import { sha256 } from './sha256.ts'

const HASHES = [
  { name: 'md5', hash: md5 },
  { name: 'sha1', hash: sha1 },
  { name: 'sha256', hash: sha256 },
]

// Examples of RFC 1321 and FIPS 180-4.
it.each([
  [md5, '', 'd41d8cd98f00b204e9800998ecf8427e'],
  [md5, 'message digest', 'f96b697d7cb7938d525a2f31aaf161d0'],
  [sha1, 'abc', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
  [sha256, 'abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
])('%o of %j is the published value', (hash, text, expected) => {
  expect(hex(hash(utf8(text)))).toBe(expected)
})

describe.each(HASHES)('$name', ({ name, hash }) => {
  const oracle = (bytes: Uint8Array) => createHash(name).update(bytes).digest('hex')

  it('agrees with OpenSSL on every length up to 300, at any offset', () => {
    const bytes = Uint8Array.from({ length: 310 }, (_, index) => (index * 151 + 7) % 256)
    for (let length = 0; length <= 300; length++) {
      const piece = bytes.subarray(length % 9, (length % 9) + length)
      expect(hex(hash(piece)), `${length} bytes`).toBe(oracle(piece))
    }
  })

  it('agrees with OpenSSL on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        expect(hex(hash(bytes))).toBe(oracle(bytes))
      }),
      { numRuns: 500 },
    )
    const long = new Uint8Array(3_000_001).fill(0xff)
    expect(hex(hash(long))).toBe(oracle(long))
  })

  it('makes the HMAC that OpenSSL makes, with short and long keys', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 130 }), fc.uint8Array(), (key, message) => {
        const expected = createHmac(name, key).update(message).digest('hex')
        expect(hex(hmac(hash, key, message))).toBe(expected)
      }),
      { examples: [64, 65].map((length) => [new Uint8Array(length).fill(1), utf8('text')]) },
    )
  })
})

it('derives its constants where an inexact last digit of a root or a sine does not matter', () => {
  const distance = (value: number) => Math.min(value % 1, 1 - (value % 1))
  const numbers = Array.from({ length: 310 }, (_, index) => index + 2)
  const primes = numbers.filter((number) => !numbers.some((d) => d < number && number % d === 0))
  expect(primes).toHaveLength(64)
  const values = [
    ...primes.map((prime) => (Math.cbrt(prime) % 1) * 2 ** 32),
    ...Array.from({ length: 64 }, (_, round) => Math.abs(Math.sin(round + 1)) * 2 ** 32),
  ]
  // Two units in the last place are less than 2^-15 here.
  for (const value of values) expect(distance(value)).toBeGreaterThan(2 ** -12)
})
