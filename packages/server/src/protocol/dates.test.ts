import { describe, expect, it } from 'vitest'
import { isoDate, parseBasicDate, parseHttpDate } from './dates.ts'

describe('isoDate', () => {
  it('is cut to whole seconds, which oss2 insists on', () => {
    expect(isoDate(Date.UTC(2012, 1, 24, 6, 7, 48, 999))).toBe('2012-02-24T06:07:48.000Z')
  })
})

describe('parseHttpDate', () => {
  it('reads the form of RFC 1123 only', () => {
    expect(parseHttpDate('Wed, 28 Dec 2022 10:27:41 GMT')).toBe(Date.UTC(2022, 11, 28, 10, 27, 41))
    for (const text of ['', '2022', 'Wed, 28 Dec 2022 10:27:41', 'Wed, 99 Dec 2022 10:27:41 GMT']) {
      expect(parseHttpDate(text)).toBeUndefined()
    }
  })
})

describe('parseBasicDate', () => {
  it('reads the form of Signature V4 only', () => {
    expect(parseBasicDate('20231216T162057Z')).toBe(Date.UTC(2023, 11, 16, 16, 20, 57))
    for (const text of ['', '20231216', '20231316T162057Z', '2023-12-16T16:20:57Z']) {
      expect(parseBasicDate(text)).toBeUndefined()
    }
  })
})
