import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createMemoryStore } from '../store/memory-store.ts'
import { errorOf, type TestCall, testService, texts } from './test-service.ts'
import { KEY, testUpload } from './test-upload.ts'

const SOURCE = { bucket: 'b12', key: 'a b/目' }
const FROM = '/b12/a%20b%2F%E7%9B%AE'

async function withSource(options: Parameters<typeof testService>[0] = {}) {
  const service = await testService({ buckets: ['b12', 'other'], ...options })
  const headers = {
    'content-type': 'text/plain',
    'x-oss-meta-a': 'b',
    'x-oss-tagging': 'a=1&b=2',
    'x-oss-server-side-encryption': 'AES256',
    'x-oss-object-acl': 'public-read',
    'x-oss-storage-class': 'IA',
  }
  const put = await service.send({ method: 'PUT', ...SOURCE, headers, body: '0123456789' })
  const copy = (headers: Record<string, string> = {}, to: TestCall = {}) =>
    service.send({
      method: 'PUT',
      bucket: 'other',
      key: 'copy',
      ...to,
      headers: { 'x-oss-copy-source': FROM, ...headers },
    })
  return { ...service, copy, etag: put.headers.etag ?? '' }
}

describe('CopyObject', () => {
  it('copies bytes, metadata and tags, but neither ACL, class nor encryption', async () => {
    const { send, copy, etag } = await withSource()
    const { status, headers, text } = await copy()
    expect(status).toBe(200)
    expect(headers).toMatchObject({ etag, 'x-oss-hash-crc64ecma': '2838902930144391966' })
    expect(text).toContain(
      `<CopyObjectResult><ETag>${etag}</ETag><LastModified>2026-01-02T03:04:05.000Z</LastModified></CopyObjectResult>`,
    )
    const get = await send({ bucket: 'other', key: 'copy' })
    expect(get.text).toBe('0123456789')
    expect(get.headers).toMatchObject({
      'content-type': 'text/plain',
      'x-oss-meta-a': 'b',
      'x-oss-tagging-count': '2',
      'x-oss-storage-class': 'Standard',
    })
    expect(get.headers['x-oss-server-side-encryption']).toBeUndefined()
    expect((await send({ bucket: 'other', key: 'copy', anonymous: true })).status).toBe(403)
  })

  it('replaces metadata and tags when told to', async () => {
    const { send, copy } = await withSource()
    await copy({
      'x-oss-metadata-directive': 'REPLACE',
      'x-oss-tagging-directive': 'Replace',
      'x-oss-tagging': 'c=3',
      'content-type': 'text/html',
    })
    const { headers } = await send({ bucket: 'other', key: 'copy' })
    expect(headers).toMatchObject({ 'content-type': 'text/html', 'x-oss-tagging-count': '1' })
    expect(headers['x-oss-meta-a']).toBeUndefined()
  })

  it('gives an object new metadata when it is copied onto itself', async () => {
    const { send, copy } = await withSource()
    expect((await copy({ 'x-oss-meta-new': 'c' }, SOURCE)).status).toBe(200)
    const { headers, text } = await send(SOURCE)
    expect(text).toBe('0123456789')
    expect(headers['x-oss-meta-new']).toBe('c')
    expect(headers['x-oss-meta-a']).toBeUndefined()
  })

  it('outlives its source', async () => {
    const { send, copy } = await withSource()
    await copy()
    await send({ method: 'DELETE', ...SOURCE })
    expect((await send({ bucket: 'other', key: 'copy' })).text).toBe('0123456789')
  })

  it('keeps ETag and type of an object made of parts', async () => {
    const upload = await testUpload()
    const part = await upload.part(1, 'hello world')
    await upload.complete([[1, part.headers.etag ?? '']])
    const headers = { 'x-oss-copy-source': '/b12/k' }
    await upload.send({ method: 'PUT', bucket: 'b12', key: 'copy', headers })
    const head = await upload.send({ method: 'HEAD', bucket: 'b12', key: 'copy' })
    expect(head.headers).toMatchObject({
      etag: '"028974DFCF3F3B052F25777FD64B0DEB-1"',
      'x-oss-object-type': 'Multipart',
    })
  })

  it('answers conditions on the source', async () => {
    const { copy, etag } = await withSource()
    const failed = await copy({ 'x-oss-copy-source-if-match': 'x' })
    expect(errorOf(failed)).toMatchObject({ status: 412, code: 'PreconditionFailed' })
    const fresh = await copy({ 'x-oss-copy-source-if-none-match': etag })
    expect(fresh).toMatchObject({ status: 304, text: '' })
  })

  it('does not overwrite when that is forbidden', async () => {
    const { copy } = await withSource()
    await copy()
    const answer = await copy({ 'x-oss-forbid-overwrite': 'true' })
    expect(errorOf(answer)).toMatchObject({ status: 409, code: 'FileAlreadyExists' })
  })

  it.each([
    ['/b12/missing', 404, 'NoSuchKey'],
    ['/nowhere/k', 404, 'NoSuchBucket'],
    ['/b12', 400, 'InvalidArgument'],
  ])('misses the source %s', async (source, status, code) => {
    const { copy } = await withSource()
    expect(errorOf(await copy({ 'x-oss-copy-source': source }))).toMatchObject({ status, code })
  })

  it.each(['x-oss-metadata-directive', 'x-oss-tagging-directive'])(
    'refuses an unknown %s',
    async (name) => {
      const { copy } = await withSource()
      expect(errorOf(await copy({ [name]: 'KEEP' }))).toMatchObject({ code: 'InvalidArgument' })
    },
  )

  it('refuses over 1 GB', async () => {
    const store = createMemoryStore()
    const { copy } = await withSource({ store })
    const object = (await store.getObject('b12', SOURCE.key)) ?? expect.fail()
    store.getObject = async () => ({ ...object, size: 1024 ** 3 + 1 })
    expect(errorOf(await copy())).toMatchObject({ status: 400, code: 'EntityTooLarge' })
  })

  it('looks again when the source is replaced in the last moment', async () => {
    const store = createMemoryStore()
    const putObject = store.putObject.bind(store)
    const { copy, send } = await withSource({ store })
    let isFirst = true
    store.putObject = async (...args) => {
      const replace = isFirst
      isFirst = false
      if (replace) await send({ method: 'PUT', ...SOURCE, body: 'replaced' })
      return putObject(...args)
    }
    expect((await copy()).status).toBe(200)
    expect((await send({ bucket: 'other', key: 'copy' })).text).toBe('replaced')
  })
})

describe('UploadPartCopy', () => {
  async function withUpload() {
    const service = await withSource()
    const upload = await testUpload({ service })
    const part = (headers: Record<string, string> = {}) =>
      upload.part(1, '', { headers: { 'x-oss-copy-source': FROM, ...headers } })
    return { ...service, ...upload, part }
  }

  it('copies a range, and says which', async () => {
    const { part, parts } = await withUpload()
    const { status, headers, text } = await part({ 'x-oss-copy-source-range': 'bytes=2-4' })
    expect(status).toBe(200)
    expect(headers['content-range']).toBe('bytes 2-4/10')
    const md5 = createHash('md5').update('234').digest('hex').toUpperCase()
    expect(headers.etag).toBe(`"${md5}"`)
    expect(text).toContain(
      `<CopyPartResult><LastModified>2026-01-02T03:04:05.000Z</LastModified><ETag>${headers.etag}</ETag></CopyPartResult>`,
    )
    expect(texts((await parts()).text, 'Size')).toEqual(['3'])
  })

  it('copies the whole without a range, or with one that breaks the rules', async () => {
    const { part, parts } = await withUpload()
    for (const range of [undefined, 'bytes=5-', 'bytes=0-10']) {
      const { headers } = await part(range ? { 'x-oss-copy-source-range': range } : {})
      expect(headers['content-range']).toBeUndefined()
      expect(texts((await parts()).text, 'Size')).toEqual(['10'])
    }
  })

  it('makes parts that complete to the source’s bytes', async () => {
    const { part, complete, send } = await withUpload()
    const { headers } = await part()
    await complete([[1, headers.etag ?? '']])
    expect((await send(KEY)).text).toBe('0123456789')
  })

  it('answers conditions, and misses sources and uploads', async () => {
    const { part, send } = await withUpload()
    expect((await part({ 'x-oss-copy-source-if-match': 'x' })).status).toBe(412)
    expect(errorOf(await part({ 'x-oss-copy-source': '/b12/missing' })).code).toBe('NoSuchKey')
    const query = { partNumber: '1', uploadId: 'none' }
    const headers = { 'x-oss-copy-source': FROM }
    const answer = await send({ method: 'PUT', ...KEY, query, headers })
    expect(errorOf(answer).code).toBe('NoSuchUpload')
  })
})
