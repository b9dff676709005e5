import type AliOss from 'ali-oss'
import type { OSS } from 'oss-multipart'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADDRESSES, BUCKET, WAYS } from './addresses.ts'
import { httpRequest } from './http-request.ts'
import { type InteropServer, startInteropServer } from './interop-server.ts'

const PAGE = 'https://app.example.com'

const RULES = [
  {
    allowedOrigin: [PAGE, 'http://*.example.net'],
    allowedMethod: ['PUT', 'POST', 'GET', 'HEAD', 'DELETE'],
    allowedHeader: '*',
    exposeHeader: ['ETag', 'x-oss-request-id'],
    maxAgeSeconds: '600',
  },
  { allowedOrigin: '*', allowedMethod: 'GET' },
]

describe.each(WAYS)('CORS rules by %s', (_title, way) => {
  let server: InteropServer
  let aliOss: AliOss
  let ours: OSS
  beforeAll(async () => {
    server = await startInteropServer()
    aliOss = server.aliOss(way)
    ours = server.ours(way)
  })
  afterAll(() => server.close())

  it('are put, got and deleted by ali-oss, and our client sees the same', async () => {
    const none = { code: 'NoSuchCORSConfiguration', name: 'NoSuchCORSConfigurationError' }
    await expect(aliOss.getBucketCORS(BUCKET)).rejects.toMatchObject({ ...none, status: 404 })
    await expect(ours.getBucketCORS(BUCKET)).rejects.toMatchObject({ ...none, status: 404 })
    expect((await aliOss.putBucketCORS(BUCKET, RULES)).res.status).toBe(200)
    expect((await aliOss.getBucketCORS(BUCKET)).rules).toEqual(RULES)
    expect((await ours.getBucketCORS(BUCKET)).rules).toEqual(RULES)
    expect((await aliOss.deleteBucketCORS(BUCKET)).res.status).toBe(204)
    await expect(ours.getBucketCORS(BUCKET)).rejects.toMatchObject(none)
  })

  it('are put, got and deleted by our client, and ali-oss sees the same', async () => {
    expect((await ours.putBucketCORS(BUCKET, RULES)).res.status).toBe(200)
    expect((await aliOss.getBucketCORS(BUCKET)).rules).toEqual(RULES)
    expect((await ours.deleteBucketCORS(BUCKET)).res.status).toBe(204)
    await expect(aliOss.getBucketCORS(BUCKET)).rejects.toMatchObject({ status: 404 })
  })

  it('are refused alike', async () => {
    const many = Array.from({ length: 11 }, () => ({ allowedOrigin: '*', allowedMethod: 'GET' }))
    const refusal = { code: 'CORSRuleBeyondLimit', status: 400 }
    await expect(aliOss.putBucketCORS(BUCKET, many)).rejects.toMatchObject(refusal)
    await expect(ours.putBucketCORS(BUCKET, many)).rejects.toMatchObject(refusal)
  })
})

describe('a page that uploads', () => {
  let server: InteropServer
  let ours: OSS
  beforeAll(async () => {
    server = await startInteropServer()
    ours = server.ours({ address: ADDRESSES.ip, authorizationV4: true })
    await ours.putBucketCORS(BUCKET, RULES)
  })
  afterAll(() => server.close())

  /** What a browser sends before a request with these headers. */
  const preflight = (path: string, { origin = PAGE, method = 'PUT' } = {}) =>
    httpRequest(`${server.url}/${path}`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers':
          'authorization,content-type,x-oss-content-sha256,x-oss-date,x-oss-user-agent',
      },
    })

  it.each([
    ['POST', `${BUCKET}/films/a.mp4?uploads=`],
    ['PUT', `${BUCKET}/films/a.mp4?partNumber=1&uploadId=0`],
    ['DELETE', `${BUCKET}/films/a.mp4?uploadId=0`],
    ['GET', `${BUCKET}/?uploads`],
    ['HEAD', `${BUCKET}/films/%E7%9B%AE.mp4`],
  ])('is allowed to %s /%s', async (method, path) => {
    const { status, headers, body } = await preflight(path, { method })
    expect([status, body.length]).toEqual([200, 0])
    expect(headers).toMatchObject({
      'content-length': '0',
      'access-control-allow-origin': PAGE,
      'access-control-allow-methods': 'PUT, POST, GET, HEAD, DELETE',
      'access-control-allow-headers':
        'authorization, content-type, x-oss-content-sha256, x-oss-date, x-oss-user-agent',
      'access-control-expose-headers': 'ETag, x-oss-request-id',
      'access-control-max-age': '600',
      'x-oss-request-id': expect.stringMatching(/^[0-9A-F]{24}$/),
    })
    expect(headers).not.toHaveProperty('access-control-allow-credentials')
    expect(headers).not.toHaveProperty('vary')
  })

  it('is not, from elsewhere or with a method that no rule has', async () => {
    for (const asked of [{ origin: 'https://evil.example' }, { method: 'PATCH' }]) {
      const { status, headers, body } = await preflight(`${BUCKET}/a`, asked)
      expect([status, String(body)]).toEqual([403, expect.stringContaining('AccessForbidden')])
      expect(Object.keys(headers).join()).not.toContain('access-control')
    }
  })

  it('sees the ETag of each part, and why a request was refused', async () => {
    const options = { headers: { Origin: PAGE } }
    const seen = {
      'access-control-allow-origin': PAGE,
      'access-control-expose-headers': 'ETag, x-oss-request-id',
    }
    const { res, uploadId } = await ours.initMultipartUpload('parts', options)
    expect(res.headers).toMatchObject(seen)
    const bytes = Buffer.from('text')
    const part = await ours.uploadPart('parts', uploadId, 1, bytes, 0, 4, options)
    expect(part.res.headers).toMatchObject(seen)
    const { status, headers } = await httpRequest(`${server.url}/${BUCKET}/parts`, {
      headers: { origin: PAGE },
    })
    expect([status, headers]).toEqual([403, expect.objectContaining(seen)])
  })
})
