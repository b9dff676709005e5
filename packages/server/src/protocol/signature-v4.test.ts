import * as crypto from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { AccessKey } from './claim.ts'
import type { Target } from './locate.ts'
import type { OssRequest } from './request.ts'
import { AK, check, refusal } from './test-authenticate.ts'
import { testRequest } from './test-request.ts'
import { encode, queryString } from './test-signer.ts'

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

describe('Signature V4 in a header', () => {
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

describe('Signature V4 in the URL', () => {
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

function dateOf(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`
}
