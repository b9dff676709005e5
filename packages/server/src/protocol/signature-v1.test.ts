import * as crypto from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { AK, check, refusal } from './test-authenticate.ts'
import { testRequest } from './test-request.ts'
import { encode, type Signer, signHeaderV1 } from './test-signer.ts'

const V1_TIME = Date.UTC(2022, 11, 28, 10, 27, 41)
const V1_DATE = 'Wed, 28 Dec 2022 10:27:41 GMT'

describe('Signature V1', () => {
  const put = { 'content-md5': 'eB5eJF1ptWaXm4bijSPyxw==', 'content-type': 'text/html' }
  const meta = { 'x-oss-meta-author': 'alice', 'X-Oss-Meta-Magic': 'abracadabra' }

  const vectors = [
    ['PUT', '/examplebucket/nelson', { ...put, ...meta }, 'kSHKmLxlyEAKtZPkJhG9bZb5k7M='],
    ['PUT', '/examplebucket/nelson?acl', { ...put, ...meta }, '/afkugFbmWDQ967j1vr6zygBLQk='],
    ['GET', '/examplebucket/?non-resousce=x&resourceGroup', {}, 'vkQmfuUDyi1uDi3bKt67oemssIs='],
    ['GET', '/examplebucket/?resourceGroup&acl', {}, 'x3E5TgOvl/i7PN618s5mEvpJDYk='],
  ] as const

  const request = (
    [method, url, headers, signature]: readonly [string, string, Record<string, string>, string],
    extra: Record<string, string> = {},
  ) =>
    testRequest({
      method,
      url,
      headers: {
        ...headers,
        'x-oss-date': V1_DATE,
        authorization: `OSS ak:${signature}`,
        ...extra,
      },
    })

  it.each(vectors)('accepts the official vector %s %s', (...vector) => {
    expect(check(request(vector), { now: V1_TIME }).identity).toBe('owner')
  })

  it.each(vectors)('refuses %s %s when anything signed is changed', (...vector) => {
    const [method, url, headers, signature] = vector
    const tampered = [
      request(['DELETE', url, headers, signature]),
      request([method, url.replace('examplebucket/', 'examplebucket/x'), headers, signature]),
      request([method, `${url}${url.includes('?') ? '&' : '?'}uploads`, headers, signature]),
      request(vector, { 'content-type': 'text/plain' }),
      request(vector, { 'content-md5': '1B2M2Y8AsgTpgAmY7PhCfg==' }),
      request(vector, { 'x-oss-meta-author': 'bob' }),
      request(vector, { 'x-oss-date': 'Wed, 28 Dec 2022 10:27:42 GMT' }),
      request([method, url, headers, signature.replace(/^./, 'A')]),
    ]
    for (const one of tampered) {
      expect(refusal(one, { now: V1_TIME }).code).toBe('SignatureDoesNotMatch')
    }
  })

  it('accepts the example of the documentation', () => {
    const example = testRequest({
      method: 'PUT',
      url: '/oss-example/nelson',
      headers: {
        'content-md5': 'ODBGOERFMDMzQTczRUY3NUE3NzA5QzdFNUYzMDQxNEM=',
        'content-type': 'text/html',
        date: 'Thu, 17 Nov 2005 18:49:58 GMT',
        'x-oss-magic': 'abracadabra',
        'x-oss-meta-author': 'foo@bar.com',
        authorization: 'OSS 44CF9590006BF252F707:26NBxoKdsyly4EDv6inkoDft/yA=',
      },
    })
    const keys = [
      {
        accessKeyId: '44CF9590006BF252F707',
        accessKeySecret: 'OtxrzxIsfpFjA7SwPzILwy8Bw21TLhquhboDYROV',
      },
    ]
    const now = Date.UTC(2005, 10, 17, 18, 49, 58)
    expect(check(example, { now, keys }).identity).toBe('owner')
  })

  it('accepts the official URL vectors until the second they expire', () => {
    const plain = testRequest({
      url: '/bucket/key?versionId=versionId&OSSAccessKeyId=ak&Expires=1699807420&Signature=dcLTea%2BYh9ApirQ8o8dOPqtvJXQ%3D',
    })
    const sts = testRequest({
      url: '/bucket/key%2B123?versionId=versionId&security-token=token&OSSAccessKeyId=ak&Expires=1699808204&Signature=jzKYRrM5y6Br0dRFPaTGOsbrDhY%3D',
    })
    expect(check(plain, { now: 1699807420000 }).identity).toBe('owner')
    expect(check(sts, { now: 1699808204000, keys: [{ ...AK, stsToken: 'token' }] }).identity).toBe(
      'owner',
    )
    const expired = refusal(plain, { now: 1699807421000 })
    expect(expired).toMatchObject({ code: 'AccessDenied', ec: '0002-00000069' })
  })

  it('accepts every x-oss- parameter in the resource, as Go v2 signs it', () => {
    const signed = signHeaderV1(
      { method: 'GET', bucket: 'b12', key: 'k', subResources: '?x-oss-unheard-of=1' },
      signer(),
    )
    const request = testRequest({ url: '/b12/k?x-oss-unheard-of=1', headers: signed.headers })
    expect(check(request, { now: V1_TIME }).identity).toBe('owner')
  })

  it('accepts a bucket URL of Java v1, signed without the slash', () => {
    const signature = crypto
      .createHmac('sha1', 'sk')
      .update('GET\n\n\n1672223261\n/b12')
      .digest('base64')
    const request = testRequest({
      url: `/b12/?OSSAccessKeyId=ak&Expires=1672223261&Signature=${encode(signature)}`,
    })
    expect(check(request, { now: V1_TIME }).identity).toBe('owner')
  })

  it('takes the token from the security-token header of Python v2', () => {
    const { headers } = signHeaderV1({ method: 'GET', bucket: 'b12' }, signer())
    const request = testRequest({ url: '/b12/', headers: { ...headers, 'security-token': 't' } })
    const keys = [{ ...AK, stsToken: 't' }]
    expect(check(request, { now: V1_TIME, keys }).identity).toBe('owner')
  })

  it('signs metadata by the bytes on the wire', () => {
    const { headers } = signHeaderV1(
      { method: 'PUT', bucket: 'b12', key: 'k', headers: { 'x-oss-meta-name': '目录 é' } },
      signer(),
    )
    const request = testRequest({ method: 'PUT', url: '/b12/k', headers })
    expect(check(request, { now: V1_TIME }).identity).toBe('owner')
  })

  function signer(): Signer {
    return { id: 'ak', secret: 'sk', time: V1_TIME }
  }
})
