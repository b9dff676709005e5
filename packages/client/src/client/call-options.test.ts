import { describe, expect, it } from 'vitest'
import { callOptions, decodeUtf8, headersOf, queryOf, type RequestOptions } from './call-options.ts'
import { createClient } from './context.ts'
import { nodePlatform } from './node-platform.ts'
import type { ClientOptions } from './options.ts'
import { deepFreeze } from './testing.contract.ts'

function client(options: Partial<ClientOptions> = {}) {
  return createClient({ accessKeyId: 'id', accessKeySecret: 'secret', ...options }, nodePlatform)
}

describe('callOptions', () => {
  it('asks for nothing where nothing is said', () => {
    expect(callOptions(client())).toEqual({
      headers: {},
      query: {},
      timeouts: undefined,
      signal: undefined,
    })
  })

  it('reads time-out, headers, sub-resources, version and signal, and changes none of them', () => {
    const { signal } = new AbortController()
    const options: RequestOptions = {
      timeout: '2s',
      headers: { 'X-Oss-Meta-A': 1, Expires: undefined },
      subres: { acl: null, 'x-oss-process': 'image/info', n: 5, left: undefined },
      versionId: 'v1',
    }
    expect(callOptions(client(), { ...deepFreeze(options), signal })).toEqual({
      headers: { 'x-oss-meta-a': '1' },
      query: { acl: '', 'x-oss-process': 'image/info', n: '5', versionId: 'v1' },
      timeouts: { connect: 2_000, idle: 2_000 },
      signal,
    })
  })

  it("lets the caller's headers go before those of the method", () => {
    const own = { 'content-type': 'application/xml', 'x-oss-own': '1' }
    const { headers } = callOptions(client(), { headers: { 'Content-Type': 'a/b' } }, own)
    expect(headers).toEqual({ 'content-type': 'a/b', 'x-oss-own': '1' })
  })

  it.each([null, 'fast', 5])('refuses %j in the place of options', (options) => {
    // A caller without types may pass anything.
    const wrong = options as unknown as RequestOptions
    expect(() => callOptions(client(), wrong)).toThrow('The options must be an object: got ')
  })

  it.each([
    ['a line break', { 'x-oss-meta-a': 'a\r\nx-oss-object-acl: public-read' }],
    ['a lone line feed', { 'Cache-Control': 'a\nb' }],
    ['a NUL', { 'x-oss-meta-a': 'a\0b' }],
    ['a name with a colon', { 'x-oss-meta-a: b': 'c' }],
    ['a name with a line break', { 'x\r\ny': 'c' }],
    ['half a surrogate pair', { 'x-oss-meta-a': '\ud83d' }],
  ])('refuses headers with %s before anything is signed', (_what, headers) => {
    expect(() => callOptions(client(), { headers })).toThrow(/header/i)
  })

  it.each([0, 'soon'])('refuses a time-out of %j', (timeout) => {
    expect(() => callOptions(client(), { timeout })).toThrow('`timeout` must be')
  })
})

describe('headersOf', () => {
  it('takes values for text', () => {
    expect(headersOf(client(), { 'x-oss-meta-a': '中文é' })).toEqual({ 'x-oss-meta-a': '中文é' })
  })

  it.fails("takes values for the bytes of UTF-8 with headerEncoding 'latin1'", () => {
    const bytes = Buffer.from('中文é').toString('latin1')
    const latin1 = client({ headerEncoding: 'latin1' })
    expect(headersOf(latin1, { 'x-oss-meta-a': bytes })).toEqual({ 'x-oss-meta-a': '中文é' })
  })

  it.each(['é', '中文'])("refuses %j with 'latin1': those are no bytes of UTF-8", (value) => {
    const latin1 = client({ headerEncoding: 'latin1' })
    expect(() => headersOf(latin1, { 'x-oss-meta-a': value })).toThrow(
      "With headerEncoding 'latin1' the header x-oss-meta-a must be the bytes of UTF-8",
    )
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

  it.fails('keeps a byte order mark, which is text as well', () => {
    const text = '\ufeffé'
    expect(decodeUtf8(Buffer.from(text).toString('latin1'))).toBe(text)
  })
})
