import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { base64, encodeKey, fromBase64, fromHex, hex, percentEncode, utf8 } from './encode.ts'

/** Any string of whole characters. */
const text = fc.string({ unit: 'binary' })

describe('percentEncode', () => {
  it('leaves letters, digits and - _ . ~ alone', () => {
    const unreserved = 'ABCXYZabcxyz0189-_.~'
    expect(percentEncode(unreserved)).toBe(unreserved)
  })

  it.each([
    [' ', '%20'],
    ['+', '%2B'],
    ['/', '%2F'],
    ["!'()*", '%21%27%28%29%2A'],
    ['%2F', '%252F'],
    ['\n\0', '%0A%00'],
    ['é', '%C3%A9'],
    ['目录', '%E7%9B%AE%E5%BD%95'],
    ['😀', '%F0%9F%98%80'],
  ])('writes %j as %s', (plain, encoded) => {
    expect(percentEncode(plain)).toBe(encoded)
  })

  it('can be undone and uses only what OSS allows, whatever the text', () => {
    fc.assert(
      fc.property(text, (plain) => {
        const encoded = percentEncode(plain)
        expect(encoded).toMatch(/^(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})*$/)
        expect(decodeURIComponent(encoded)).toBe(plain)
      }),
    )
  })

  it.each([
    ['a\ud83d', 'U\\+D83D\\) at index 1'],
    ['\ude00b', 'U\\+DE00\\) at index 0'],
    ['😀\ud83dx', 'U\\+D83D\\) at index 2'],
  ])('refuses half a surrogate pair in %j and says where it is', (broken, where) => {
    for (const encode of [percentEncode, encodeKey, utf8]) {
      expect(() => encode(broken)).toThrow(TypeError)
      expect(() => encode(broken)).toThrow(new RegExp(where))
    }
  })
})

describe('encodeKey', () => {
  it('keeps the slashes of a key, also doubled, and nothing else', () => {
    expect(encodeKey('目录//a+b c.txt/')).toBe('%E7%9B%AE%E5%BD%95//a%2Bb%20c.txt/')
  })

  it('does not take the text %2F in a key for a slash', () => {
    expect(encodeKey('a%2Fb')).toBe('a%252Fb')
  })
})

describe('utf8', () => {
  it('gives the bytes that Node gives', () => {
    fc.assert(
      fc.property(text, (plain) => {
        expect([...utf8(plain)]).toEqual([...Buffer.from(plain, 'utf8')])
      }),
    )
  })
})

describe('hex', () => {
  it('gives the text that Node gives, for every length and byte, and can be undone', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(hex(bytes)).toBe(Buffer.from(bytes).toString('hex'))
        expect(fromHex(hex(bytes))).toEqual(bytes)
      }),
    )
  })
})

describe('base64', () => {
  it('gives the text that Node gives, for every length and byte, and can be undone', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(base64(bytes)).toBe(Buffer.from(bytes).toString('base64'))
        expect(fromBase64(base64(bytes))).toEqual(bytes)
      }),
    )
    const every = Uint8Array.from({ length: 256 }, (_, value) => value)
    expect(base64(every)).toBe(Buffer.from(every).toString('base64'))
  })
})
