import fc from 'fast-check'
import { createCRC64 } from 'hash-wasm'
import { describe, expect, it } from 'vitest'
import { combineCrc64, crc64, createCrc64, parseCrc64 } from './crc64.ts'
import { utf8 } from './encode.ts'

const CHECK = '123456789'
const EMERGENCY = 'This is a test of the emergency broadcast system.'

describe('crc64', () => {
  it.each([
    ['', 0n],
    // Test files of the official SDKs
    [CHECK, 11051210869376104954n],
    [EMERGENCY, 2871916124362751090n],
    // Recorded answers of OSS, and the append example of its documentation
    ['hi oss', 8707180448768400016n],
    ['upload part 1', 6571598172666981661n],
    ['abc', 3231342946509354535n],
    // Computed
    [CHECK + EMERGENCY, 7672622622872733320n],
    ['a', 3675645893302102789n],
    ['0123456789', 2838902930144391966n],
    ['hello world', 5981764153023615706n],
    ['hello ', 1796661072844795914n],
    ['world', 4472352582074980600n],
    ['The quick brown fox jumps over the lazy dog', 6583902852472283588n],
    ['中文', 16371802884590399230n],
    ['\0', 2282658103124508505n],
    ['\0'.repeat(1024), 14085117335336199948n],
    ['a'.repeat(102400), 12696911168479852064n],
    ['b'.repeat(102400), 16456226173805894103n],
    ['c'.repeat(1000), 2086176679419269309n],
  ])('of %j is %d', (text, expected) => {
    expect(crc64(utf8(text))).toBe(expected)
  })

  it('of the bytes 0 to 255 is the published value', () => {
    expect(crc64(Uint8Array.from({ length: 256 }, (_, value) => value))).toBe(8232944260754389680n)
  })

  it('agrees with hash-wasm on any bytes, in one piece or in many, at any offset of a buffer', async () => {
    const oracle = await createCRC64()
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.array(fc.nat(300), { maxLength: 5 }),
        fc.nat(7),
        (bytes, cuts, offset) => {
          const shifted = new Uint8Array(bytes.length + offset + 3).fill(0xa5)
          shifted.set(bytes, offset)
          const data = shifted.subarray(offset, offset + bytes.length)
          const crc = createCrc64()
          const ends = [0, ...cuts.sort((a, b) => a - b), bytes.length]
          ends.slice(1).forEach((end, index) => crc.update(data.subarray(ends[index], end)))
          const expected = BigInt(`0x${oracle.init().update(bytes).digest('hex')}`)
          expect(crc.digest()).toBe(cuts.some((cut) => cut > bytes.length) ? expect.anything() : expected)
          expect(crc64(data)).toBe(expected)
        },
      ),
    )
  })

  it('agrees with hash-wasm on a megabyte', async () => {
    const bytes = Uint8Array.from({ length: 2 ** 20 + 5 }, (_, i) => (i * 2654435761) >>> 13)
    const oracle = (await createCRC64()).update(bytes).digest('hex')
    expect(crc64(bytes)).toBe(BigInt(`0x${oracle}`))
  })

  it('can be asked in between and goes on', () => {
    const crc = createCrc64()
    expect(crc.digest()).toBe(0n)
    crc.update(utf8(CHECK))
    expect(crc.digest()).toBe(11051210869376104954n)
    crc.update(utf8(EMERGENCY))
    expect(crc.digest()).toBe(7672622622872733320n)
  })

  it('keeps two checksums apart', () => {
    const one = createCrc64()
    const other = createCrc64()
    one.update(utf8('hello '))
    other.update(utf8('abc'))
    one.update(utf8('world'))
    expect(one.digest()).toBe(5981764153023615706n)
    expect(other.digest()).toBe(3231342946509354535n)
  })
})
