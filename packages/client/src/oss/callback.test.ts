import { describe, expect, it } from 'vitest'
import { callbackHeaders, type UploadCallback } from './callback.ts'

/** OSS fills it in. */
const TEMPLATE = `key=\${object}&目=\${size}`
const callback: UploadCallback = { url: 'https://app.example.com/stored', body: TEMPLATE }
const decode = (base64: string | undefined) =>
  JSON.parse(Buffer.from(base64 ?? '', 'base64').toString('utf8'))

describe('callbackHeaders', () => {
  it('writes the callback as base64 of JSON, in the words of OSS', () => {
    const headers = callbackHeaders({
      ...callback,
      host: 'app.example.com',
      contentType: 'application/json',
      callbackSNI: true,
    })
    expect(Object.keys(headers)).toEqual(['x-oss-callback'])
    expect(decode(headers['x-oss-callback'])).toEqual({
      callbackUrl: 'https://app.example.com/stored',
      callbackBody: TEMPLATE,
      callbackHost: 'app.example.com',
      callbackBodyType: 'application/json',
      callbackSNI: true,
    })
  })

  it('leaves out what was not said', () => {
    expect(Object.keys(decode(callbackHeaders(callback)['x-oss-callback']))).toEqual([
      'callbackUrl',
      'callbackBody',
    ])
  })

  it('writes values of its own as text under the prefix x:', () => {
    const headers = callbackHeaders({ ...callback, customValue: { id: 7, title: '目录 😀' } })
    expect(decode(headers['x-oss-callback-var'])).toEqual({ 'x:id': '7', 'x:title': '目录 😀' })
    expect(callbackHeaders({ ...callback, customValue: {} })).not.toHaveProperty(
      'x-oss-callback-var',
    )
  })

  it('percent-encodes the URL as ali-oss does, and keeps the template to the letter', () => {
    const headers = callbackHeaders({
      url: 'https://a.b/目录?x=1;https://c.d/',
      body: TEMPLATE,
    })
    expect(decode(headers['x-oss-callback'])).toEqual({
      callbackUrl: 'https://a.b/%E7%9B%AE%E5%BD%95?x=1;https://c.d/',
      callbackBody: TEMPLATE,
    })
  })

  it('uses only characters that a header can hold', () => {
    const headers = callbackHeaders({ ...callback, body: 'é\r\n😀', customValue: { a: '\n' } })
    for (const value of Object.values(headers)) expect(value).toMatch(/^[A-Za-z0-9+/]+=*$/)
  })

  it('sends nothing without a callback', () => {
    expect(callbackHeaders(undefined)).toEqual({})
  })

  it.each([
    [{ url: '' }, '`callback.url` must be a URL: got ""'],
    [{ url: undefined }, '`callback.url` must be a URL: got undefined'],
    [{ url: ['https://a.b'] }, '`callback.url` must be a URL: got an object of type Array'],
    [{ body: '' }, '`callback.body` must be a template: got ""'],
    [{ body: { key: 1 } }, '`callback.body` must be a template: got an object of type Object'],
  ])('refuses a callback with %j', (wrong, message) => {
    // JavaScript callers can pass what the type forbids.
    const given = { ...callback, ...wrong } as UploadCallback
    expect(() => callbackHeaders(given)).toThrow(message)
  })
})
