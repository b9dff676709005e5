import * as crypto from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import type { AccessKey } from './claim.ts'
import type { OssRequest } from './request.ts'
import { AK, check, refusal } from './test-authenticate.ts'
import { testRequest } from './test-request.ts'
import {
  queryString,
  type Signed,
  type Signer,
  signHeaderV1,
  signHeaderV4,
  signUrlV1,
  signUrlV4,
  type Unsigned,
} from './test-signer.ts'

vi.mock('node:crypto', { spy: true })

describe('authenticate', () => {
  const now = Date.UTC(2026, 0, 2, 3, 4, 5)
  const signer: Signer = { id: 'ak', secret: 'sk', time: now }
  const get: Unsigned = { method: 'GET', bucket: 'b12', key: 'k' }
  const sent = (signed: Signed) =>
    testRequest({ url: `/b12/k${queryString(signed.query)}`, headers: signed.headers })

  const forms = [
    ['V1 header', signHeaderV1],
    ['V1 URL', signUrlV1],
    ['V4 header', signHeaderV4],
    ['V4 URL', signUrlV4],
  ] as const

  it('lets a request without any signature pass as anonymous', () => {
    expect(check(testRequest({ url: '/b12/k' }), { now }).identity).toBe('anonymous')
  })

  it.each(forms)('refuses an unknown access key id in a %s', (_name, sign) => {
    const error = refusal(sent(sign(get, { ...signer, id: 'who' })), { now })
    expect(error).toMatchObject({
      code: 'InvalidAccessKeyId',
      status: 403,
      ec: '0002-00000902',
      elements: { OSSAccessKeyId: 'who' },
    })
  })

  it.each(forms)('refuses another secret in a %s', (_name, sign) => {
    const error = refusal(sent(sign(get, { ...signer, secret: 'other' })), { now })
    expect(error).toMatchObject({ code: 'SignatureDoesNotMatch', status: 403 })
  })

  it.each(forms)('compares the signature of a %s in constant time', (_name, sign) => {
    const compare = vi.mocked(crypto.timingSafeEqual)
    compare.mockClear()
    const { headers, query } = sign(get, signer)
    check(sent({ headers, query }), { now })
    const given = `${headers.authorization ?? ''} ${query.Signature ?? query['x-oss-signature'] ?? ''}`
    const compared = compare.mock.calls.map(([, right]) =>
      Buffer.from(right as Uint8Array).toString(),
    )
    expect(compared.some((text) => text.length > 20 && given.includes(text))).toBe(true)
  })

  it.each(forms)(
    'wants the token of a temporary key in a %s, the right one and in time',
    (_name, sign) => {
      const key = { ...AK, stsToken: 'right', expiration: new Date(now + 1) }
      const withToken = (token?: string) => {
        const extra = token === undefined ? {} : { token }
        const query = token !== undefined && sign === signUrlV1 ? { 'security-token': token } : {}
        const subResources =
          token !== undefined && sign === signUrlV1 ? `?security-token=${token}` : ''
        return sent(sign({ ...get, query, subResources }, { ...signer, ...extra }))
      }
      const code = (request: OssRequest, keys: AccessKey[]) => refusal(request, { now, keys }).code
      expect(check(withToken('right'), { now, keys: [key] }).identity).toBe('owner')
      expect(code(withToken(), [key])).toBe('InvalidSecurityToken')
      expect(code(withToken('wrong'), [key])).toBe('AccessKeyIdAndSecurityTokenNotMatch')
      expect(code(withToken('right'), [AK])).toBe('AccessKeyIdAndSecurityTokenNotMatch')
      const expired = [{ ...key, expiration: new Date(now) }]
      expect(code(withToken('right'), expired)).toBe('SecurityTokenExpired')
    },
  )

  it.each([
    ['V1 header', signHeaderV1],
    ['V4 header', signHeaderV4],
  ])(
    'allows 15 minutes of clock skew in a %s, and tells the server’s time beyond',
    (_name, sign) => {
      const request = sent(sign(get, signer))
      const quarter = 15 * 60_000
      expect(check(request, { now: now + quarter }).identity).toBe('owner')
      expect(check(request, { now: now - quarter }).identity).toBe('owner')
      expect(refusal(request, { now: now - quarter - 1 }).code).toBe('RequestTimeTooSkewed')
      expect(refusal(request, { now: now + quarter + 1000 })).toMatchObject({
        code: 'RequestTimeTooSkewed',
        status: 403,
        ec: '0002-00000504',
        elements: {
          MaxAllowedSkewMilliseconds: 900000,
          RequestTime: '2026-01-02T03:04:05.000Z',
          ServerTime: '2026-01-02T03:19:06.000Z',
        },
      })
    },
  )

  it('wants a date', () => {
    const { headers } = signHeaderV1(get, signer)
    const request = testRequest({ url: '/b12/k', headers: { ...headers, 'x-oss-date': 'today' } })
    expect(refusal(request, { now })).toMatchObject({
      code: 'AccessDenied',
      message: 'OSS authentication requires a valid Date.',
    })
  })

  it('refuses a V4 URL from the future, and lifetimes out of bounds', () => {
    const request = (expiresInSeconds: number) =>
      sent(signUrlV4(get, { ...signer, expiresInSeconds }))
    expect(refusal(request(600), { now: now - 15 * 60_000 - 1 })).toMatchObject({
      code: 'AccessDenied',
      ec: '0002-00000235',
    })
    expect(refusal(request(0), { now })).toMatchObject({ ec: '0002-00000232' })
    expect(refusal(request(604_801), { now })).toMatchObject({ ec: '0002-00000232' })
    expect(check(request(604_800), { now }).identity).toBe('owner')
  })

  it('refuses a V4 credential of another day', () => {
    const { headers } = signHeaderV4(get, signer)
    const authorization = headers.authorization?.replace('/20260102/', '/20260101/') ?? ''
    const request = sent({ headers: { ...headers, authorization }, query: {} })
    expect(refusal(request, { now })).toMatchObject({ code: 'InvalidArgument', status: 400 })
  })

  it('accepts V4 scopes of any region', () => {
    const request = sent(signHeaderV4(get, { ...signer, region: 'eu-central-1' }))
    expect(check(request, { now }).identity).toBe('owner')
  })

  it.each([
    ['', 'Authorization header value is empty.'],
    ['Basic dTpw', 'Authorization header is invalid.'],
    ['OSS ak', 'AccessKeyId or Signature is missing in Authorization header value.'],
    ['OSS ak:', 'AccessKeyId or Signature is missing in Authorization header value.'],
    [
      'OSS4-HMAC-SHA256 Credential=a/20260102/r/oss/aliyun_v4_request',
      'AccessKeyId or Signature is missing in Authorization header value.',
    ],
    ['OSS4-HMAC-SHA256 Foo=1', 'Unknown parameter in Authorization header.'],
    [
      'OSS4-HMAC-SHA256 Credential=a/b/c,Signature=1',
      'The credential must be <AccessKeyId>/<yyyymmdd>/<region>/oss/aliyun_v4_request.',
    ],
    [
      'OSS4-HMAC-SHA256 Credential=a/20260102/r/oss/aliyun_v4_request,AdditionalHeaders=,Signature=1',
      'AdditionalHeaders must name at least one header, or be left out.',
    ],
    [
      'OSS2 AccessKeyId:ak,Signature:x',
      'The signature version OSS2 is not supported here: sign with V1 or V4.',
    ],
  ])('says what is wrong with the Authorization %j', (authorization, message) => {
    const request = testRequest({
      url: '/b12/k',
      headers: { authorization, 'x-oss-content-sha256': 'UNSIGNED-PAYLOAD' },
    })
    expect(refusal(request, { now })).toMatchObject({
      code: 'InvalidArgument',
      status: 400,
      message,
    })
  })

  it('refuses a payload hash other than UNSIGNED-PAYLOAD, and none', () => {
    const { headers } = signHeaderV4(get, signer)
    const { 'x-oss-content-sha256': _, ...without } = headers
    const hashed = { ...headers, 'x-oss-content-sha256': 'e3b0c442' }
    expect(refusal(sent({ headers: without, query: {} }), { now }).code).toBe('InvalidArgument')
    expect(refusal(sent({ headers: hashed, query: {} }), { now }).code).toBe('InvalidArgument')
  })

  it('refuses a signature both in a header and in the URL', () => {
    const both = { headers: signHeaderV1(get, signer).headers, query: signUrlV1(get, signer).query }
    expect(refusal(sent(both), { now })).toMatchObject({ code: 'InvalidArgument', status: 400 })
  })

  it.each(['OSSAccessKeyId', 'Expires', 'Signature'])('misses %s in a V1 URL', (name) => {
    const { query } = signUrlV1(get, signer)
    const rest = Object.fromEntries(Object.entries(query).filter(([other]) => other !== name))
    expect(refusal(sent({ headers: {}, query: rest }), { now })).toMatchObject({
      code: 'AccessDenied',
      message:
        'Query string authentication requires the Signature, Expires and OSSAccessKeyId parameters',
    })
  })

  it('refuses an Expires that is not a number', () => {
    const { query } = signUrlV1(get, signer)
    const request = sent({ headers: {}, query: { ...query, Expires: 'tomorrow' } })
    expect(refusal(request, { now })).toMatchObject({ code: 'AccessDenied', ec: '0002-00000070' })
  })

  it('lets the signature settle whether the path repeats the bucket', () => {
    const host = 'b12.oss-cn-hangzhou.aliyuncs.com'
    const request = (key: string) => {
      const { headers } = signHeaderV4({ ...get, key }, signer)
      return testRequest({ url: '/b12/k', headers: { ...headers, host } })
    }
    expect(check(request('k'), { now }).target).toMatchObject({ bucket: 'b12', key: 'k' })
    expect(check(request('b12/k'), { now }).target).toMatchObject({ bucket: 'b12', key: 'b12/k' })
    expect(refusal(request('x/k'), { now }).code).toBe('SignatureDoesNotMatch')
  })
})
