import { describe, expect, it } from 'vitest'
import { readCorsOption } from './cors-option.ts'
import { preflightHeaders } from './protocol/cors-headers.ts'

describe('readCorsOption', () => {
  it('knows no rules where nothing is wanted', () => {
    expect(readCorsOption(undefined)).toBeUndefined()
    expect(readCorsOption(false)).toBeUndefined()
  })

  const asking = (origin: string) =>
    preflightHeaders(readCorsOption(true), {
      origin,
      method: 'PUT',
      headers: ['authorization', 'content-type', 'x-oss-date', 'x-oss-meta-a'],
    })

  it.each([
    'http://localhost',
    'http://localhost:5173',
    'https://localhost:8443',
    'http://127.0.0.1:3000',
    'http://[::1]:3000',
  ])('lets in pages that this machine serves: %s', (origin) => {
    expect(asking(origin)).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET, PUT, POST, DELETE, HEAD',
      'access-control-allow-headers': 'authorization, content-type, x-oss-date, x-oss-meta-a',
      'access-control-expose-headers': expect.stringMatching(/ETag.*x-oss-hash-crc64ecma/),
      'access-control-max-age': '600',
    })
  })

  it.each([
    'null',
    'https://example.com',
    'http://localhost.example.com',
    'http://127.0.0.1.example.com:80',
    'http://evil-localhost',
  ])('and no others: %s', (origin) => {
    expect(() => asking(origin)).toThrowError(expect.objectContaining({ code: 'AccessForbidden' }))
  })

  it('takes rules whose lists are one text, or left out', () => {
    const rule = { allowedOrigin: 'http://a.test', allowedMethod: ['GET', 'PUT'] }
    const more = { allowedHeader: '*', exposeHeader: ['ETag'], maxAgeSeconds: 0 }
    expect(readCorsOption([rule, { ...rule, ...more }])).toEqual({
      rules: [
        {
          allowedOrigin: ['http://a.test'],
          allowedMethod: ['GET', 'PUT'],
          allowedHeader: [],
          exposeHeader: [],
        },
        {
          allowedOrigin: ['http://a.test'],
          allowedMethod: ['GET', 'PUT'],
          allowedHeader: ['*'],
          exposeHeader: ['ETag'],
          maxAgeSeconds: 0,
        },
      ],
      responseVary: false,
    })
  })

  it('refuses what OSS would refuse', () => {
    const rule = { allowedOrigin: '*', allowedMethod: 'GET' }
    const refusal = (code: string) => expect.objectContaining({ code })
    expect(() => readCorsOption([])).toThrowError(refusal('MalformedXML'))
    expect(() => readCorsOption(Array(11).fill(rule))).toThrowError(refusal('CORSRuleBeyondLimit'))
    for (const wrong of [{ allowedMethod: 'get' }, { exposeHeader: '*' }, { maxAgeSeconds: -1 }]) {
      expect(() => readCorsOption([{ ...rule, ...wrong }])).toThrowError(refusal('InvalidArgument'))
    }
  })
})
