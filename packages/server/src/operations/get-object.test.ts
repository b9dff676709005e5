import { describe, expect, it } from 'vitest'
import { errorOf, NOW, testService, texts } from './test-service.ts'

const KEY = { bucket: 'b12', key: 'k' }
const THOUSAND = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 251))
const MODIFIED = 'Fri, 02 Jan 2026 03:04:05 GMT'

async function withObject() {
  const service = await testService()
  const headers = { 'content-type': 'image/png', 'x-oss-meta-a': 'b' }
  const put = await service.send({ method: 'PUT', ...KEY, body: THOUSAND, headers })
  return { ...service, etag: put.headers.etag ?? '', crc: put.headers['x-oss-hash-crc64ecma'] }
}

describe('GetObject', () => {
  it('gives the bytes with everything that is known of them', async () => {
    const { send, etag, crc } = await withObject()
    const { status, headers, bytes } = await send(KEY)
    expect(status).toBe(200)
    expect(bytes).toEqual(THOUSAND)
    expect(headers).toEqual({
      'accept-ranges': 'bytes',
      'content-length': '1000',
      'content-md5': expect.stringMatching(/^[\w+/]{22}==$/),
      'content-type': 'image/png',
      etag,
      'last-modified': MODIFIED,
      'x-oss-hash-crc64ecma': crc,
      'x-oss-meta-a': 'b',
      'x-oss-object-type': 'Normal',
      'x-oss-storage-class': 'Standard',
    })
  })

  it('gives a range, with the checksum of the whole', async () => {
    const { send, crc } = await withObject()
    const { status, headers, bytes } = await send({ ...KEY, headers: { range: 'bytes=10-19' } })
    expect(status).toBe(206)
    expect(bytes).toEqual(THOUSAND.subarray(10, 20))
    expect(headers).toMatchObject({
      'content-length': '10',
      'content-range': 'bytes 10-19/1000',
      'x-oss-hash-crc64ecma': crc,
    })
  })

  it('gives the whole for a range beyond the end, unless asked for the standard', async () => {
    const { send } = await withObject()
    const range = 'bytes=1000-2000'
    const whole = await send({ ...KEY, headers: { range } })
    expect([whole.status, whole.headers['content-range'], whole.bytes.length]).toEqual([
      200,
      undefined,
      1000,
    ])
    const standard = await send({ ...KEY, headers: { range, 'x-oss-range-behavior': 'standard' } })
    expect(errorOf(standard)).toMatchObject({
      status: 416,
      code: 'InvalidRange',
      message: 'The requested range cannot be satisfied',
    })
    expect(texts(standard.text, 'ActualObjectSize')).toEqual(['1000'])
  })

  it('answers conditions', async () => {
    const { send, etag } = await withObject()
    const fresh = await send({ ...KEY, headers: { 'if-none-match': etag } })
    expect(fresh).toMatchObject({
      status: 304,
      text: '',
      headers: { etag, 'last-modified': MODIFIED },
    })
    const since = await send({ ...KEY, headers: { 'if-modified-since': MODIFIED } })
    expect(since.status).toBe(304)
    const changed = await send({ ...KEY, headers: { 'if-match': '"other"' } })
    expect(errorOf(changed)).toMatchObject({ status: 412, code: 'PreconditionFailed' })
    expect(texts(changed.text, 'Condition')).toEqual(['If-Match'])
  })

  it('puts other response headers on the answer when it is asked to', async () => {
    const { send } = await withObject()
    const query = {
      'response-content-type': 'text/x',
      'response-content-disposition': 'attachment; filename="目"',
      'response-cache-control': 'no-store',
    }
    const { headers } = await send({ ...KEY, query })
    expect(headers['content-type']).toBe('text/x')
    expect(headers['cache-control']).toBe('no-store')
    expect(Buffer.from(headers['content-disposition'] ?? '', 'latin1').toString()).toContain('目')
    const split = await send({ ...KEY, query: { 'response-content-type': 'a\r\nset-cookie: b' } })
    expect(errorOf(split)).toMatchObject({ status: 400, code: 'InvalidArgument' })
  })

  it('misses the key', async () => {
    const { send } = await testService()
    const answer = await send({ bucket: 'b12', key: 'a<b' })
    expect(errorOf(answer)).toEqual({
      status: 404,
      code: 'NoSuchKey',
      ec: '0026-00000001',
      message: 'The specified key does not exist.',
    })
    expect(texts(answer.text, 'Key')).toEqual(['a<b'])
  })

  it('goes on giving the bytes it began with when the object is replaced', async () => {
    const { send, store } = await withObject()
    const object = (await store.getObject('b12', 'k')) ?? expect.fail()
    const reader = store.read(object, 0, 1000)
    await send({ method: 'PUT', ...KEY, body: 'new' })
    const chunks: Uint8Array[] = []
    for await (const chunk of reader) chunks.push(chunk)
    expect(Buffer.concat(chunks)).toEqual(THOUSAND)
  })
})

describe('HeadObject', () => {
  it('has the headers of GET and no body', async () => {
    const { send } = await withObject()
    const [get, head] = [await send(KEY), await send({ ...KEY, method: 'HEAD' })]
    expect(head).toMatchObject({ status: 200, text: '', headers: get.headers })
  })

  it('says in a header why it fails', async () => {
    const { send } = await testService()
    const { status, headers, text } = await send({ ...KEY, method: 'HEAD' })
    expect({ status, text, ec: headers['x-oss-ec'] }).toEqual({
      status: 404,
      text: '',
      ec: '0026-00000001',
    })
    const document = Buffer.from(headers['x-oss-err'] ?? '', 'base64').toString()
    expect(texts(document, 'Code')).toEqual(['NoSuchKey'])
  })

  it('answers conditions', async () => {
    const { send, etag } = await withObject()
    const head = { ...KEY, method: 'HEAD' }
    expect((await send({ ...head, headers: { 'if-none-match': etag } })).status).toBe(304)
    expect((await send({ ...head, headers: { 'if-match': 'x' } })).status).toBe(412)
  })
})

describe('GetObjectMeta', () => {
  it('tells size, ETag and time, never the metadata', async () => {
    const { send, etag } = await withObject()
    const { headers } = await send({ ...KEY, method: 'HEAD', query: { objectMeta: '' } })
    expect(headers).toEqual({ etag, 'last-modified': MODIFIED, 'content-length': '1000' })
  })

  it('answers the GET of older SDKs', async () => {
    const { send, etag } = await withObject()
    const { status, headers } = await send({ ...KEY, query: { objectMeta: '' } })
    expect(status).toBe(200)
    expect(headers).toEqual({ etag, 'last-modified': MODIFIED, 'content-length': '0' })
  })
})

describe('Last-Modified', () => {
  it('is when the object was put', async () => {
    const { send, wait } = await withObject()
    wait(60_000)
    expect((await send(KEY)).headers['last-modified']).toBe(MODIFIED)
    await send({ method: 'PUT', ...KEY, body: 'new' })
    expect((await send(KEY)).headers['last-modified']).toBe(new Date(NOW + 60_000).toUTCString())
  })
})
