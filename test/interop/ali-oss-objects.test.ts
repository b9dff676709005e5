import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type AliOss from 'ali-oss'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BUCKET, WAYS } from './addresses.ts'
import { expectBytes } from './expect-bytes.ts'
import { type InteropServer, startInteropServer } from './interop-server.ts'
import { randomFile, temporaryFolder } from './sources.ts'

describe.each(WAYS)('ali-oss stores and reads objects by %s', (_title, way) => {
  let server: InteropServer
  let client: AliOss
  beforeAll(async () => {
    server = await startInteropServer()
    client = server.aliOss(way)
  })
  afterAll(() => server.close())

  const contentOf = async (name: string) => (await client.get(name)).content

  it('names the bucket in its host, its path or neither', async () => {
    const seen = server.observe()
    await client.put('wire', Buffer.from('text'))
    seen.end()
    const { sldEnable, aliOssHost } = way.address
    const [request] = seen.requests
    expect(request?.host.replace(/:\d+$/, '')).toBe(aliOssHost)
    expect(request?.url).toBe(sldEnable ? `/${BUCKET}/wire` : '/wire')
  })

  it('puts a Buffer', async () => {
    const bytes = randomBytes(70_000)
    const { name, url, res } = await client.put('目录/😀 +a&b.bin', bytes)
    expect(name).toBe('目录/😀 +a&b.bin')
    expect(url).toContain('/%E7%9B%AE%E5%BD%95/%F0%9F%98%80%20%2Ba%26b.bin')
    expect(res.status).toBe(200)
    expect(res.headers.etag).toMatch(/^"[0-9A-F]{32}"$/)
    expectBytes(await contentOf(name), bytes)
  })

  it('puts the file of a path', async () => {
    const { path, bytes } = await randomFile(70_000, 'source.png')
    await client.put('put/path', path)
    const { content, res } = await client.get('put/path')
    expectBytes(content, bytes)
    expect(res.headers['content-type']).toBe('image/png')
  })

  it('puts a stream of unknown length', async () => {
    const chunks = [randomBytes(40_000), randomBytes(50_000)]
    await client.put('put/stream.bin', Readable.from(chunks))
    expectBytes(await contentOf('put/stream.bin'), Buffer.concat(chunks))
  })

  it('puts an empty file', async () => {
    const { path } = await randomFile(0)
    await client.put('put/empty', path)
    const { status, res } = await client.head('put/empty')
    expect([status, res.headers['content-length']]).toEqual([200, '0'])
  })

  it('gives back metadata and headers with head', async () => {
    await client.put('head/with.txt', Buffer.from('text'), {
      meta: { year: 2017, people: 'test' },
      headers: {
        'Cache-Control': 'max-age=60',
        'Content-Disposition': 'attachment; filename="a.txt"',
        'Content-Encoding': 'identity',
        Expires: 'Fri, 01 Jan 2100 00:00:00 GMT',
      },
    })
    const { meta, status, res } = await client.head('head/with.txt')
    expect(status).toBe(200)
    expect(meta).toEqual({ year: '2017', people: 'test' })
    expect(res.headers).toMatchObject({
      'content-length': '4',
      'content-type': 'text/plain',
      'cache-control': 'max-age=60',
      'content-disposition': 'attachment; filename="a.txt"',
      'content-encoding': 'identity',
      expires: 'Fri, 01 Jan 2100 00:00:00 GMT',
      'x-oss-object-type': 'Normal',
    })
  })

  it('has null for the metadata of an object without any', async () => {
    await client.put('head/without.txt', Buffer.from('text'))
    expect((await client.head('head/without.txt')).meta).toBeNull()
  })

  it('takes 304 for an answer of head', async () => {
    const { res } = await client.put('head/same', Buffer.from('text'))
    const headers = { 'If-None-Match': String(res.headers.etag) }
    expect(await client.head('head/same', { headers })).toMatchObject({ status: 304, meta: null })
  })

  it('gives ETag and size with getObjectMeta', async () => {
    const { res } = await client.put('head/light', Buffer.from('four'))
    const meta = await client.getObjectMeta('head/light')
    expect(meta.status).toBe(200)
    expect(meta.res.headers).toMatchObject({ etag: res.headers.etag, 'content-length': '4' })
  })

  it('gets an object into a file, a stream, and as a stream', async () => {
    const bytes = randomBytes(200_000)
    await client.put('get/whole', bytes)
    const path = join(await temporaryFolder(), 'got')
    await client.get('get/whole', path)
    expectBytes(await readFile(path), bytes)
    const pipe = new PassThrough()
    const [piped] = await Promise.all([buffer(pipe), client.get('get/whole', pipe)])
    expectBytes(piped, bytes)
    expectBytes(await buffer((await client.getStream('get/whole')).stream), bytes)
  })

  it('gets a range', async () => {
    await client.put('get/range', Buffer.from('0123456789'))
    const { content, res } = await client.get('get/range', undefined, {
      headers: { Range: 'bytes=2-5' },
    })
    expect(content.toString()).toBe('2345')
    expect([res.status, res.headers['content-range']]).toEqual([206, 'bytes 2-5/10'])
  })

  it('overrides headers of the answer', async () => {
    await client.put('get/override', Buffer.from('text'))
    const { res } = await client.get('get/override', undefined, {
      subres: { 'response-content-disposition': 'attachment; filename=b.txt' },
    })
    expect(res.headers['content-disposition']).toBe('attachment; filename=b.txt')
  })

  it('copies an object, with its metadata or with new', async () => {
    await client.put('copy/source 源.txt', Buffer.from('text'), { meta: { kind: 'old' } })
    const { data, res } = await client.copy('copy/same.txt', 'copy/source 源.txt')
    expect(res.status).toBe(200)
    expect(data.lastModified).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/)
    const same = await client.head('copy/same.txt')
    expect([same.meta, same.res.headers.etag]).toEqual([{ kind: 'old' }, data.etag])
    await client.copy('copy/new.txt', `/${BUCKET}/copy/source 源.txt`, { meta: { kind: 'new' } })
    expect((await client.head('copy/new.txt')).meta).toEqual({ kind: 'new' })
    expect((await contentOf('copy/new.txt')).toString()).toBe('text')
  })

  it('deletes an object, and one that is not there', async () => {
    await client.put('delete/one', Buffer.from('text'))
    expect((await client.delete('delete/one')).res.status).toBe(204)
    await expect(client.head('delete/one')).rejects.toMatchObject({ code: 'NoSuchKey' })
    expect((await client.delete('delete/one')).res.status).toBe(204)
  })

  it('deletes many objects at once', async () => {
    const names = ['delete/a&b', 'delete/<目录>', 'delete/c d+e']
    for (const name of names) await client.put(name, Buffer.from('text'))
    const { deleted } = await client.deleteMulti(names)
    expect(deleted.map(({ Key }) => Key).sort()).toEqual([...names].sort())
    expect((await client.list({ prefix: 'delete/' })).objects).toEqual([])
    expect((await client.deleteMulti(names, { quiet: true })).deleted).toEqual([])
  })
})
