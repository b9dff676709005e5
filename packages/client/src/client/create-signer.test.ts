import { describe, expect, it } from 'vitest'
import { createSigner, type SigningLimits } from './create-signer.ts'

const options = {
  credentials: { accessKeyId: 'id', accessKeySecret: 'canary-secret' },
  region: 'oss-cn-hangzhou',
  bucket: 'media',
  clock: () => Date.UTC(2026, 0, 2, 3, 4, 5),
}
const PART = {
  method: 'PUT',
  bucket: 'media',
  key: 'users/17/film.mp4',
  query: { partNumber: '2', uploadId: 'U' },
  headers: { 'content-length': '1000' },
}

function ask(change: object, limits: SigningLimits = {}): Promise<unknown> {
  return createSigner({ ...options, ...limits })({ ...PART, ...change })
}

describe('createSigner', () => {
  it('signs a part with its length, so that no other can be sent', async () => {
    expect(await createSigner(options)(PART)).toEqual({
      headers: {
        'x-oss-date': '20260102T030405Z',
        'x-oss-content-sha256': 'UNSIGNED-PAYLOAD',
        authorization: expect.stringMatching(
          /^OSS4-HMAC-SHA256 Credential=id\/20260102\/cn-hangzhou\/oss\/aliyun_v4_request,AdditionalHeaders=content-length,Signature=[0-9a-f]{64}$/,
        ),
      },
    })
  })

  it('asks for keys anew where they change', async () => {
    const credentials = async () => ({ ...options.credentials, stsToken: 'token' })
    const { headers } = await createSigner({ ...options, credentials })(PART)
    expect(headers).toHaveProperty('x-oss-security-token', 'token')
  })

  it.each<[string, object]>([
    ['Initiate', { method: 'POST', query: { uploads: '' }, headers: { 'x-oss-meta-a': 'b' } }],
    ['ListParts', { method: 'GET', query: { uploadId: 'U', 'max-parts': '1000' }, headers: {} }],
    ['Complete', { method: 'POST', query: { uploadId: 'U' } }],
    ['Abort', { method: 'DELETE', query: { uploadId: 'U' }, headers: {} }],
    ['Head', { method: 'HEAD', query: {}, headers: {} }],
    ['PutObject', { query: {} }],
    [
      'ListMultipartUploads of its own names',
      { method: 'GET', key: undefined, query: { uploads: '', prefix: 'users/17/a' }, headers: {} },
    ],
  ])('signs %s', async (_, change) => {
    await expect(ask(change, { prefix: 'users/17/' })).resolves.toHaveProperty('headers')
  })

  it.each<[string, object, SigningLimits?]>([
    ['another bucket', { bucket: 'secrets' }],
    ['another name', { key: 'users/18/film.mp4' }, { prefix: 'users/17/' }],
    [
      'a list of other names',
      { method: 'GET', key: undefined, query: { uploads: '', prefix: 'users/' }, headers: {} },
      { prefix: 'users/17/' },
    ],
    ['an operation that is not listed', {}, { operations: ['PutObject'] }],
    ['GetObject', { method: 'GET', query: {} }],
    ['DeleteObject', { method: 'DELETE', query: {} }],
    ['a sub-resource', { query: { acl: '' } }],
    ['a further query parameter', { query: { ...PART.query, 'x-oss-process': 'a' } }],
    ['a copy of somebody’s object', { headers: { 'x-oss-copy-source': '/media/users/18/a' } }],
    [
      'an access right',
      { method: 'POST', query: { uploads: '' }, headers: { 'X-Oss-Object-Acl': 'public-read' } },
    ],
    [
      'a date of its own',
      { headers: { ...PART.headers, 'x-oss-date': '20990101T000000Z' } },
      { headers: ['x-oss-date'] },
    ],
    ['a body of unknown length', { headers: {} }],
    ['a body that is too large', {}, { maxSize: 999 }],
    ['a part beyond the size', { query: { ...PART.query, partNumber: '4' } }, { maxSize: 3000 }],
    ['a part that can not be', { query: { ...PART.query, partNumber: '10001' } }],
    ['a name that is no text', { key: ['users/17/'] }],
    ['a query that is no text', { query: { partNumber: 2, uploadId: 'U' } }],
  ])('refuses %s', async (_, change, limits) => {
    const refused = ask(change, limits)
    await expect(refused).rejects.toMatchObject({ name: 'SigningRefusedError', status: 403 })
    await expect(refused).rejects.not.toThrow('canary')
  })

  it.each([undefined, null, 'text', 5, [], {}])(
    'refuses %j, which is no request',
    async (request) => {
      await expect(createSigner(options)(request)).rejects.toHaveProperty('code', 'SigningRefused')
    },
  )

  it('keeps to the limits of all requests and of this one', async () => {
    const sign = createSigner({ ...options, prefix: 'users/' })
    await expect(sign(PART, { prefix: 'users/18/' })).rejects.toHaveProperty('status', 403)
    await expect(sign(PART, { prefix: '' })).resolves.toHaveProperty('headers')
    await expect(sign({ ...PART, key: 'a' }, { prefix: '' })).rejects.toHaveProperty('status', 403)
  })

  it('signs further headers where they are allowed', async () => {
    const change = {
      method: 'POST',
      query: { uploads: '' },
      headers: { 'x-oss-storage-class': 'IA' },
    }
    await expect(ask(change, { headers: ['x-oss-storage-class'] })).resolves.toBeDefined()
  })
})
