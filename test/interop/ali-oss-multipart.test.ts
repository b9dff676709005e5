import { randomBytes } from 'node:crypto'
import type AliOss from 'ali-oss'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { BUCKET, WAYS } from './addresses.ts'
import { expectBytes } from './expect-bytes.ts'
import { type InteropServer, startInteropServer } from './interop-server.ts'
import type { Observation } from './observe-requests.ts'
import { randomFile } from './sources.ts'

const PART = 100 * 1024
const THREE_PARTS = 2 * PART + 1234

describe.each(WAYS)('ali-oss uploads in parts by %s', (_title, way) => {
  let server: InteropServer
  let client: AliOss
  let seen: Observation
  beforeAll(async () => {
    server = await startInteropServer()
    client = server.aliOss(way)
  })
  afterAll(() => server.close())
  beforeEach(() => {
    seen = server.observe()
    onTestFinished(() => seen.end())
  })

  const contentOf = async (name: string) => (await client.get(name)).content

  it('uploads a Buffer', async () => {
    const bytes = randomBytes(THREE_PARTS)
    const { bucket, name, etag, res } = await client.multipartUpload('up/buffer', bytes, {
      partSize: PART,
    })
    expect([bucket, name, res.status]).toEqual([BUCKET, 'up/buffer', 200])
    expect(etag).toMatch(/^"[0-9A-F]{32}-3"$/)
    expect(seen.partNumbers()).toEqual([1, 2, 3])
    expectBytes(await contentOf(name), bytes)
  })

  it('uploads the file of a path, with metadata, type and headers', async () => {
    const { path, bytes } = await randomFile(THREE_PARTS, '影片.mp4')
    const name = '目录/😀 +a&b.bin'
    const { etag } = await client.multipartUpload(name, path, {
      partSize: PART,
      parallel: 2,
      meta: { year: 2017, people: 'test' },
      headers: { 'Cache-Control': 'no-cache' },
    })
    expect(seen.partNumbers()).toEqual([1, 2, 3])
    const { meta, res } = await client.head(name)
    expect(meta).toEqual({ year: '2017', people: 'test' })
    expect(res.headers).toMatchObject({
      etag,
      'content-length': String(THREE_PARTS),
      'content-type': 'video/mp4',
      'cache-control': 'no-cache',
      'x-oss-object-type': 'Multipart',
    })
    expectBytes(await contentOf(name), bytes)
  })

  it('tells its progress at the beginning, after each part and at the end', async () => {
    const told: [number, number | undefined][] = []
    await client.multipartUpload('up/progress', randomBytes(THREE_PARTS), {
      partSize: PART,
      progress: async (percentage, checkpoint) => {
        told.push([percentage, checkpoint?.doneParts.length])
      },
    })
    expect(told).toEqual([
      [0, 0],
      [1 / 4, 1],
      [2 / 4, 2],
      [3 / 4, 3],
      [1, undefined],
    ])
  })

  it('sends a small file with one request', async () => {
    const { path, bytes } = await randomFile(PART - 1)
    const { etag } = await client.multipartUpload('up/small', path, { meta: { small: 'yes' } })
    expect(seen.requests.map(({ method }) => method)).toEqual(['PUT'])
    const { meta, res } = await client.head('up/small')
    expect([meta, res.headers.etag]).toEqual([{ small: 'yes' }, etag])
    expectBytes(await contentOf('up/small'), bytes)
  })

  it('goes on from its checkpoint after it was cancelled', async () => {
    const { path, bytes } = await randomFile(4 * PART)
    let saved = ''
    const cancelled = client.multipartUpload('up/resumed', path, {
      partSize: PART,
      parallel: 1,
      progress: async (_percentage, checkpoint) => {
        saved = JSON.stringify(checkpoint)
        if (checkpoint?.doneParts.length === 2) client.cancel()
      },
    })
    await expect(cancelled).rejects.toEqual({ name: 'cancel', status: 0 })
    await expect(client.head('up/resumed')).rejects.toMatchObject({ code: 'NoSuchKey' })
    expect(seen.partNumbers()).toEqual([1, 2])

    // What ali-oss wrote down itself.
    const checkpoint: AliOss.Checkpoint = JSON.parse(saved)
    const { etag } = await client.multipartUpload('up/resumed', path, { checkpoint })
    expect(seen.partNumbers()).toEqual([1, 2, 3, 4])
    expect(etag).toMatch(/-4"$/)
    expectBytes(await contentOf('up/resumed'), bytes)
  })

  it('aborts an upload, which can then not go on', async () => {
    const name = 'up/aborted'
    const { uploadId } = await client.initMultipartUpload(name)
    await client.uploadPart(name, uploadId, 1, randomBytes(PART), 0, PART)
    expect((await client.abortMultipartUpload(name, uploadId)).res.status).toBe(204)
    await expect(client.listParts(name, uploadId)).rejects.toMatchObject({
      status: 404,
      code: 'NoSuchUpload',
    })
    const checkpoint = {
      name,
      file: randomBytes(2 * PART),
      fileSize: 2 * PART,
      partSize: PART,
      uploadId,
      doneParts: [],
    }
    await expect(
      client.multipartUpload(name, checkpoint.file, { checkpoint }),
    ).rejects.toMatchObject({ name: 'abort', status: 0 })
  })

  it('uploads part by part: init, uploadPart, uploadPartCopy, complete', async () => {
    const source = randomBytes(3 * PART)
    await client.put('raw/source 源', source)
    const name = 'raw/target +目标'
    const init = await client.initMultipartUpload(name, { meta: { raw: 'yes' }, mime: 'video/ogg' })
    expect(init).toMatchObject({ bucket: BUCKET, name })
    const { uploadId } = init
    const sent = await client.uploadPart(name, uploadId, 1, source, 0, PART)
    const copied = await client.uploadPartCopy(name, uploadId, 2, `${PART}-${3 * PART - 1}`, {
      sourceKey: 'raw/source 源',
      sourceBucketName: BUCKET,
    })
    await client.uploadPart(name, uploadId, 3, source, 0, 10)
    const { etag } = await client.completeMultipartUpload(name, uploadId, [
      { number: 2, etag: copied.etag },
      { number: 1, etag: sent.etag },
    ])
    expect(etag).toMatch(/-2"$/)
    expectBytes(await contentOf(name), source)
    const { meta, res } = await client.head(name)
    expect([meta, res.headers['content-type']]).toEqual([{ raw: 'yes' }, 'video/ogg'])
  })

  it('lists the parts of an upload, page by page', async () => {
    const name = 'list/目录 +parts'
    const { uploadId } = await client.initMultipartUpload(name)
    const bytes = randomBytes(PART + 7)
    const one = await client.uploadPart(name, uploadId, 1, bytes, 0, PART)
    const nine = await client.uploadPart(name, uploadId, 9, bytes, PART, PART + 7)
    const all = await client.listParts(name, uploadId)
    expect(all).toMatchObject({ uploadId, isTruncated: 'false', name, bucket: BUCKET })
    expect(all.parts).toMatchObject([
      { PartNumber: '1', ETag: one.etag, Size: String(PART) },
      { PartNumber: '9', ETag: nine.etag, Size: '7' },
    ])
    const first = await client.listParts(name, uploadId, { 'max-parts': 1 })
    expect(first).toMatchObject({ isTruncated: 'true', nextPartNumberMarker: '1' })
    const rest = await client.listParts(name, uploadId, { 'part-number-marker': 1 })
    expect([rest.parts].flat().map(({ PartNumber }) => PartNumber)).toEqual(['9'])
    await client.abortMultipartUpload(name, uploadId)
  })

  it('lists the uploads of the bucket, page by page', async () => {
    const names = ['pending/a', 'pending/b +目', 'pending/c']
    const begun = []
    for (const name of names) {
      begun.push({ name, uploadId: (await client.initMultipartUpload(name)).uploadId })
    }
    const { uploads, isTruncated } = await client.listUploads({ prefix: 'pending/' })
    expect(uploads.map(({ name, uploadId }) => ({ name, uploadId }))).toEqual(begun)
    expect(isTruncated).toBe(false)
    expect(uploads[0]?.initiated).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/)

    const first = await client.listUploads({ prefix: 'pending/', 'max-uploads': 2 })
    expect([first.uploads.length, first.isTruncated]).toEqual([2, true])
    const second = await client.listUploads({
      prefix: 'pending/',
      'key-marker': first.nextKeyMarker,
      'upload-id-marker': first.nextUploadIdMarker,
    })
    expect(second.uploads.map(({ name }) => name)).toEqual(['pending/c'])
    for (const { name, uploadId } of begun) await client.abortMultipartUpload(name, uploadId)
    expect((await client.listUploads({ prefix: 'pending/' })).uploads).toEqual([])
  })
})
