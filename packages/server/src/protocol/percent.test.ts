import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { percentDecode, percentEncode, percentEncodePath } from './percent.ts'

describe('percentEncode', () => {
  it('leaves only the unreserved characters alone', () => {
    expect(percentEncode("Az09-_.~ +/!'()*%目")).toBe(
      'Az09-_.~%20%2B%2F%21%27%28%29%2A%25%E7%9B%AE',
    )
  })

  it('keeps the slashes of a path', () => {
    expect(percentEncodePath('/bucket/a b')).toBe('/bucket/a%20b')
  })
})

describe('percentDecode', () => {
  it('reads back whatever was encoded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(percentDecode(percentEncode(text))).toBe(text)
      }),
    )
  })

  it('keeps plus signs, dots, doubled slashes and a byte order mark', () => {
    expect(percentDecode('a+b//../.%EF%BB%BF')).toBe('a+b//../.\ufeff')
  })

  it.each(['%', '%4', '%zz', '%ff', '%ED%A0%80', '%C0%AF'])('gives nothing for %s', (text) => {
    expect(percentDecode(text)).toBeUndefined()
  })
})
