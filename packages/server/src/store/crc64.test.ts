import fc from 'fast-check'
import { crc64 as crc64OfHashWasm } from 'hash-wasm'
import { describe, expect, it } from 'vitest'
import { combineCrc64, crc64 } from './crc64.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)
const below = (bits: bigint) => fc.bigInt({ min: 0n, max: (1n << bits) - 1n })
const CHECK = '123456789'
const BROADCAST = 'This is a test of the emergency broadcast system.'

describe('crc64', () => {
  // The first two are published with the Go SDK's tests, the recorded ones come from its fixtures;
  // the others were computed with the table-driven form of the algorithm.
  it.each<[string, Uint8Array, bigint]>([
    ['nothing', new Uint8Array(), 0n],
    [CHECK, utf8(CHECK), 0x995dc9bbdf1939fan],
    [BROADCAST, utf8(BROADCAST), 2871916124362751090n],
    ['both, one after the other', utf8(CHECK + BROADCAST), 7672622622872733320n],
    ['hi oss', utf8('hi oss'), 8707180448768400016n],
    ['upload part 1', utf8('upload part 1'), 6571598172666981661n],
    ['abc', utf8('abc'), 3231342946509354535n],
    ['a', utf8('a'), 3675645893302102789n],
    ['0123456789', utf8('0123456789'), 2838902930144391966n],
    ['hello world', utf8('hello world'), 5981764153023615706n],
    ['hello ', utf8('hello '), 1796661072844795914n],
    ['world', utf8('world'), 4472352582074980600n],
    ['a fox', utf8('The quick brown fox jumps over the lazy dog'), 6583902852472283588n],
    ['中文', utf8('中文'), 16371802884590399230n],
    ['one zero byte', Uint8Array.of(0), 2282658103124508505n],
    ['every byte', Uint8Array.from({ length: 256 }, (_, byte) => byte), 8232944260754389680n],
    ['1024 zero bytes', new Uint8Array(1024), 14085117335336199948n],
    ['a × 102400', utf8('a'.repeat(102400)), 12696911168479852064n],
  ])('knows the checksum of %s', (_, bytes, expected) => {
    expect(crc64(bytes)).toBe(expected)
  })

  it('agrees with hash-wasm, wherever the bytes lie in their buffer', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 5000 }),
        fc.nat({ max: 9 }),
        async (bytes, offset) => {
          const view = bytes.subarray(Math.min(offset, bytes.length))
          expect(crc64(view).toString(16).padStart(16, '0')).toBe(await crc64OfHashWasm(view))
        },
      ),
    )
  })

  it('gives the same whether bytes come at once or in pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), (pieces) => {
        const inPieces = pieces.reduce((crc, piece) => crc64(piece, crc), 0n)
        expect(inPieces).toBe(crc64(Buffer.concat(pieces)))
      }),
    )
  })
})

describe('combineCrc64', () => {
  it('joins the published pairs', () => {
    expect(combineCrc64(crc64(utf8(CHECK)), crc64(utf8(BROADCAST)), 49)).toBe(7672622622872733320n)
    expect(combineCrc64(1796661072844795914n, 4472352582074980600n, 5)).toBe(5981764153023615706n)
  })

  it('folds three parts into the checksum of the object', () => {
    const parts = [
      { crc: 12696911168479852064n, length: 102400 },
      { crc: 16456226173805894103n, length: 102400 },
      { crc: 2086176679419269309n, length: 1000 },
    ]
    const folded = parts.reduce((crc, part) => combineCrc64(crc, part.crc, part.length), 0n)
    expect(folded).toBe(5027831076840394267n)
  })

  it('leaves a checksum alone when nothing follows or nothing came before', () => {
    expect(combineCrc64(123n, 0n, 0)).toBe(123n)
    expect(combineCrc64(0n, 456n, 789)).toBe(456n)
  })

  it('equals the checksum of the whole for every split', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
        const whole = crc64(Buffer.concat([a, b]))
        expect(combineCrc64(crc64(a), crc64(b), b.length)).toBe(whole)
      }),
    )
  })

  it('is exact for lengths beyond 2³² and beyond 2⁵³', () => {
    fc.assert(
      fc.property(below(64n), below(62n), below(62n), (crc, length1, length2) => {
        // Whatever the bytes that follow are, following in two steps or in one is the same.
        const twice = combineCrc64(combineCrc64(crc, 0n, length1), 0n, length2)
        expect(twice).toBe(combineCrc64(crc, 0n, length1 + length2))
      }),
    )
    expect(combineCrc64(1n, 0n, 2 ** 40)).toBe(combineCrc64(1n, 0n, 1n << 40n))
    expect(combineCrc64(1n, 0n, 2 ** 40)).not.toBe(combineCrc64(1n, 0n, 0))
  })
})
