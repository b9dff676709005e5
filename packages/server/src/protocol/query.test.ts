import { describe, expect, it } from 'vitest'
import { parseQuery } from './query.ts'

describe('parseQuery', () => {
  it('counts a name as present with and without an equals sign', () => {
    for (const raw of ['uploads', 'uploads=']) {
      const query = parseQuery(raw)
      expect(query.has('uploads')).toBe(true)
      expect(query.get('uploads')).toBe('')
    }
  })

  it('keeps the order of the wire and gives the first of equal names', () => {
    const query = parseQuery('b=2&a=1&&b=%2F/=+')
    expect(query.pairs.map(({ name, value }) => [name, value])).toEqual([
      ['b', '2'],
      ['a', '1'],
      ['b', '//=+'],
    ])
    expect(query.get('b')).toBe('2')
  })

  it('knows no parameter called like a property of objects', () => {
    expect(parseQuery('a=1').has('constructor')).toBe(false)
    expect(parseQuery('__proto__=1').get('__proto__')).toBe('1')
  })

  it('refuses what is not percent-encoded UTF-8', () => {
    expect(() => parseQuery('a=%ff')).toThrowError(
      expect.objectContaining({ code: 'InvalidArgument', status: 400 }),
    )
  })
})
