import * as crypto from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { type Authenticated, authenticate } from './authenticate.ts'
import type { AccessKey } from './claim.ts'
import { OssError } from './errors.ts'
import { locate, type Target } from './locate.ts'
import type { OssRequest } from './request.ts'
import { testRequest } from './test-request.ts'
import {
  encode,
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

const NAMES = { hosts: ['localhost', 'oss.test'], cnames: new Map<string, string>() }

interface Setting {
  readonly now: number
  readonly keys?: readonly AccessKey[]
  readonly targets?: readonly [Target, ...Target[]]
}

function check(request: OssRequest, { now, keys = [AK], targets }: Setting): Authenticated {
  return authenticate(request, targets ?? locate(request, NAMES), {
    accessKeys: new Map(keys.map((key) => [key.accessKeyId, key])),
    now,
  })
}

function refusal(request: OssRequest, setting: Setting): OssError {
  try {
    check(request, setting)
  } catch (error) {
    if (error instanceof OssError) return error
    throw error
  }
  throw new Error('The request was accepted.')
}

const AK: AccessKey = { accessKeyId: 'ak', accessKeySecret: 'sk' }

/** The request of the official V4 vectors. */
const OFFICIAL = {
  path: '/bucket/1234%2B-/123/1.txt',
  query: '%2Bparam1=value3&%2Bparam2=&%7Cparam1=value4&%7Cparam2=&param1=value1&param2=',
  headers: {
    'x-oss-head1': 'value',
    abc: 'value',
    ZAbc: 'value',
    XYZ: 'value',
    'content-type': 'text/plain',
  },
}
const OFFICIAL_TARGET: Target = { level: 'object', bucket: 'bucket', key: '1234+-/123/1.txt' }

interface Vector {
  readonly name: string
  readonly seconds: number
  readonly scope?: string
  readonly token?: string
  readonly additional?: string
  readonly signature: string
}

const HEADER_VECTORS: readonly Vector[] = [
  {
    name: 'H1',
    seconds: 1702743657,
    signature: 'e21d18daa82167720f9b1047ae7e7f1ce7cb77a31e8203a7d5f4624fa0284afe',
  },
  {
    name: 'H2, with a token',
    seconds: 1702784856,
    token: 'token',
    signature: 'b94a3f999cf85bcdc00d332fbd3734ba03e48382c36fa4d5af5df817395bd9ea',
  },
  {
    name: 'H3, with additional headers',
    seconds: 1702747512,
    additional: 'abc;zabc',
    signature: '4a4183c187c07c8947db7620deb0a6b38d9fbdd34187b6dbaccb316fa251212f',
  },
  {
    name: 'H4, of a cloud box',
    seconds: 1702743657,
    scope: 'cb-123/oss-cloudbox',
    signature: '94ce1f12c17d148ea681030275a94449d3357f5b5b21133996eec80af3e08a43',
  },
]

function headerRequest(vector: Vector, change: Partial<Parameters<typeof testRequest>[0]> = {}) {
  const date = dateOf(vector.seconds)
  const additional = vector.additional ? `,AdditionalHeaders=${vector.additional}` : ''
  const authorization =
    `OSS4-HMAC-SHA256 Credential=ak/${date.slice(0, 8)}/${vector.scope ?? 'cn-hangzhou/oss'}` +
    `/aliyun_v4_request${additional},Signature=${vector.signature}`
  return testRequest({
    method: 'PUT',
    url: `${OFFICIAL.path}?${OFFICIAL.query}`,
    ...change,
    headers: {
      ...OFFICIAL.headers,
      'x-oss-date': date,
      'x-oss-content-sha256': 'UNSIGNED-PAYLOAD',
      ...(vector.token ? { 'x-oss-security-token': vector.token } : {}),
      authorization,
      ...change.headers,
    },
  })
}

const URL_VECTORS: readonly Vector[] = [
  {
    name: 'Q1',
    seconds: 1702781677,
    signature: 'a39966c61718be0d5b14e668088b3fa07601033f6518ac7b523100014269c0fe',
  },
  {
    name: 'Q2, with a token',
    seconds: 1702785388,
    token: 'token',
    signature: '3817ac9d206cd6dfc90f1c09c00be45005602e55898f26f5ddb06d7892e1f8b5',
  },
  {
    name: 'Q3, with additional headers',
    seconds: 1702783809,
    additional: 'abc;zabc',
    signature: '6bd984bfe531afb6db1f7550983a741b103a8c58e5e14f83ea474c2322dfa2b7',
  },
  {
    name: 'Q4, of a cloud box',
    seconds: 1702781677,
    scope: 'cb-123/oss-cloudbox',
    additional: 'abc;zabc',
    signature: '07284191b9b4978ac3520cd39ee2dea2747eda454089359371ff463a6c7ba20f',
  },
  {
    name: 'Q5, of a cloud box',
    seconds: 1702783809,
    scope: 'cb-123/oss-cloudbox',
    additional: 'abc;zabc',
    signature: '16782cc8a7a554523db055eb804b508522e7e370073108ad88ee2f47496701dd',
  },
]

function urlRequest(vector: Vector, change: Partial<Parameters<typeof testRequest>[0]> = {}) {
  const date = dateOf(vector.seconds)
  const credential = `ak/${date.slice(0, 8)}/${vector.scope ?? 'cn-hangzhou/oss'}/aliyun_v4_request`
  const query = {
    'x-oss-signature-version': 'OSS4-HMAC-SHA256',
    'x-oss-credential': credential,
    'x-oss-date': date,
    'x-oss-expires': '599',
    ...(vector.additional ? { 'x-oss-additional-headers': vector.additional } : {}),
    ...(vector.token ? { 'x-oss-security-token': vector.token } : {}),
    'x-oss-signature': vector.signature,
  }
  return testRequest({
    method: 'PUT',
    url: `${OFFICIAL.path}?${OFFICIAL.query}&${queryString(query).slice(1)}`,
    ...change,
    headers: {
      ...OFFICIAL.headers,
      'content-type': 'application/octet-stream',
      ...change.headers,
    },
  })
}

function keysFor({ token }: Vector): AccessKey[] {
  return [token === undefined ? AK : { ...AK, stsToken: token }]
}

describe('authenticate, Signature V4 in a header', () => {
  for (const vector of HEADER_VECTORS) {
    const setting = { now: vector.seconds * 1000, keys: keysFor(vector) }

    it(`accepts the official vector ${vector.name}`, () => {
      const { identity, target } = check(headerRequest(vector), setting)
      expect(identity).toBe('owner')
      expect(target).toEqual(OFFICIAL_TARGET)
    })

    const tampered: Record<string, OssRequest> = {
      method: headerRequest(vector, { method: 'GET' }),
      key: headerRequest(vector, { url: `/bucket/other?${OFFICIAL.query}` }),
      bucket: headerRequest(vector, { url: `/bucke2/1234%2B-/123/1.txt?${OFFICIAL.query}` }),
      'x-oss header': headerRequest(vector, { headers: { 'x-oss-head1': 'other' } }),
      'new x-oss header': headerRequest(vector, { headers: { 'x-oss-acl': 'public-read' } }),
      'content type': headerRequest(vector, { headers: { 'content-type': 'text/html' } }),
      'query value': headerRequest(vector, {
        url: `${OFFICIAL.path}?${OFFICIAL.query.replace('value1', 'value2')}`,
      }),
      'new query name': headerRequest(vector, { url: `${OFFICIAL.path}?${OFFICIAL.query}&acl` }),
      date: headerRequest(vector, { headers: { 'x-oss-date': dateOf(vector.seconds + 1) } }),
      signature: headerRequest({ ...vector, signature: vector.signature.replace(/^./, 'f') }),
    }
    for (const [what, request] of Object.entries(tampered)) {
      it(`refuses ${vector.name} with another ${what}`, () => {
        expect(refusal(request, setting).code).toBe('SignatureDoesNotMatch')
      })
    }
  }

  it('refuses an additional header that is changed or missing, and passes over an unsigned one', () => {
    const h3 = HEADER_VECTORS[2] ?? expect.fail()
    const setting = { now: h3.seconds * 1000 }
    const changed = headerRequest(h3, { headers: { abc: 'other' } })
    const missing = {
      ...changed,
      headers: new Map([...changed.headers].filter(([n]) => n !== 'abc')),
    }
    expect(refusal(changed, setting).code).toBe('SignatureDoesNotMatch')
    expect(refusal(missing, setting).code).toBe('SignatureDoesNotMatch')
    expect(check(headerRequest(h3, { headers: { XYZ: 'other' } }), setting).identity).toBe('owner')
  })

  it('shows the canonical request and the string to sign of the documentation', () => {
    const h1 = HEADER_VECTORS[0] ?? expect.fail()
    const { elements, ec, status } = refusal(headerRequest({ ...h1, signature: 'f'.repeat(64) }), {
      now: h1.seconds * 1000,
    })
    expect(status).toBe(403)
    expect(ec).toBe('0002-00000040')
    expect(elements.CanonicalRequest).toBe(
      [
        'PUT',
        '/bucket/1234%2B-/123/1.txt',
        '%2Bparam1=value3&%2Bparam2&%7Cparam1=value4&%7Cparam2&param1=value1&param2',
        'content-type:text/plain',
        'x-oss-content-sha256:UNSIGNED-PAYLOAD',
        'x-oss-date:20231216T162057Z',
        'x-oss-head1:value',
        '',
        '',
        'UNSIGNED-PAYLOAD',
      ].join('\n'),
    )
    expect(elements.StringToSign).toBe(
      [
        'OSS4-HMAC-SHA256',
        '20231216T162057Z',
        '20231216/cn-hangzhou/oss/aliyun_v4_request',
        'f4613657f1b108998e8dbd10a1aa5da621dc2c6e02c9ddec0f163664848704c4',
      ].join('\n'),
    )
    expect(elements.StringToSignBytes).toMatch(/^4F 53 53 34 2D /)
    expect(JSON.stringify(elements)).not.toContain('"sk"')
  })

  it.each([
    [
      'GET',
      undefined,
      '',
      '',
      {},
      '2a7fe0c537ae2b2319d6a44def3d754c1f9ca397946234d46ba2ecdb8f8f0a96',
    ],
    ['GET', '', '?acl', '', {}, '15bd9a084f6e86eca140ef549b225b981060721289cf1f4a91e97bf7383ef332'],
    [
      'GET',
      '',
      '?list-type=2&prefix=a/b%20c&max-keys=10',
      '',
      {},
      '5e505e1779899c3f87d073da50ade0760d0698ad1bbab455ed8d2668065be387',
    ],
    [
      'POST',
      '目录/a+b c.txt',
      '?uploads',
      'text/plain',
      { 'x-oss-meta-author': 'alice' },
      'ff56c91f80f202641f0ce2833bf53becbdcf0c353a3f5ac733737f136d8e1eb7',
    ],
    [
      'PUT',
      '目录/a+b c.txt',
      '?partNumber=1&uploadId=0004B9894A22E5B1888A1E29F8236E2D',
      '',
      { 'content-md5': 'eB5eJF1ptWaXm4bijSPyxw==' },
      'e0886499fd4c5c2f31d55f39fdbe3242ebb90e8856ba0454093297f8678ec5c6',
    ],
  ])('accepts the computed vector %s %s%s', (method, key, query, type, headers, signature) => {
    const path = key === undefined ? '/' : `/examplebucket/${encode(key).replaceAll('%2F', '/')}`
    const request = testRequest({
      method,
      url: path + query,
      headers: {
        ...headers,
        ...(type === '' ? {} : { 'content-type': type }),
        'x-oss-date': '20231216T162057Z',
        'x-oss-content-sha256': 'UNSIGNED-PAYLOAD',
        authorization: `OSS4-HMAC-SHA256 Credential=ak/20231216/cn-hangzhou/oss/aliyun_v4_request, Signature=${signature}`,
      },
    })
    expect(check(request, { now: 1702743657000 }).identity).toBe('owner')
  })

  it.each([
    ['ali-oss, which signs an empty value with =', 'prefix=&uploads=', 'prefix=&uploads'],
    ['a client that signs the query as it sent it', 'prefix=a/b', 'prefix=a/b'],
    ['ali-oss, which sorts by locale', 'b=1&A=2&a=3', 'a=3&A=2&b=1'],
  ])('accepts %s', (_who, sent, signed) => {
    const request = signedOver('GET', '/examplebucket/', sent, signed)
    expect(check(request, { now: 1702743657000 }).identity).toBe('owner')
  })

  it('refuses a query signed in an order that is nobody’s', () => {
    const request = signedOver('GET', '/examplebucket/', 'a=1&b=2', 'b=2&a=1')
    expect(refusal(request, { now: 1702743657000 }).code).toBe('SignatureDoesNotMatch')
  })
})

/** Signs exactly `canonicalQuery`, whatever the rules say. */
function signedOver(method: string, path: string, query: string, canonicalQuery: string) {
  const date = '20231216T162057Z'
  const scope = '20231216/cn-hangzhou/oss/aliyun_v4_request'
  const canonical = `${method}\n${path}\n${canonicalQuery}\nx-oss-content-sha256:UNSIGNED-PAYLOAD\nx-oss-date:${date}\n\n\nUNSIGNED-PAYLOAD`
  const hash = crypto.createHash('sha256').update(canonical).digest('hex')
  const key = Buffer.from('b412a03b134ebddd720f5167b5de6db66620ebb3b01cff4d49e3ccb09f8de97f', 'hex')
  const signature = crypto
    .createHmac('sha256', key)
    .update(`OSS4-HMAC-SHA256\n${date}\n${scope}\n${hash}`)
    .digest('hex')
  return testRequest({
    method,
    url: `${path}?${query}`,
    headers: {
      'x-oss-date': date,
      'x-oss-content-sha256': 'UNSIGNED-PAYLOAD',
      authorization: `OSS4-HMAC-SHA256 Credential=ak/${scope},Signature=${signature}`,
    },
  })
}

describe('authenticate, Signature V4 in the URL', () => {
  for (const vector of URL_VECTORS) {
    const setting = { now: vector.seconds * 1000 + 599_000, keys: keysFor(vector) }
    const url = (request: OssRequest, from: string, to: string) =>
      `${request.path}?${request.query.pairs.map(({ raw }) => raw).join('&')}`.replace(from, to)

    it(`accepts the official vector ${vector.name}`, () => {
      expect(check(urlRequest(vector), setting).target).toEqual(OFFICIAL_TARGET)
    })

    it.each([
      ['method', urlRequest(vector, { method: 'GET' })],
      ['key', urlRequest(vector, { url: url(urlRequest(vector), '1.txt', '2.txt') })],
      ['x-oss header', urlRequest(vector, { headers: { 'x-oss-head1': 'other' } })],
      ['content type', urlRequest(vector, { headers: { 'content-type': 'text/plain' } })],
      ['query value', urlRequest(vector, { url: url(urlRequest(vector), 'value1', 'value2') })],
      ['lifetime', urlRequest(vector, { url: url(urlRequest(vector), '=599', '=600') })],
      ['signature', urlRequest({ ...vector, signature: 'f'.repeat(64) })],
    ])(`refuses ${vector.name} with another %s`, (_what, request) => {
      expect(refusal(request, setting).code).toBe('SignatureDoesNotMatch')
    })

    it(`refuses ${vector.name} once it has expired`, () => {
      const error = refusal(urlRequest(vector), { ...setting, now: setting.now + 1000 })
      expect(error.code).toBe('AccessDenied')
      expect(error.message).toBe('Request has expired.')
    })
  }
})

const V1_TIME = Date.UTC(2022, 11, 28, 10, 27, 41)
const V1_DATE = 'Wed, 28 Dec 2022 10:27:41 GMT'

describe('authenticate, Signature V1', () => {
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

function dateOf(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`
}
