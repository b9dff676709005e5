import { describe, expect, it } from 'vitest'
import { chooseRange, contentRange, copySourceRange } from './range.ts'

describe('chooseRange, for an object of 1000 bytes', () => {
  const rest = { start: 500, end: 1000 }
  const all = { start: 0, end: 1000 }

  it.each([
    ['bytes=0-499', { start: 0, end: 500 }, { start: 0, end: 500 }],
    ['bytes=500-', rest, rest],
    ['bytes=-500', rest, rest],
    ['bytes=999-999', { start: 999, end: 1000 }, { start: 999, end: 1000 }],
    ['bytes=0-999', all, all],
    ['bytes=500-2000', 'whole', rest],
    ['bytes=0-1000', 'whole', all],
    ['bytes=1000-2000', 'whole', 'unsatisfiable'],
    ['bytes=1000-', 'whole', 'unsatisfiable'],
    ['bytes=-2000', 'whole', all],
    ['bytes=-0', 'unsatisfiable', 'unsatisfiable'],
    ['bytes=600-500', 'whole', 'whole'],
    ['byte=0-499', 'whole', 'whole'],
    ['garbage', 'whole', 'whole'],
    ['bytes=-', 'whole', 'whole'],
    ['bytes=0-499,500-999', { start: 0, end: 500 }, { start: 0, end: 500 }],
  ] as const)('answers %s', (header, byDefault, standard) => {
    expect(chooseRange(header, 1000, { standard: false })).toEqual(byDefault)
    expect(chooseRange(header, 1000, { standard: true })).toEqual(standard)
  })

  it('finds nothing to give of an empty object', () => {
    for (const header of ['bytes=0-', 'bytes=0-0', 'bytes=-5']) {
      expect(chooseRange(header, 0, { standard: false })).toBe('whole')
      expect(chooseRange(header, 0, { standard: true })).toBe('unsatisfiable')
    }
  })
})

describe('copySourceRange', () => {
  it('takes both ends or the whole', () => {
    expect(copySourceRange('bytes=0-99', 1000)).toEqual({ start: 0, end: 100 })
    expect(copySourceRange('bytes=0-999', 1000)).toEqual({ start: 0, end: 1000 })
    for (const range of [undefined, 'bytes=5-', 'bytes=-5', 'bytes=0-1000', 'bytes=9-1', 'x']) {
      expect(copySourceRange(range, 1000)).toBeUndefined()
    }
  })
})

describe('contentRange', () => {
  it('counts the last byte in', () => {
    expect(contentRange({ start: 0, end: 102400 }, 204800)).toBe('bytes 0-102399/204800')
  })
})
