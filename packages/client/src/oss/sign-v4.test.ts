import { createHash, createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { base64, hex, utf8 } from './encode.ts'
import {
  additionalNames,
  canonicalRequestV4,
  presignV4,
  type ScopeV4,
  signingKeyV4,
  signPolicyV4,
  signV4,
  stringToSignV4,
} from './sign-v4.ts'
import type { Signable } from './signable.ts'

const credentials = { accessKeyId: 'ak', accessKeySecret: 'sk' }
const temporary = { ...credentials, stsToken: 'token' }
const hangzhou: ScopeV4 = { region: 'cn-hangzhou', product: 'oss' }
const cloudBox: ScopeV4 = { region: 'cb-123', product: 'oss-cloudbox' }

/** Unit tests of the official v2 SDKs. */
const official: Signable = {
  method: 'PUT',
  bucket: 'bucket',
  key: '1234+-/123/1.txt',
  query: {
    param1: 'value1',
    '+param1': 'value3',
    '|param1': 'value4',
    '+param2': '',
    '|param2': undefined,
    param2: '',
  },
  headers: {
    'x-oss-head1': 'value',
    abc: 'value',
    ZAbc: 'value',
    XYZ: 'value',
    'Content-Type': 'text/plain',
  },
}
const officialUrl: Signable = {
  ...official,
  headers: { ...official.headers, 'Content-Type': 'application/octet-stream' },
}
const OFFICIAL_QUERY = '%2Bparam1=value3&%2Bparam2&%7Cparam1=value4&%7Cparam2&param1=value1&param2'

const at = (seconds: number) => new Date(seconds * 1000)
const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex')

function withHeaders(signable: Signable, headers: Record<string, string>): Signable {
  return { ...signable, headers: { ...signable.headers, ...headers } }
}

describe('signV4', () => {
  it('reproduces every stage of the official example (H1)', () => {
    const timestamp = '20231216T162057Z'
    const canonical = canonicalRequestV4(
      withHeaders(official, {
        'x-oss-date': timestamp,
        'x-oss-content-sha256': 'UNSIGNED-PAYLOAD',
      }),
    )
    expect(canonical.split('\n')).toEqual([
      'PUT',
      '/bucket/1234%2B-/123/1.txt',
      OFFICIAL_QUERY,
      'content-type:text/plain',
      'x-oss-content-sha256:UNSIGNED-PAYLOAD',
      'x-oss-date:20231216T162057Z',
      'x-oss-head1:value',
      '',
      '',
      'UNSIGNED-PAYLOAD',
    ])
    const hash = 'f4613657f1b108998e8dbd10a1aa5da621dc2c6e02c9ddec0f163664848704c4'
    expect(sha256(canonical)).toBe(hash)
    expect(stringToSignV4(canonical, timestamp, hangzhou)).toBe(
      `OSS4-HMAC-SHA256\n${timestamp}\n20231216/cn-hangzhou/oss/aliyun_v4_request\n${hash}`,
    )
    expect(hex(signingKeyV4('sk', '20231216', hangzhou))).toBe(
      'b412a03b134ebddd720f5167b5de6db66620ebb3b01cff4d49e3ccb09f8de97f',
    )
    expect(signV4(official, credentials, hangzhou, at(1702743657))).toEqual({
      'x-oss-date': timestamp,
      'x-oss-content-sha256': 'UNSIGNED-PAYLOAD',
      authorization:
        'OSS4-HMAC-SHA256 Credential=ak/20231216/cn-hangzhou/oss/aliyun_v4_request,Signature=e21d18daa82167720f9b1047ae7e7f1ce7cb77a31e8203a7d5f4624fa0284afe',
    })
  })

  it('sends a token along and signs it, as in the official example (H2)', () => {
    expect(signV4(official, temporary, hangzhou, at(1702784856))).toEqual({
      'x-oss-date': '20231217T034736Z',
      'x-oss-content-sha256': 'UNSIGNED-PAYLOAD',
      'x-oss-security-token': 'token',
      authorization:
        'OSS4-HMAC-SHA256 Credential=ak/20231217/cn-hangzhou/oss/aliyun_v4_request,Signature=b94a3f999cf85bcdc00d332fbd3734ba03e48382c36fa4d5af5df817395bd9ea',
    })
  })

  it.each([[['ZAbc', 'abc']], [['x-oss-no-exist', 'ZAbc', 'x-oss-head1', 'abc', 'ABC']]])(
    'signs the additional headers %j, as in the official example (H3)',
    (names) => {
      const dated = withHeaders(official, {
        'x-oss-date': '20231216T172512Z',
        'x-oss-content-sha256': 'UNSIGNED-PAYLOAD',
      })
      expect(
        canonicalRequestV4(dated, additionalNames(names, dated.headers)).split('\n').slice(3, 11),
      ).toEqual([
        'abc:value',
        'content-type:text/plain',
        'x-oss-content-sha256:UNSIGNED-PAYLOAD',
        'x-oss-date:20231216T172512Z',
        'x-oss-head1:value',
        'zabc:value',
        '',
        'abc;zabc',
      ])
      const additional = additionalNames(names, official.headers)
      expect(
        signV4(official, credentials, hangzhou, at(1702747512), additional).authorization,
      ).toBe(
        'OSS4-HMAC-SHA256 Credential=ak/20231216/cn-hangzhou/oss/aliyun_v4_request,AdditionalHeaders=abc;zabc,Signature=4a4183c187c07c8947db7620deb0a6b38d9fbdd34187b6dbaccb316fa251212f',
      )
    },
  )

  it('signs for a cloud box, as in the official example (H4)', () => {
    expect(signV4(official, credentials, cloudBox, at(1702743657)).authorization).toBe(
      'OSS4-HMAC-SHA256 Credential=ak/20231216/cb-123/oss-cloudbox/aliyun_v4_request,Signature=94ce1f12c17d148ea681030275a94449d3357f5b5b21133996eec80af3e08a43',
    )
  })

  // Computed with an implementation that reproduces the official vectors.
  const bucket: Signable = { method: 'GET', bucket: 'examplebucket', query: {}, headers: {} }
  const object: Signable = { ...bucket, key: '目录/a+b c.txt' }
  const OBJECT_PATH = '/examplebucket/%E7%9B%AE%E5%BD%95/a%2Bb%20c.txt'
  it.each([
    {
      name: 'the service',
      signable: { ...bucket, bucket: undefined },
      path: '/',
      query: '',
      signature: '2a7fe0c537ae2b2319d6a44def3d754c1f9ca397946234d46ba2ecdb8f8f0a96',
    },
    {
      name: 'a bucket and ?acl',
      signable: { ...bucket, query: { acl: undefined } },
      path: '/examplebucket/',
      query: 'acl',
      signature: '15bd9a084f6e86eca140ef549b225b981060721289cf1f4a91e97bf7383ef332',
    },
    {
      name: 'a listing',
      signable: {
        ...bucket,
        query: { 'list-type': '2', prefix: 'a/b c', 'max-keys': '10' },
      },
      path: '/examplebucket/',
      query: 'list-type=2&max-keys=10&prefix=a%2Fb%20c',
      signature: '5e505e1779899c3f87d073da50ade0760d0698ad1bbab455ed8d2668065be387',
    },
    {
      name: 'the begin of an upload, with a key in Chinese',
      signable: {
        ...object,
        method: 'POST',
        query: { uploads: '' },
        headers: { 'content-type': 'text/plain', 'x-oss-meta-author': 'alice' },
      },
      path: OBJECT_PATH,
      query: 'uploads',
      signature: 'ff56c91f80f202641f0ce2833bf53becbdcf0c353a3f5ac733737f136d8e1eb7',
    },
    {
      name: 'a part',
      signable: {
        ...object,
        method: 'PUT',
        query: { uploadId: '0004B9894A22E5B1888A1E29F8236E2D', partNumber: '1' },
        headers: { 'content-md5': 'eB5eJF1ptWaXm4bijSPyxw==' },
      },
      path: OBJECT_PATH,
      query: 'partNumber=1&uploadId=0004B9894A22E5B1888A1E29F8236E2D',
      signature: 'e0886499fd4c5c2f31d55f39fdbe3242ebb90e8856ba0454093297f8678ec5c6',
    },
  ])('signs $name', ({ signable, path, query, signature }) => {
    expect(canonicalRequestV4(signable).split('\n').slice(1, 3)).toEqual([path, query])
    const { authorization } = signV4(signable, credentials, hangzhou, at(1702743657))
    expect(authorization).toBe(
      `OSS4-HMAC-SHA256 Credential=ak/20231216/cn-hangzhou/oss/aliyun_v4_request,Signature=${signature}`,
    )
  })

  it('signs with the right key whatever was signed before', () => {
    const signature = (secret: string, scope: ScopeV4, seconds: number) => {
      const added = signV4(bucket, { ...credentials, accessKeySecret: secret }, scope, at(seconds))
      return added.authorization?.split('Signature=')[1]
    }
    const oneDay = 24 * 60 * 60
    for (const [secret, scope, seconds] of [
      ['sk', hangzhou, 1702743657],
      ['other', hangzhou, 1702743657],
      ['other', { ...hangzhou, region: 'cn-beijing' }, 1702743657],
      ['other', { region: 'cn-beijing', product: 'oss-cloudbox' }, 1702743657],
      ['other', { region: 'cn-beijing', product: 'oss-cloudbox' }, 1702743657 + oneDay],
      ['sk', hangzhou, 1702743657],
      ['sk', hangzhou, 1702743657],
    ] as const) {
      expect(signature(secret, scope, seconds)).toBe(referenceSignature(secret, scope, seconds))
    }

    /** The same signature, step by step with Node's own HMAC. */
    function referenceSignature(secret: string, scope: ScopeV4, seconds: number): string {
      const timestamp = at(seconds).toISOString().replace(/[-:]/g, '').replace('.000', '')
      const headers = { 'x-oss-date': timestamp, 'x-oss-content-sha256': 'UNSIGNED-PAYLOAD' }
      const text = stringToSignV4(
        canonicalRequestV4(withHeaders(bucket, headers)),
        timestamp,
        scope,
      )
      const steps = [timestamp.slice(0, 8), scope.region, scope.product, 'aliyun_v4_request', text]
      let key = Buffer.from(`aliyun_v4${secret}`)
      for (const step of steps) key = createHmac('sha256', key).update(step).digest()
      return key.toString('hex')
    }
  })

  it('signs the time it adds, not one that stood there before', () => {
    const stale = withHeaders(official, { 'X-Oss-Date': '20200101T000000Z' })
    expect(signV4(stale, credentials, hangzhou, at(1702743657))).toEqual(
      signV4(official, credentials, hangzhou, at(1702743657)),
    )
  })

  it('leaves the request as it was', () => {
    const before = structuredClone(official)
    signV4(official, temporary, hangzhou, at(1702743657), ['abc'])
    presignV4(official, temporary, hangzhou, at(1702743657), 60, ['abc'])
    expect(official).toEqual(before)
  })

  it('names an additional header that the request does not have', () => {
    expect(() => additionalNames(['Host'], official.headers)).toThrow(/`host`/)
    const presign = () => presignV4(official, credentials, hangzhou, at(0), 60, ['Host'])
    expect(presign).toThrow(/`host`/)
  })
})

describe('canonicalRequestV4', () => {
  it('reproduces the example of the documentation', () => {
    // The page does not give the secret: the hash of the canonical request is what can be compared.
    const canonical = canonicalRequestV4(
      {
        method: 'PUT',
        bucket: 'examplebucket',
        key: 'exampleobject',
        query: {},
        headers: {
          'content-disposition': 'attachment',
          'content-length': '3',
          'content-md5': 'ICy5YqxZB1uWSwcVLSNLcA==',
          'content-type': 'text/plain',
          'x-oss-content-sha256': 'UNSIGNED-PAYLOAD',
          'x-oss-date': '20250411T064124Z',
        },
      },
      ['content-disposition', 'content-length'],
    )
    expect(canonical.split('\n')).toEqual([
      'PUT',
      '/examplebucket/exampleobject',
      '',
      'content-disposition:attachment',
      'content-length:3',
      'content-md5:ICy5YqxZB1uWSwcVLSNLcA==',
      'content-type:text/plain',
      'x-oss-content-sha256:UNSIGNED-PAYLOAD',
      'x-oss-date:20250411T064124Z',
      '',
      'content-disposition;content-length',
      'UNSIGNED-PAYLOAD',
    ])
    expect(sha256(canonical)).toBe(
      'c46d96390bdbc2d739ac9363293ae9d710b14e48081fcb22cd8ad54b63136eca',
    )
  })

  it('sorts parameters by the bytes of their encoded names, not as a language would', () => {
    const query = { b: '1', B: '2', 'a-b': '3', a: '4', é: '5', '~': '6', _: '7' }
    const canonical = canonicalRequestV4({ method: 'GET', query, headers: {} })
    expect(canonical.split('\n')[2]).toBe('%C3%A9=5&B=2&_=7&a=4&a-b=3&b=1&~=6')
  })

  it('signs parameters named like parts of the object prototype', () => {
    const query = JSON.parse('{"__proto__":"a","constructor":"b"}')
    const canonical = canonicalRequestV4({ method: 'GET', query, headers: {} })
    expect(canonical.split('\n')[2]).toBe('__proto__=a&constructor=b')
  })

  it('signs header values as the characters they are', () => {
    const headers = { 'x-oss-meta-name': ' 目录 é ' }
    const canonical = canonicalRequestV4({ method: 'GET', query: {}, headers })
    expect(canonical.split('\n')[3]).toBe('x-oss-meta-name:目录 é')
  })

  it('does not sign the signature of a URL', () => {
    const query = { acl: '', 'x-oss-signature': 'abc' }
    expect(canonicalRequestV4({ method: 'GET', query, headers: {} }).split('\n')[2]).toBe('acl')
  })
})

describe('presignV4', () => {
  it('reproduces every stage of the official example (Q1)', () => {
    const added = presignV4(officialUrl, credentials, hangzhou, at(1702781677), 599)
    expect(added).toEqual({
      'x-oss-signature-version': 'OSS4-HMAC-SHA256',
      'x-oss-credential': 'ak/20231217/cn-hangzhou/oss/aliyun_v4_request',
      'x-oss-date': '20231217T025437Z',
      'x-oss-expires': '599',
      'x-oss-signature': 'a39966c61718be0d5b14e668088b3fa07601033f6518ac7b523100014269c0fe',
    })
    const canonical = canonicalRequestV4({
      ...officialUrl,
      query: { ...officialUrl.query, ...added },
    })
    expect(canonical.split('\n')[2]).toBe(
      `${OFFICIAL_QUERY}&x-oss-credential=ak%2F20231217%2Fcn-hangzhou%2Foss%2Faliyun_v4_request&x-oss-date=20231217T025437Z&x-oss-expires=599&x-oss-signature-version=OSS4-HMAC-SHA256`,
    )
    expect(sha256(canonical)).toBe(
      '48814c11f278d51662015bf2f896b66ca10b6de0187ed8d952e341bbce0aa336',
    )
  })

  it('sends a token along and signs it, as in the official example (Q2)', () => {
    const added = presignV4(officialUrl, temporary, hangzhou, at(1702785388), 599)
    expect(added['x-oss-security-token']).toBe('token')
    expect(added['x-oss-signature']).toBe(
      '3817ac9d206cd6dfc90f1c09c00be45005602e55898f26f5ddb06d7892e1f8b5',
    )
  })

  it.each([
    [
      'Q3',
      hangzhou,
      1702783809,
      '6bd984bfe531afb6db1f7550983a741b103a8c58e5e14f83ea474c2322dfa2b7',
    ],
    [
      'Q4',
      cloudBox,
      1702781677,
      '07284191b9b4978ac3520cd39ee2dea2747eda454089359371ff463a6c7ba20f',
    ],
    [
      'Q5',
      cloudBox,
      1702783809,
      '16782cc8a7a554523db055eb804b508522e7e370073108ad88ee2f47496701dd',
    ],
  ])(
    'signs additional headers, as in the official example (%s)',
    (_, scope, seconds, signature) => {
      const added = presignV4(officialUrl, credentials, scope, at(seconds), 599, ['ZAbc', 'abc'])
      expect(added['x-oss-additional-headers']).toBe('abc;zabc')
      expect(added['x-oss-signature']).toBe(signature)
    },
  )

  it.each([0, 604801, -1, 1.5, Number.NaN])(
    'refuses a URL that is valid for %d seconds',
    (seconds) => {
      expect(() => presignV4(official, credentials, hangzhou, at(0), seconds)).toThrow(RangeError)
    },
  )

  it.each([1, 604800])('takes a URL that is valid for %d seconds', (seconds) => {
    const added = presignV4(official, credentials, hangzhou, at(0), seconds)
    expect(added['x-oss-expires']).toBe(String(seconds))
  })
})

describe('signPolicyV4', () => {
  it('signs the base64 text of a policy', () => {
    // Computed with an implementation that reproduces the official vectors.
    const policy = base64(
      utf8(
        '{"expiration":"2023-12-16T17:20:57.000Z","conditions":[{"bucket":"examplebucket"},{"x-oss-signature-version":"OSS4-HMAC-SHA256"},{"x-oss-credential":"ak/20231216/cn-hangzhou/oss/aliyun_v4_request"},{"x-oss-date":"20231216T162057Z"},["content-length-range",1,1048576]]}',
      ),
    )
    expect(signPolicyV4(policy, credentials, hangzhou, at(1702743657))).toBe(
      '759b890edc718447803fbcbb9fa9bd584d11a23571c2046fd8b9600c4e70d4a2',
    )
  })
})
