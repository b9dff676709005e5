import { describe, expect, it } from 'vitest'
import { callOptions, decodeUtf8, queryOf, type RequestOptions } from './call-options.ts'
import { deepFreeze } from './testing.contract.ts'

describe('callOptions', () => {
  it('asks for nothing where nothing is said', () => {
    expect(callOptions()).toEqual({
      headers: {},
      query: {},
      timeouts: undefined,
      signal: undefined,
    })
  })

  it('takes null for nothing, as ali-oss does', () => {
    // The types do not know of it: users of JavaScript do.
    const nothing = null as unknown as RequestOptions
    expect(callOptions(nothing)).toEqual(callOptions())
    const fields = { headers: null, timeout: null, versionId: null } as unknown as RequestOptions
    expect(callOptions(fields)).toEqual(callOptions())
  })

  it('reads time-out, headers, sub-resources, version and signal, and changes none of them', () => {
    const { signal } = new AbortController()
    const options: RequestOptions = {
      timeout: '2s',
      headers: { 'X-Oss-Meta-A': 1, Expires: undefined },
      subres: { acl: null, 'x-oss-process': 'image/info', n: 5, left: undefined },
      versionId: 'v1',
    }
    expect(callOptions({ ...deepFreeze(options), signal })).toEqual({
      headers: { 'x-oss-meta-a': '1' },
      query: { acl: '', 'x-oss-process': 'image/info', n: '5', versionId: 'v1' },
      timeouts: { connect: 2_000, stall: 2_000, answer: 2_000, complete: 600_000 },
      signal,
    })
  })

  it("lets the caller's headers go before those of the method", () => {
    const own = { 'content-type': 'application/xml', 'x-oss-own': '1' }
    const { headers } = callOptions({ headers: { 'Content-Type': 'a/b' } }, own)
    expect(headers).toEqual({ 'content-type': 'a/b', 'x-oss-own': '1' })
  })

  it.each(['fast', 5])('refuses %j in the place of options', (options) => {
    // A caller without types may pass anything.
    const wrong = options as unknown as RequestOptions
    expect(() => callOptions(wrong)).toThrow('The options must be an object: got ')
  })

  it.each([
    ['a line break', { 'x-oss-meta-a': 'a\r\nx-oss-object-acl: public-read' }],
    ['a lone line feed', { 'Cache-Control': 'a\nb' }],
    ['a NUL', { 'x-oss-meta-a': 'a\0b' }],
    ['a name with a colon', { 'x-oss-meta-a: b': 'c' }],
    ['a name with a line break', { 'x\r\ny': 'c' }],
    ['half a surrogate pair', { 'x-oss-meta-a': '\ud83d' }],
  ])('refuses headers with %s before anything is signed', (_what, headers) => {
    expect(() => callOptions({ headers })).toThrow(/header/i)
  })

  it.each([0, 'soon'])('refuses a time-out of %j', (timeout) => {
    expect(() => callOptions({ timeout })).toThrow('`timeout` must be')
  })
})

describe('queryOf', () => {
  it('writes numbers and booleans as text, null as nothing, and leaves out undefined', () => {
    const query = { 'max-keys': 5, 'fetch-owner': true, prefix: '', acl: null, marker: undefined }
    expect(queryOf(query)).toEqual({
      'max-keys': '5',
      'fetch-owner': 'true',
      prefix: '',
      acl: '',
    })
  })

  it.each([null, undefined])('gives no parameters for %j', (query) => {
    expect(queryOf(query)).toEqual({})
  })
})

describe('decodeUtf8', () => {
  it.each([
    ['', ''],
    ['plain', 'plain'],
    [Buffer.from('é中😀').toString('latin1'), 'é中😀'],
    ['\xe9', undefined],
    ['中', undefined],
    ['\xf0\x9f\x98', undefined],
  ])('of %j is %j', (bytes, text) => {
    expect(decodeUtf8(bytes)).toBe(text)
  })

  it('keeps a byte order mark, which is text as well', () => {
    const text = '\ufeffé'
    expect(decodeUtf8(Buffer.from(text).toString('latin1'))).toBe(text)
  })
})
