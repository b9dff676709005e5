import { describe, expect, it } from 'vitest'
import { errorOf, type TestCall, testService } from './test-service.ts'

const BUCKETS = ['private', 'public-read', 'public-read-write'] as const
const ACLS = ['default', ...BUCKETS] as const

async function withAcls() {
  const service = await testService({ buckets: [] })
  for (const bucket of BUCKETS) {
    await service.send({ method: 'PUT', bucket, headers: { 'x-oss-acl': bucket } })
    for (const key of ACLS) {
      const headers = { 'x-oss-object-acl': key }
      await service.send({ method: 'PUT', bucket, key, headers, body: 'x' })
    }
  }
  const anonymous = async (call: TestCall) => {
    const { status, code, message } = errorOf(await service.send({ ...call, anonymous: true }))
    return code === undefined ? status : message
  }
  return { ...service, anonymous }
}

const NO_BUCKET = 'Anonymous user has no right to access this bucket.'
const NO_OBJECT = 'Anonymous user has no right to access this object.'
const FORBIDDEN = 'Anonymous access is forbidden for this operation.'

describe('an anonymous client', () => {
  it.each([
    ['private', 'default', NO_BUCKET, NO_BUCKET],
    ['private', 'private', NO_OBJECT, NO_OBJECT],
    ['private', 'public-read', 200, NO_OBJECT],
    ['private', 'public-read-write', 200, 200],
    ['public-read', 'default', 200, NO_BUCKET],
    ['public-read', 'private', NO_OBJECT, NO_OBJECT],
    ['public-read', 'public-read', 200, NO_OBJECT],
    ['public-read', 'public-read-write', 200, 200],
    ['public-read-write', 'default', 200, 200],
    ['public-read-write', 'private', NO_OBJECT, NO_OBJECT],
    ['public-read-write', 'public-read', 200, NO_OBJECT],
    ['public-read-write', 'public-read-write', 200, 200],
  ])('in a %s bucket, on a %s object: reading %s, writing %s', async (bucket, key, read, write) => {
    const { anonymous } = await withAcls()
    expect(await anonymous({ bucket, key })).toBe(read)
    expect(await anonymous({ method: 'PUT', bucket, key, body: 'y' })).toBe(write)
    const fresh = await withAcls()
    const deleted = await fresh.anonymous({ method: 'DELETE', bucket, key })
    expect(deleted).toBe(write === 200 ? 204 : write)
  })

  it('creates objects only where the bucket allows it', async () => {
    const { anonymous } = await withAcls()
    const put = (bucket: string) => anonymous({ method: 'PUT', bucket, key: 'new', body: '' })
    expect(await put('public-read-write')).toBe(200)
    expect(await put('public-read')).toBe(NO_BUCKET)
  })

  it('uploads in parts only where the bucket allows it', async () => {
    const { anonymous } = await withAcls()
    const initiate = (bucket: string) =>
      anonymous({ method: 'POST', bucket, key: 'new', query: { uploads: '' } })
    expect(await initiate('public-read-write')).toBe(200)
    expect(await initiate('public-read')).toBe(NO_BUCKET)
    const upload = { bucket: 'private', key: 'new', query: { uploadId: 'U' } }
    for (const method of ['GET', 'POST', 'DELETE']) {
      expect(await anonymous({ ...upload, method })).toBe(NO_BUCKET)
    }
  })

  it('copies only what it may read', async () => {
    const { anonymous } = await withAcls()
    const copy = (source: string) =>
      anonymous({
        method: 'PUT',
        bucket: 'public-read-write',
        key: 'new',
        headers: { 'x-oss-copy-source': source },
      })
    expect(await copy('/public-read/default')).toBe(200)
    expect(await copy('/private/default')).toBe(NO_BUCKET)
    expect(await copy('/public-read/private')).toBe(NO_OBJECT)
  })

  it('lists nothing, and touches no configuration', async () => {
    const { anonymous } = await withAcls()
    const bucket = 'public-read-write'
    expect(await anonymous({ bucket })).toBe(NO_BUCKET)
    expect(await anonymous({ bucket, query: { 'list-type': '2' } })).toBe(NO_BUCKET)
    expect(await anonymous({ bucket, query: { uploads: '' } })).toBe(NO_BUCKET)
    expect(await anonymous({})).toBe(FORBIDDEN)
    expect(await anonymous({ method: 'PUT', bucket: 'new' })).toBe(FORBIDDEN)
    expect(await anonymous({ method: 'DELETE', bucket })).toBe(FORBIDDEN)
    expect(await anonymous({ method: 'POST', bucket, query: { delete: '' } })).toBe(FORBIDDEN)
    for (const name of ['bucketInfo', 'location', 'acl', 'cors']) {
      expect(await anonymous({ bucket, query: { [name]: '' } })).toBe(FORBIDDEN)
    }
  })

  it('cannot choose response headers', async () => {
    const { anonymous } = await withAcls()
    const query = { 'response-content-type': 'text/html' }
    expect(await anonymous({ bucket: 'public-read', key: 'default', query })).toBe(
      'Request specific response headers cannot be used for anonymous GET requests.',
    )
  })

  it('hears of a bucket that is not there', async () => {
    const { anonymous } = await withAcls()
    expect(await anonymous({ bucket: 'nowhere', key: 'k' })).toBe(
      'The specified bucket does not exist.',
    )
  })
})

describe('what oss-local does not serve', () => {
  it('is answered with 501 and the name of the operation', async () => {
    const { send } = await testService()
    const answer = await send({ bucket: 'b12', query: { website: '' } })
    expect(errorOf(answer)).toEqual({
      status: 501,
      code: 'NotImplemented',
      ec: undefined,
      message: 'oss-local does not implement GetBucketWebsite.',
    })
  })
})
