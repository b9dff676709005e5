import { describe, expect, it } from 'vitest'
import { errorOf, testService, texts } from './test-service.ts'

describe('PutBucket', () => {
  it('creates a bucket and says where', async () => {
    const { send } = await testService({ buckets: [] })
    const answer = await send({ method: 'PUT', bucket: 'b12' })
    expect(answer).toMatchObject({ status: 200, text: '', headers: { location: '/b12' } })
  })

  it('lets one create one’s own again, and change its ACL', async () => {
    const { send } = await testService()
    const grant = async () =>
      texts((await send({ bucket: 'b12', query: { acl: '' } })).text, 'Grant')
    const headers = { 'x-oss-acl': 'public-read' }
    expect((await send({ method: 'PUT', bucket: 'b12', headers })).status).toBe(200)
    expect(await grant()).toEqual(['public-read'])
    expect((await send({ method: 'PUT', bucket: 'b12' })).status).toBe(200)
    expect(await grant()).toEqual(['public-read'])
  })

  it.each([
    ['<StorageClass>IA</StorageClass>', "Cannot modify existing bucket's storage class."],
    [
      '<DataRedundancyType>ZRS</DataRedundancyType>',
      "Cannot modify existing bucket's data redundancy type.",
    ],
  ])('does not change an existing bucket to %s', async (inner, message) => {
    const { send } = await testService()
    const body = `<CreateBucketConfiguration>${inner}</CreateBucketConfiguration>`
    expect(errorOf(await send({ method: 'PUT', bucket: 'b12', body }))).toEqual({
      status: 409,
      code: 'BucketAlreadyExists',
      ec: '0015-00000104',
      message,
    })
  })

  it.each([
    ['B12', {}, '', 'InvalidBucketName'],
    ['b12', { 'x-oss-acl': 'open' }, '', 'InvalidArgument'],
    ['b12', {}, '<CreateBucketConfiguration>', 'MalformedXML'],
    [
      'b12',
      {},
      '<CreateBucketConfiguration><StorageClass>X</StorageClass></CreateBucketConfiguration>',
      'InvalidArgument',
    ],
  ])('refuses %s %o %s', async (bucket, headers, body, code) => {
    const { send } = await testService()
    const answer = await send({ method: 'PUT', bucket, headers, body })
    expect(errorOf(answer)).toMatchObject({ status: 400, code })
  })

  it('passes over the LocationConstraint of older clients', async () => {
    const { send } = await testService()
    const body =
      '<CreateBucketConfiguration><LocationConstraint>oss-eu</LocationConstraint></CreateBucketConfiguration>'
    expect((await send({ method: 'PUT', bucket: 'new', body })).status).toBe(200)
  })
})

describe('ListBuckets', () => {
  const buckets = ['aa1', 'ab1', 'ab2', 'ba1']

  it('has every element that oss2 and Java v1 need', async () => {
    const { send } = await testService({ buckets: ['b12'] })
    const { text } = await send({})
    expect(text).toContain('<Owner><ID>1000000000000001</ID>')
    expect(text).toContain(
      '<Bucket><CreationDate>2026-01-02T03:04:05.000Z</CreationDate>' +
        '<ExtranetEndpoint>oss-cn-hangzhou.aliyuncs.com</ExtranetEndpoint>' +
        '<IntranetEndpoint>oss-cn-hangzhou-internal.aliyuncs.com</IntranetEndpoint>' +
        '<Location>oss-cn-hangzhou</Location><Name>b12</Name><Region>cn-hangzhou</Region>' +
        '<StorageClass>Standard</StorageClass></Bucket>',
    )
  })

  it('pages by name', async () => {
    const { send } = await testService({ buckets })
    const first = await send({ query: { prefix: 'a', 'max-keys': '2' } })
    expect(texts(first.text, 'Name')).toEqual(['aa1', 'ab1'])
    expect(texts(first.text, 'IsTruncated')).toEqual(['true'])
    const [marker = ''] = texts(first.text, 'NextMarker')
    const second = await send({ query: { prefix: 'a', 'max-keys': '2', marker } })
    expect(texts(second.text, 'Name')).toEqual(['ab2'])
    expect(texts(second.text, 'IsTruncated')).toEqual(['false'])
    expect(texts(second.text, 'NextMarker')).toEqual([])
  })
})

describe('GetBucketInfo, GetBucketLocation, GetBucketAcl', () => {
  it('tell of the bucket', async () => {
    const { send } = await testService()
    const info = await send({ bucket: 'b12', query: { bucketInfo: '' } })
    expect(texts(info.text, 'Name')).toEqual(['b12'])
    expect(texts(info.text, 'Grant')).toEqual(['private'])
    expect(texts(info.text, 'DataRedundancyType')).toEqual(['LRS'])
    const location = await send({ bucket: 'b12', query: { location: '' } })
    expect(location.text).toMatch(/\?>\n<LocationConstraint>oss-cn-hangzhou<\/LocationConstraint>$/)
    const acl = await send({ bucket: 'b12', query: { acl: '' } })
    expect(texts(acl.text, 'Grant')).toEqual(['private'])
  })

  it.each(['bucketInfo', 'location', 'acl'])('miss the bucket: ?%s', async (name) => {
    const { send } = await testService()
    const answer = await send({ bucket: 'nowhere', query: { [name]: '' } })
    expect(errorOf(answer)).toMatchObject({ status: 404, code: 'NoSuchBucket' })
  })
})

describe('DeleteBucket', () => {
  const remove = { method: 'DELETE', bucket: 'b12' }

  it('deletes an empty bucket', async () => {
    const { send } = await testService()
    expect((await send(remove)).status).toBe(204)
    expect(errorOf(await send(remove))).toMatchObject({ status: 404, code: 'NoSuchBucket' })
  })

  it('keeps one with objects or uploads', async () => {
    const { send } = await testService()
    await send({ method: 'PUT', bucket: 'b12', key: 'k', body: 'x' })
    expect(errorOf(await send(remove))).toEqual({
      status: 409,
      code: 'BucketNotEmpty',
      ec: '0015-00000301',
      message: 'The bucket has objects. Please delete them first.',
    })
    await send({ method: 'DELETE', bucket: 'b12', key: 'k' })
    await send({ method: 'POST', bucket: 'b12', key: 'k', query: { uploads: '' } })
    expect(errorOf(await send(remove)).message).toMatch(/^The bucket has Multipart Uploads\./)
  })
})
