import { describe, expect, it } from 'vitest'
import { base64, utf8 } from './encode.ts'
import { canonicalResource, presignV1, signPolicyV1, signV1, stringToSignV1 } from './sign-v1.ts'
import type { Signable } from './signable.ts'

const credentials = { accessKeyId: 'ak', accessKeySecret: 'sk' }
const request: Signable = { method: 'GET', query: {}, headers: {} }

/** Unit tests of the official SDKs. */
const DATE = 'Wed, 28 Dec 2022 10:27:41 GMT'
const nelson: Signable = {
  method: 'PUT',
  bucket: 'examplebucket',
  key: 'nelson',
  query: {},
  headers: {
    'Content-MD5': 'eB5eJF1ptWaXm4bijSPyxw==',
    'Content-Type': 'text/html',
    'x-oss-meta-author': 'alice',
    'x-oss-meta-magic': 'abracadabra',
  },
}
const NELSON_HEAD = `PUT\neB5eJF1ptWaXm4bijSPyxw==\ntext/html\n${DATE}\nx-oss-date:${DATE}\nx-oss-meta-author:alice\nx-oss-meta-magic:abracadabra\n`
const bucket: Signable = { ...request, bucket: 'examplebucket' }

/** The example of the documentation: "Include signatures in the Authorization header". */
const documented = {
  accessKeyId: '44CF9590006BF252F707',
  accessKeySecret: 'OtxrzxIsfpFjA7SwPzILwy8Bw21TLhquhboDYROV',
}

describe('signV1', () => {
  it.each([
    {
      name: 'an object',
      signable: nelson,
      text: `${NELSON_HEAD}/examplebucket/nelson`,
      signature: 'kSHKmLxlyEAKtZPkJhG9bZb5k7M=',
    },
    {
      name: 'a sub-resource without a value',
      signable: { ...nelson, query: { acl: undefined } },
      text: `${NELSON_HEAD}/examplebucket/nelson?acl`,
      signature: '/afkugFbmWDQ967j1vr6zygBLQk=',
    },
    {
      name: 'a bucket, with a parameter that is not signed',
      signable: { ...bucket, query: { resourceGroup: '', 'non-resousce': 'null' } },
      text: `GET\n\n\n${DATE}\nx-oss-date:${DATE}\n/examplebucket/?resourceGroup`,
      signature: 'vkQmfuUDyi1uDi3bKt67oemssIs=',
    },
    {
      name: 'two sub-resources',
      signable: { ...bucket, query: { resourceGroup: '', acl: '' } },
      text: `GET\n\n\n${DATE}\nx-oss-date:${DATE}\n/examplebucket/?acl&resourceGroup`,
      signature: 'x3E5TgOvl/i7PN618s5mEvpJDYk=',
    },
  ])('signs $name as the official SDKs do', ({ signable, text, signature }) => {
    const dated = { ...signable, headers: { ...signable.headers, 'x-oss-date': DATE } }
    expect(stringToSignV1(dated, DATE)).toBe(text)
    expect(signV1(signable, credentials, new Date(DATE))).toEqual({
      'x-oss-date': DATE,
      authorization: `OSS ak:${signature}`,
    })
  })

  it('writes the string of the documentation', () => {
    const date = 'Thu, 17 Nov 2005 18:49:58 GMT'
    const signable = {
      ...nelson,
      bucket: 'oss-example',
      headers: {
        'Content-Md5': 'ODBGOERFMDMzQTczRUY3NUE3NzA5QzdFNUYzMDQxNEM=',
        'Content-Type': 'text/html',
        Date: date,
        Host: 'oss-example.oss-cn-hangzhou.aliyuncs.com',
        'X-OSS-Meta-Author': 'foo@bar.com',
        'X-OSS-Magic': 'abracadabra',
      },
    }
    const text = `PUT\nODBGOERFMDMzQTczRUY3NUE3NzA5QzdFNUYzMDQxNEM=\ntext/html\n${date}\nx-oss-magic:abracadabra\nx-oss-meta-author:foo@bar.com\n/oss-example/nelson`
    expect(stringToSignV1(signable, date)).toBe(text)
    // A policy is signed like any text: the signature that the documentation gives for this one.
    expect(signPolicyV1(text, documented)).toBe('26NBxoKdsyly4EDv6inkoDft/yA=')
    const other = text.replace(
      'ODBGOERFMDMzQTczRUY3NUE3NzA5QzdFNUYzMDQxNEM=',
      'eB5eJF1ptWaXm4bijSPyxw==',
    )
    expect(signPolicyV1(other, documented)).toBe('hD208RWMpg77svXkQRwWXS+V5KQ=')
  })

  it('sends the token of temporary credentials along, and signs it', () => {
    const added = signV1(nelson, { ...credentials, stsToken: 'token' }, new Date(DATE))
    expect(added['x-oss-security-token']).toBe('token')
    const bare = signV1(nelson, credentials, new Date(DATE))
    expect(added.authorization).not.toBe(bare.authorization)
    const sent = { ...nelson, headers: { ...nelson.headers, 'x-oss-security-token': 'token' } }
    expect(signV1(sent, credentials, new Date(DATE)).authorization).toBe(added.authorization)
  })

  it('adds no token header for an empty token', () => {
    const added = signV1(nelson, { ...credentials, stsToken: '' }, new Date(DATE))
    expect(Object.keys(added)).toEqual(['x-oss-date', 'authorization'])
  })

  it('signs the time it adds, not one that stood there before', () => {
    const stale = { ...nelson, headers: { ...nelson.headers, 'X-Oss-Date': 'yesterday' } }
    expect(signV1(stale, credentials, new Date(DATE))).toEqual(
      signV1(nelson, credentials, new Date(DATE)),
    )
  })

  it('leaves the request as it was', () => {
    const before = structuredClone(nelson)
    signV1(nelson, { ...credentials, stsToken: 'token' }, new Date(DATE))
    expect(nelson).toEqual(before)
  })
})

describe('presignV1', () => {
  it('signs a URL as the official SDKs do', () => {
    const signable = { ...request, bucket: 'bucket', key: 'key', query: { versionId: 'versionId' } }
    expect(stringToSignV1(signable, '1699807420')).toBe(
      'GET\n\n\n1699807420\n/bucket/key?versionId=versionId',
    )
    expect(presignV1(signable, credentials, 1699807420)).toEqual({
      OSSAccessKeyId: 'ak',
      Expires: '1699807420',
      Signature: 'dcLTea+Yh9ApirQ8o8dOPqtvJXQ=',
    })
  })

  it('signs a URL with a token as the official SDKs do', () => {
    const signable = {
      ...request,
      bucket: 'bucket',
      key: 'key+123',
      query: { versionId: 'versionId' },
    }
    const query = { ...signable.query, 'security-token': 'token' }
    expect(stringToSignV1({ ...signable, query }, '1699808204')).toBe(
      'GET\n\n\n1699808204\n/bucket/key+123?security-token=token&versionId=versionId',
    )
    expect(presignV1(signable, { ...credentials, stsToken: 'token' }, 1699808204)).toEqual({
      OSSAccessKeyId: 'ak',
      Expires: '1699808204',
      Signature: 'jzKYRrM5y6Br0dRFPaTGOsbrDhY=',
      'security-token': 'token',
    })
  })

  it('signs the URL of the documentation', () => {
    // The documentation gives the string; its signature was computed with two implementations.
    const signable = { ...request, bucket: 'oss-example', key: 'oss-api.pdf' }
    expect(stringToSignV1(signable, '1141889120')).toBe(
      'GET\n\n\n1141889120\n/oss-example/oss-api.pdf',
    )
    expect(presignV1(signable, documented, 1141889120).Signature).toBe(
      'EwaNTn1erJGkimiJ9WmXgwnANLc=',
    )
  })

  it.each([1.5, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses to expire at %d', (expires) => {
    expect(() => presignV1(bucket, credentials, expires)).toThrow(RangeError)
  })
})

describe('canonicalResource', () => {
  it('has the key as it is, not percent-encoded', () => {
    expect(canonicalResource({ ...bucket, key: '目录/a+b c%2F.txt' })).toBe(
      '/examplebucket/目录/a+b c%2F.txt',
    )
  })

  it('has the sub-resources in byte order with their decoded values', () => {
    const query = { uploadId: 'A/B +', partNumber: '2', 'x-oss-process': 'image/resize,w_1' }
    expect(canonicalResource({ ...bucket, key: 'k', query })).toBe(
      '/examplebucket/k?partNumber=2&uploadId=A/B +&x-oss-process=image/resize,w_1',
    )
  })

  it('leaves out what V1 does not sign', () => {
    const query = {
      prefix: 'a',
      'list-type': '2',
      'encoding-type': 'url',
      ACL: '',
      uploadid: 'x',
      constructor: 'x',
      'x-oss-unknown': 'x',
    }
    expect(canonicalResource({ ...bucket, query })).toBe('/examplebucket/')
  })

  it('is a slash for the service', () => {
    expect(canonicalResource(request)).toBe('/')
  })
})

describe('signPolicyV1', () => {
  it('signs the base64 text of a policy', () => {
    // Computed with an implementation that reproduces the official vectors.
    const policy = base64(
      utf8(
        '{"expiration":"2023-12-16T17:20:57.000Z","conditions":[{"bucket":"examplebucket"},["starts-with","$key","user/"],["content-length-range",1,1048576]]}',
      ),
    )
    expect(policy).toBe(
      'eyJleHBpcmF0aW9uIjoiMjAyMy0xMi0xNlQxNzoyMDo1Ny4wMDBaIiwiY29uZGl0aW9ucyI6W3siYnVja2V0IjoiZXhhbXBsZWJ1Y2tldCJ9LFsic3RhcnRzLXdpdGgiLCIka2V5IiwidXNlci8iXSxbImNvbnRlbnQtbGVuZ3RoLXJhbmdlIiwxLDEwNDg1NzZdXX0=',
    )
    expect(signPolicyV1(policy, credentials)).toBe('XToJ+PuDKx+MNCyI2BHApT7BE2Q=')
  })
})
