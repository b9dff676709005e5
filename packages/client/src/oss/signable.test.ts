import { describe, expect, it } from 'vitest'
import { headerLines, headersByName, queryText, resourcePath, type Signable } from './signable.ts'

const request: Signable = { method: 'GET', query: {}, headers: {} }

describe('resourcePath', () => {
  it('names the bucket and the key, the bucket alone, or the service', () => {
    expect(resourcePath({ ...request, bucket: 'b', key: 'a//b c' })).toBe('/b/a//b c')
    expect(resourcePath({ ...request, bucket: 'b' })).toBe('/b/')
    expect(resourcePath(request)).toBe('/')
  })

  it('refuses a key without its bucket, which OSS would refuse as a wrong signature', () => {
    expect(() => resourcePath({ ...request, key: 'k' })).toThrow(/bucket/)
  })
})

describe('headersByName', () => {
  it('takes names in any case and drops the blanks around values, not those inside', () => {
    const headers = headersByName({ 'X-Oss-Meta-A': ' \t a  b\t ', ETag: '' })
    expect([...headers]).toEqual([
      ['x-oss-meta-a', 'a  b'],
      ['etag', ''],
    ])
  })

  it('keeps what other characters a value begins or ends with', () => {
    expect(headersByName({ a: '\u00a0é\u3000' }).get('a')).toBe('\u00a0é\u3000')
  })

  it('lets the later of two headers win that differ in case only', () => {
    expect([...headersByName({ 'Content-Type': 'a/b', 'content-type': 'c/d' })]).toEqual([
      ['content-type', 'c/d'],
    ])
  })

  it('treats names of the object prototype as any other', () => {
    const headers = headersByName(JSON.parse('{"__proto__":"a","constructor":"b"}'))
    expect([...headers]).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ])
  })
})

describe('headerLines', () => {
  it('sorts by bytes, not as a language would', () => {
    const headers = headersByName({
      'x-oss-b': '1',
      'x-oss-a_b': '2',
      'x-oss-a-b': '3',
      other: '4',
    })
    expect(headerLines(headers, (name) => name !== 'other')).toBe(
      'x-oss-a-b:3\nx-oss-a_b:2\nx-oss-b:1\n',
    )
  })
})

describe('queryText', () => {
  it('sorts by name alone: the = after it does not count', () => {
    const parameters: [string, string][] = [
      ['a-b', '2'],
      ['a', '1'],
      ['B', '3'],
      ['a.b', ''],
    ]
    expect(queryText(parameters)).toBe('B=3&a=1&a-b=2&a.b')
  })
})
