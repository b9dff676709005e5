import type AliOss from 'ali-oss'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BUCKET, WAYS } from './addresses.ts'
import { type InteropServer, startInteropServer } from './interop-server.ts'

/** A CNAME stands for one bucket and leads to no other. */
const toService = WAYS.filter(([, { address }]) => !address.cname)

describe.each(toService)('ali-oss handles buckets by %s', (_title, way) => {
  let server: InteropServer
  let client: AliOss
  beforeAll(async () => {
    server = await startInteropServer()
    client = server.aliOss(way)
  })
  afterAll(() => server.close())

  it('creates a bucket, describes, lists and deletes it', async () => {
    const created = await client.putBucket('another', { acl: 'public-read', storageClass: 'IA' })
    expect([created.bucket, created.res.status]).toEqual(['another', 200])
    const { bucket } = await client.getBucketInfo('another')
    expect(bucket).toMatchObject({
      Name: 'another',
      Location: 'oss-cn-hangzhou',
      StorageClass: 'IA',
      AccessControlList: { Grant: 'public-read' },
      CreationDate: expect.stringMatching(/\.000Z$/),
    })
    const { buckets, isTruncated } = await client.listBuckets()
    expect(buckets?.map(({ name, storageClass }) => [name, storageClass])).toEqual([
      ['another', 'IA'],
      [BUCKET, 'Standard'],
    ])
    expect(isTruncated).toBe(false)
    expect((await client.deleteBucket('another')).res.status).toBe(204)
    await expect(client.getBucketInfo('another')).rejects.toMatchObject({
      name: 'NoSuchBucketError',
      status: 404,
    })
  })

  it('lists buckets page by page and by prefix', async () => {
    await client.putBucket('page-a')
    await client.putBucket('page-b')
    const first = await client.listBuckets({ prefix: 'page-', 'max-keys': 1 })
    expect(first.buckets?.map(({ name }) => name)).toEqual(['page-a'])
    expect(first.isTruncated).toBe(true)
    const marker = String(first.nextMarker)
    const second = await client.listBuckets({ prefix: 'page-', marker })
    expect(second.buckets?.map(({ name }) => name)).toEqual(['page-b'])
  })

  it('says that there is no such bucket', async () => {
    const lost = server.aliOss(way, { bucket: 'nowhere' })
    const missing = { name: 'NoSuchBucketError', code: 'NoSuchBucket', status: 404 }
    await expect(lost.get('any')).rejects.toMatchObject(missing)
    await expect(lost.list(null)).rejects.toMatchObject(missing)
    await expect(lost.put('any', Buffer.from('text'))).rejects.toMatchObject(missing)
    await expect(lost.initMultipartUpload('any')).rejects.toMatchObject(missing)
  })

  it('does not delete a bucket with an object in it', async () => {
    await client.put('in the way', Buffer.from('text'))
    await expect(client.deleteBucket(BUCKET)).rejects.toMatchObject({
      name: 'BucketNotEmptyError',
      status: 409,
    })
    await client.delete('in the way')
  })
})
