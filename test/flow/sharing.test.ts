import type { MultipartUploadOptions } from 'oss-multipart'
import { describe, expect, it } from 'vitest'
import { BUCKET, bytesOf, deepFreeze, failure, KiB, PART, startFlow } from './testing.ts'

const flow = await startFlow()
const { observer } = flow
const AT_ONCE = 50

describe('uploads at the same time', () => {
  it('of one client, fifty of every size, each arrive whole and in their own place', async () => {
    const client = flow.client()
    const contents = Array.from({ length: AT_ONCE }, (_, index) => bytesOf(index * 8 * KiB, index))
    const results = await Promise.all(
      contents.map((bytes, index) =>
        client.multipartUpload(`fifty/${index}`, bytes, {
          partSize: PART,
          meta: { index },
          headers: { 'x-oss-tagging': `index=${index}` },
        }),
      ),
    )
    expect(results.map(({ name }) => name)).toEqual(contents.map((_, index) => `fifty/${index}`))
    for (const [index, bytes] of contents.entries()) {
      await flow.expectStored(`fifty/${index}`, bytes)
      expect((await client.head(`fifty/${index}`)).meta).toEqual({ index: `${index}` })
    }
  })

  it('can share one options object, which is never changed', async () => {
    const client = flow.client()
    const shares: number[] = []
    const options: MultipartUploadOptions = deepFreeze({
      parallel: 2,
      partSize: PART,
      progress: (share) => void shares.push(share),
      meta: { people: '测试' },
      mime: 'text/x-shared',
      headers: { 'Cache-Control': 'no-store', 'Content-Type': undefined },
      timeout: '30s',
      signal: new AbortController().signal,
    })
    const before = JSON.stringify(options)
    const sizes = [0, 5, PART, 3 * PART, 4 * PART + 1, 2 * PART]
    await Promise.all(
      sizes.map((size) => client.multipartUpload(`shared/${size}`, bytesOf(size), options)),
    )
    for (const size of sizes) {
      await flow.expectStored(`shared/${size}`, bytesOf(size))
      const { meta, res } = await client.head(`shared/${size}`)
      expect(meta).toEqual({ people: '测试' })
      expect(res.headers['content-type']).toBe('text/x-shared')
    }
    expect(JSON.stringify(options)).toBe(before)
    expect(shares.filter((share) => share === 1)).toHaveLength(sizes.length)
  })

  it('the failure of one is not that of another', async () => {
    const client = flow.client()
    const bytes = bytesOf(3 * PART)
    const options = { partSize: PART, parallel: 1 }
    observer.disturb({ key: 'fails', partNumber: 2 }, { status: 403, code: 'AccessDenied' })
    const [failed, ...others] = await Promise.allSettled([
      client.multipartUpload('fails', bytes, options),
      client.multipartUpload('other/1', bytes, options),
      client.multipartUpload('other/2', bytes, options),
    ])
    expect(failed).toMatchObject({ reason: { name: 'AccessDeniedError' } })
    expect(others).toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled' }])
  })

  it('of the same name leave one of the two, whole', async () => {
    const client = flow.client()
    const [one, two] = [bytesOf(2 * PART, 'one'), bytesOf(3 * PART, 'two')]
    await Promise.all(
      [one, two].map((bytes) => client.multipartUpload('same', bytes, { partSize: PART })),
    )
    const size = Number((await client.head('same')).res.headers['content-length'])
    await flow.expectStored('same', size === one.length ? one : two)
  })

  it('of one file are read independently', async () => {
    const bytes = bytesOf(3 * PART + 1)
    const path = await flow.file('one-file', bytes)
    const names = ['a', 'b', 'c'].map((letter) => `one-file/${letter}`)
    await Promise.all(names.map((name) => flow.client().multipartUpload(name, path)))
    for (const name of names) await flow.expectStored(name, bytes)
  })
})

describe('two clients', () => {
  it('with other signatures and other buckets do not mix', async () => {
    const [first, second] = [flow.client(), flow.client({ authorizationV4: false })]
    const bytes = bytesOf(2 * PART)
    await second.request({ method: 'PUT', bucket: 'second' })
    second.useBucket('second')
    const options = { partSize: PART }
    const [one, two] = await Promise.all([
      first.multipartUpload('mixed', bytes, options),
      second.multipartUpload('mixed', bytes.subarray(1), options),
    ])
    expect([one.bucket, two.bucket]).toEqual([BUCKET, 'second'])
    await flow.expectStored('mixed', bytes)
    expect((await second.get('mixed')).content?.equals(bytes.subarray(1))).toBe(true)
  })

  it('an upload keeps the bucket it began with', async () => {
    const client = flow.client()
    const bytes = bytesOf(2 * PART)
    const held = observer.hold({ key: 'keeps', partNumber: 1 })
    const upload = client.multipartUpload('keeps', bytes, { partSize: PART })
    await held.arrived
    client.useBucket('nowhere')
    held.release()
    expect((await upload).bucket).toBe(BUCKET)
    await flow.expectStored('keeps', bytes)
    expect(await failure(client.multipartUpload('keeps', bytes))).toMatchObject({
      name: 'NoSuchBucketError',
    })
  })
})
