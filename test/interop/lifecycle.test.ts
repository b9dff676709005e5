import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type AliOss from 'ali-oss'
import type { OSS } from 'oss-multipart'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { ADDRESSES, BUCKET, WAYS } from './addresses.ts'
import { type InteropServer, startInteropServer } from './interop-server.ts'

const DAY = 24 * 60 * 60 * 1000
const PART = Buffer.alloc(100 * 1024, 'a')

const rules = () => [
  {
    id: 'stale',
    prefix: 'films/',
    status: 'Enabled' as const,
    abortMultipartUpload: { days: '1' },
  },
  {
    id: 'logs',
    prefix: 'logs/',
    status: 'Disabled' as const,
    tag: [{ key: 'k', value: 'v' }],
    expiration: { createdBeforeDate: '2026-01-02T00:00:00.000Z' },
  },
]

describe.each(WAYS)('lifecycle rules by %s', (_title, way) => {
  let server: InteropServer
  let aliOss: AliOss
  let ours: OSS
  beforeAll(async () => {
    server = await startInteropServer()
    aliOss = server.aliOss(way)
    ours = server.ours(way)
  })
  afterAll(() => server.close())

  it('are put, got and deleted by ali-oss and by our client, which see the same', async () => {
    const none = { code: 'NoSuchLifecycle', name: 'NoSuchLifecycleError', status: 404 }
    await expect(aliOss.getBucketLifecycle(BUCKET)).rejects.toMatchObject(none)
    // ali-oss changes the rules that it is given.
    expect((await aliOss.putBucketLifecycle(BUCKET, rules())).res.status).toBe(200)
    expect((await aliOss.getBucketLifecycle(BUCKET)).rules).toEqual(rules())
    expect((await ours.getBucketLifecycle(BUCKET)).rules).toEqual(rules())
    expect((await ours.deleteBucketLifecycle(BUCKET)).res.status).toBe(204)
    await expect(ours.getBucketLifecycle(BUCKET)).rejects.toMatchObject(none)

    expect((await ours.putBucketLifecycle(BUCKET, rules())).res.status).toBe(200)
    expect((await aliOss.getBucketLifecycle(BUCKET)).rules).toEqual(rules())
    expect((await aliOss.deleteBucketLifecycle(BUCKET)).res.status).toBe(204)
  })
})

describe('uploads that nobody completes', () => {
  it('are gone with their bytes when their days have passed, also after a restart', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'oss-local-lifecycle-'))
    onTestFinished(() => rm(dir, { recursive: true, force: true }))
    const blobs = async () => {
      const entries = await readdir(join(dir, 'blobs'), { recursive: true, withFileTypes: true })
      return entries.filter((entry) => entry.isFile()).length
    }
    let passed = 0
    const clock = () => Date.now() + passed
    const way = { address: ADDRESSES.ip, authorizationV4: true }
    const first = await startInteropServer({ dir, clock })
    const before = first.ours(way)
    await before.putBucketLifecycle(BUCKET, rules())
    const stale = await before.initMultipartUpload('films/a')
    await before.uploadPart('films/a', stale.uploadId, 1, PART, 0, PART.length)
    const kept = await before.initMultipartUpload('other/a')
    await before.uploadPart('other/a', kept.uploadId, 1, PART, 0, PART.length)
    expect(await blobs()).toBe(2)
    await first.close()

    const second = await startInteropServer({ dir, clock })
    onTestFinished(() => second.close())
    const client = second.ours(way)
    expect((await client.listUploads()).uploads).toHaveLength(2)
    passed = 2 * DAY
    expect((await client.listUploads()).uploads.map(({ name }) => name)).toEqual(['other/a'])
    expect(await blobs()).toBe(1)
    const part = client.uploadPart('films/a', stale.uploadId, 2, PART, 0, PART.length)
    await expect(part).rejects.toMatchObject({ code: 'NoSuchUpload', status: 404 })
  })

  it('can be begun anew with their checkpoint', async () => {
    let passed = 0
    const server = await startInteropServer({ clock: () => Date.now() + passed })
    onTestFinished(() => server.close())
    const client = server.ours({ address: ADDRESSES.ip, authorizationV4: true })
    await client.putBucketLifecycle(BUCKET, rules())
    const bytes = Buffer.concat([PART, PART, PART])
    const options = { partSize: PART.length, parallel: 1 }
    const interrupted = client.multipartUpload('films/a', bytes, {
      ...options,
      progress: (percentage) => {
        if (percentage > 0.3) void client.cancel()
      },
    })
    const { checkpoint } = await interrupted.then(
      () => Promise.reject(new Error('it was to be interrupted')),
      (error) => error,
    )
    passed = 2 * DAY
    expect((await client.listUploads()).uploads).toEqual([])
    await client.multipartUpload('films/a', bytes, { ...options, checkpoint })
    expect((await client.get('films/a')).content).toEqual(bytes)
    expect((await client.listUploads()).uploads).toEqual([])
  })
})
