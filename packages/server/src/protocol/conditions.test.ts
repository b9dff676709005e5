import { describe, expect, it } from 'vitest'
import { isNotModified, refuseConditions } from './conditions.ts'

const ETAG = '5B3C1A2E053D763E1B002CC607C5A0FE'
const MODIFIED = Date.UTC(2024, 0, 1, 12, 0, 0, 900)
const AT = 'Mon, 01 Jan 2024 12:00:00 GMT'
const BEFORE = 'Mon, 01 Jan 2024 11:59:59 GMT'

function outcome(headers: Record<string, string>, prefix?: string) {
  try {
    const known = { etag: ETAG, lastModified: MODIFIED }
    return isNotModified(new Map(Object.entries(headers)), known, prefix) ? 304 : 200
  } catch (error) {
    return error
  }
}

function failed(condition: string) {
  return expect.objectContaining({
    code: 'PreconditionFailed',
    status: 412,
    elements: { Condition: condition },
  })
}

describe('isNotModified', () => {
  it.each([
    [{}, 200],
    [{ 'if-match': `"${ETAG}"` }, 200],
    [{ 'if-match': ETAG.toLowerCase() }, 200],
    [{ 'if-match': `"other", "${ETAG}"` }, 200],
    [{ 'if-match': '*' }, 200],
    [{ 'if-match': '"other"' }, failed('If-Match')],
    [{ 'if-unmodified-since': AT }, 200],
    [{ 'if-unmodified-since': BEFORE }, failed('If-Unmodified-Since')],
    [{ 'if-none-match': ETAG }, 304],
    [{ 'if-none-match': '*' }, 304],
    [{ 'if-none-match': '"other"' }, 200],
    [{ 'if-modified-since': AT }, 304],
    [{ 'if-modified-since': BEFORE }, 200],
    [{ 'if-modified-since': 'yesterday', 'if-unmodified-since': '' }, 200],
    [{ 'if-match': ETAG, 'if-unmodified-since': BEFORE }, 200],
    [{ 'if-none-match': '"other"', 'if-modified-since': AT }, 200],
  ])('answers %o', (headers, expected) => {
    expect(outcome(headers)).toEqual(expected)
  })

  it('reads the conditions on the source of a copy', () => {
    const prefix = 'x-oss-copy-source-'
    expect(outcome({ 'x-oss-copy-source-if-match': 'other' }, prefix)).toEqual(failed('If-Match'))
    expect(outcome({ 'x-oss-copy-source-if-none-match': ETAG }, prefix)).toBe(304)
    expect(outcome({ 'if-match': 'other' }, prefix)).toBe(200)
  })
})

describe('refuseConditions', () => {
  it.each(['If-Match', 'If-None-Match', 'If-Modified-Since', 'If-Unmodified-Since'])(
    'refuses %s on a write, as OSS has none',
    (name) => {
      expect(() => refuseConditions(new Map([[name.toLowerCase(), '*']]))).toThrowError(
        expect.objectContaining({
          code: 'NotImplemented',
          status: 400,
          elements: { Header: name },
        }),
      )
    },
  )
})
