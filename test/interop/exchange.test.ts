import { randomBytes } from 'node:crypto'
import type AliOss from 'ali-oss'
import type { OSS } from 'oss-multipart'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADDRESSES } from './addresses.ts'
import { expectBytes } from './expect-bytes.ts'
import { type InteropServer, startInteropServer } from './interop-server.ts'

const PART = 100 * 1024
const META = { year: '2017', people: 'test' }
const TEXT = 'Übung 目录 😀'
/** The bytes of UTF-8, one a character: how Node gives header values, and ali-oss passes them on. */
const TEXT_AS_BYTES = Buffer.from(TEXT).toString('latin1')

describe.each([
  ['V1', { address: ADDRESSES.ip, authorizationV4: false }],
  ['V4', { address: ADDRESSES.ip, authorizationV4: true }],
])('objects are exchanged, signed with %s', (_title, way) => {
  let server: InteropServer
  let aliOss: AliOss
  let ours: OSS
  beforeAll(async () => {
    server = await startInteropServer()
    aliOss = server.aliOss(way)
    ours = server.ours(way)
  })
  afterAll(() => server.close())

  it('written by ali-oss, read by our client', async () => {
    const bytes = randomBytes(2 * PART + 1)
    await aliOss.put('目录/put +&', bytes, { meta: META, mime: 'video/mp4' })
    await aliOss.multipartUpload('目录/parts +&', bytes, {
      meta: META,
      mime: 'video/mp4',
      partSize: PART,
    })
    for (const name of ['目录/put +&', '目录/parts +&']) {
      expectBytes((await ours.get(name)).content ?? Buffer.alloc(0), bytes)
      const { meta, res } = await ours.head(name)
      expect([meta, res.headers['content-type']]).toEqual([META, 'video/mp4'])
    }
  })

  it('written by our client, read by ali-oss', async () => {
    const bytes = randomBytes(2 * PART + 1)
    await ours.put('目录/put +&', bytes, { meta: META, mime: 'video/mp4' })
    await ours.multipartUpload('目录/parts +&', bytes, {
      meta: META,
      mime: 'video/mp4',
      partSize: PART,
    })
    for (const name of ['目录/put +&', '目录/parts +&']) {
      expectBytes((await aliOss.get(name)).content, bytes)
      const { meta, res } = await aliOss.head(name)
      expect([meta, res.headers['content-type']]).toEqual([META, 'video/mp4'])
    }
  })

  it('have the same bytes and ETag whoever uploads them, with the same part size', async () => {
    const bytes = randomBytes(3 * PART)
    const options = { partSize: PART }
    const theirs = await aliOss.multipartUpload('same', bytes, options)
    const mine = await ours.multipartUpload('same', bytes, options)
    expect(mine.etag).toBe(theirs.etag)
  })

  it("keep UTF-8 metadata that ali-oss wrote with headerEncoding 'latin1'", async () => {
    const latin1 = server.aliOss(way, { headerEncoding: 'latin1' })
    await latin1.put('meta/theirs', Buffer.from('text'), { meta: { title: TEXT } })
    expect((await latin1.head('meta/theirs')).meta).toEqual({ title: TEXT_AS_BYTES })
    expect((await ours.head('meta/theirs')).meta).toEqual({ title: TEXT })
  })

  it('keep UTF-8 metadata that our client wrote', async () => {
    await ours.put('meta/ours', Buffer.from('text'), { meta: { title: TEXT } })
    const latin1 = server.aliOss(way, { headerEncoding: 'latin1' })
    expect((await latin1.head('meta/ours')).meta).toEqual({ title: TEXT_AS_BYTES })
    expect((await ours.head('meta/ours')).meta).toEqual({ title: TEXT })
  })

  it("are written alike with headerEncoding 'latin1' by both", async () => {
    const same = server.ours(way, { headerEncoding: 'latin1' })
    await same.put('meta/latin1', Buffer.from('text'), { meta: { title: TEXT } })
    expect((await same.head('meta/latin1')).meta).toEqual({ title: TEXT_AS_BYTES })
    expect((await ours.head('meta/latin1')).meta).toEqual({ title: TEXT })
  })
})
