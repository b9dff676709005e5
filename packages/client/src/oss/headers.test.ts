import { describe, expect, it } from 'vitest'
import { checkHeaders, type HeaderValues, metaHeaders, metaOf } from './headers.ts'

describe('checkHeaders', () => {
  it('writes names in lower case and values as trimmed text', () => {
    const given = {
      'Cache-Control': ' no-cache ',
      Expires: 3600000,
      'x-oss-forbid-overwrite': true,
    }
    expect(checkHeaders(given)).toEqual({
      'cache-control': 'no-cache',
      expires: '3600000',
      'x-oss-forbid-overwrite': 'true',
    })
  })

  it('leaves out what has no value, and keeps 0, false and the empty text', () => {
    const given = { a: undefined, b: null, c: 0, d: false, e: '' }
    expect(checkHeaders(given)).toEqual({ c: '0', d: 'false', e: '' })
  })

  it('lets the later of two names that differ in case count', () => {
    expect(checkHeaders({ 'Content-Type': 'a/b', 'content-type': 'c/d' })).toEqual({
      'content-type': 'c/d',
    })
  })

  it.each(['é', '中文 😀', 'tab\tinside', '!#$%&\'*+.^_`|~ ()<>@,;:\\"/[]?={}'])(
    'allows %j in a value',
    (value) => {
      expect(checkHeaders({ 'x-oss-meta-title': value })['x-oss-meta-title']).toBe(value)
    },
  )

  it.each([
    ['a\r\nauthorization: b', 'a line break or another control character'],
    ['a\rb', 'a line break'],
    ['a\nb', 'a line break'],
    ['a\0', 'another control character'],
    ['a\x7fb', 'another control character'],
    ['a\u0085b', 'another control character'],
    ['a\ud83d', 'half a surrogate pair'],
    [{ a: 1 }, 'must be text or a number: got an object of type Object'],
    [['a', 'b'], 'must be text or a number: got an object of type Array'],
    [() => 'a', 'must be text or a number: got a function'],
  ])('refuses %j as a value and names the header', (value, message) => {
    // JavaScript callers can pass what the type forbids.
    const headers = { 'X-Title': value as string }
    expect(() => checkHeaders(headers)).toThrow(message)
    expect(() => checkHeaders(headers)).toThrow('The header X-Title ')
  })

  it.each(['', 'a b', 'a:b', 'a\nb', 'é', '标题', 'a\0', '(a)'])('refuses the name %j', (name) => {
    expect(() => checkHeaders({ [name]: 'value' })).toThrow(/^Not the name of a header: "/)
  })

  it('changes nothing of the caller, and no prototype', () => {
    const given = Object.freeze({ 'X-A': 1 })
    const hostile: Record<string, string> = JSON.parse('{"__proto__": "a", "constructor": "b"}')
    expect(checkHeaders(given)).toEqual({ 'x-a': '1' })
    const checked = checkHeaders(hostile)
    expect(Object.getPrototypeOf(checked)).toBe(Object.prototype)
    expect(checked).toEqual({ constructor: 'b' })
  })

  it('has none where none were given', () => {
    expect(checkHeaders()).toEqual({})
  })

  it.each([['text'], [7], [['a', 'b']], [null]])('refuses %j in their place', (given) => {
    // JavaScript callers can pass what the type forbids.
    const headers = given as unknown as HeaderValues
    const message = 'must be an object of names and values: got'
    expect(() => checkHeaders(headers)).toThrow(`\`headers\` ${message}`)
    if (typeof given !== 'object') expect(() => metaHeaders(headers)).toThrow(`\`meta\` ${message}`)
  })
})

describe('metaHeaders', () => {
  it('carries metadata in headers of its own', () => {
    expect(metaHeaders({ year: 2017, People: '张三', none: undefined })).toEqual({
      'x-oss-meta-year': '2017',
      'x-oss-meta-people': '张三',
    })
    expect(metaHeaders(undefined)).toEqual({})
  })

  it.each([{ 'two words': 'a' }, { 'a\r\nb': 'c' }, { title: 'a\nb' }])('refuses %j', (meta) => {
    expect(() => metaHeaders(meta)).toThrow(
      expect.objectContaining({ name: 'InvalidArgumentError' }),
    )
  })

  it('keeps a name that is special to JavaScript', () => {
    const meta: Record<string, string> = JSON.parse('{"__proto__": "a"}')
    expect(metaHeaders(meta)).toEqual({ 'x-oss-meta-__proto__': 'a' })
  })
})

describe('metaOf', () => {
  it('finds the metadata among the headers of an answer', () => {
    const headers = { etag: '"E"', 'x-oss-meta-year': '2017', 'x-oss-meta-a-b': '' }
    expect(metaOf(headers)).toEqual({ year: '2017', 'a-b': '' })
  })

  it('is null where there is none, as with ali-oss', () => {
    expect(metaOf({ etag: '"E"' })).toBeNull()
  })
})
