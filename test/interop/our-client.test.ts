import { randomBytes } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { type OSS, OssError } from 'oss-multipart'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BUCKET, WAYS, type Way } from './addresses.ts'
import { expectBytes } from './expect-bytes.ts'
import { httpRequest } from './http-request.ts'
import { type InteropServer, startInteropServer } from './interop-server.ts'
import { randomFile } from './sources.ts'

const PART = 100 * 1024
const NAME = '目录/😀 +a&b.bin'

/** What our client writes into the request line and the Host: the bucket is in one of them. */
function onWire({ address: { host, sldEnable, cname } }: Way): { host: string; url: string } {
  if (cname) return { host, url: '/wire' }
  const isLocal = host === '127.0.0.1' || host === 'localhost'
  return sldEnable || isLocal
    ? { host, url: `/${BUCKET}/wire` }
    : { host: `${BUCKET}.${host}`, url: '/wire' }
}

describe.each(WAYS)('our client reaches oss-local by %s', (_title, way) => {
  let server: InteropServer
  let client: OSS
  beforeAll(async () => {
    server = await startInteropServer()
    client = server.ours(way)
  })
  afterAll(() => server.close())

  it('names the bucket in its host or its path', async () => {
    const seen = server.observe()
    await client.put('wire', Buffer.from('text'))
    seen.end()
    const { host, url } = onWire(way)
    expect(seen.requests).toEqual([{ method: 'PUT', host: `${host}:${server.port}`, url }])
  })

  it('uploads in parts, and reads what it uploaded', async () => {
    const { path, bytes } = await randomFile(2 * PART + 1)
    const seen = server.observe()
    const { etag } = await client.multipartUpload(NAME, path, {
      partSize: PART,
      meta: { year: 2017, people: 'test' },
      headers: { 'Cache-Control': 'no-cache' },
    })
    seen.end()
    expect(seen.partNumbers()).toEqual([1, 2, 3])
    const { content } = await client.get(NAME)
    expectBytes(content ?? Buffer.alloc(0), bytes)
    expectBytes(await buffer((await client.getStream(NAME)).stream), bytes)
    const { meta, res } = await client.head(NAME)
    expect(meta).toEqual({ year: '2017', people: 'test' })
    expect(res.headers).toMatchObject({ etag, 'cache-control': 'no-cache' })
    expect((await client.getObjectMeta(NAME)).res.headers.etag).toBe(etag)
  })

  it('deletes many objects at once', async () => {
    const names = ['delete/a&b', 'delete/<目录>', 'delete/c d+e']
    for (const name of names) await client.put(name, Buffer.from('text'))
    const { deleted } = await client.deleteMulti(names)
    expect(deleted.map(({ Key }) => Key).sort()).toEqual([...names].sort())
    expect((await client.list({ prefix: 'delete/' })).objects).toEqual([])
  })

  it('goes through the operations of a multipart upload one by one', async () => {
    const bytes = randomBytes(PART + 10)
    const { uploadId } = await client.initMultipartUpload('raw 目')
    const one = await client.uploadPart('raw 目', uploadId, 1, bytes, 0, PART)
    const two = await client.uploadPart('raw 目', uploadId, 2, bytes, PART, PART + 10)
    const { uploads } = await client.listUploads({ prefix: 'raw' })
    expect(uploads).toMatchObject([{ name: 'raw 目', uploadId }])
    const page = await client.listParts('raw 目', uploadId, { 'max-parts': 1 })
    expect(page).toMatchObject({ isTruncated: true, nextPartNumberMarker: 1 })
    await client.completeMultipartUpload('raw 目', uploadId, [
      { number: 1, etag: one.etag },
      { number: 2, etag: two.etag },
    ])
    expectBytes((await client.get('raw 目')).content ?? Buffer.alloc(0), bytes)
  })

  it('lists folders and pages', async () => {
    const keys = ['list/1', 'list/2 +', 'list/目录/3']
    for (const key of keys) await client.put(key, Buffer.from(key))
    const folder = await client.list({ prefix: 'list/', delimiter: '/' })
    expect(folder.objects.map(({ name }) => name)).toEqual(['list/1', 'list/2 +'])
    expect(folder.prefixes).toEqual(['list/目录/'])
    const first = await client.listV2({ prefix: 'list/', 'max-keys': 2 })
    const token = String(first.nextContinuationToken)
    const rest = await client.listV2({ prefix: 'list/', 'continuation-token': token })
    expect(rest.objects.map(({ name }) => name)).toEqual(['list/目录/3'])
    const page = await client.list({ prefix: 'list/', 'max-keys': 1, marker: 'list/1' })
    expect([page.nextMarker, page.objects[0]?.name]).toEqual(['list/2 +', 'list/2 +'])
  })

  it('signs V1 URLs that work without it', async () => {
    await client.put(NAME, Buffer.from('text'))
    const url = client.signatureUrl(NAME, { response: { 'content-type': 'text/x-v1' } })
    const { status, headers, body } = await httpRequest(url)
    expect([status, headers['content-type'], String(body)]).toEqual([200, 'text/x-v1', 'text'])
    expect((await httpRequest(url, { method: 'DELETE' })).status).toBe(403)
  })

  it('signs V4 URLs that work without it', async () => {
    const headers = { 'content-type': 'text/x-put', 'x-oss-meta-by': 'url' }
    const method = 'PUT'
    const body = Buffer.from('by url')
    const url = await client.signatureUrlV4(method, 60, { headers }, 'put by url')
    expect((await httpRequest(url, { method, headers, body })).status).toBe(200)
    expect((await client.head('put by url')).meta).toEqual({ by: 'url' })
    expect((await httpRequest(url, { method, body })).status).toBe(403)
  })

  it('is told what is wrong', async () => {
    await expect(client.get('missing')).rejects.toBeInstanceOf(OssError)
    await expect(client.head('missing')).rejects.toMatchObject({ code: 'NoSuchKey', status: 404 })
    const stranger = server.ours(way, { accessKeySecret: 'guessed' })
    await expect(stranger.head('any')).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' })
    const nobody = server.ours(way, { accessKeyId: 'nobody' })
    await expect(nobody.list(null)).rejects.toMatchObject({ code: 'InvalidAccessKeyId' })
  })
})
