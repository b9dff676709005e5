import { describe, expect, it, vi } from 'vitest'
import { createMemoryStore } from '../store/memory-store.ts'
import { errorOf, testService, texts } from './test-service.ts'

const KEY = { bucket: 'b12', key: 'k' }
const PUT = { method: 'PUT', ...KEY, body: '0123456789' }

describe('PutObject', () => {
  it('answers with ETag, Content-MD5 and CRC-64 of the body', async () => {
    const { send } = await testService()
    const { status, headers, text } = await send(PUT)
    expect({ status, headers, text }).toEqual({
      status: 200,
      text: '',
      headers: {
        etag: '"781E5E245D69B566979B86E28D23F2C7"',
        'content-md5': 'eB5eJF1ptWaXm4bijSPyxw==',
        'x-oss-hash-crc64ecma': '2838902930144391966',
      },
    })
  })

  it('stores an empty object', async () => {
    const { send } = await testService()
    const { headers } = await send({ ...PUT, body: '' })
    expect(headers).toEqual({
      etag: '"D41D8CD98F00B204E9800998ECF8427E"',
      'content-md5': '1B2M2Y8AsgTpgAmY7PhCfg==',
      'x-oss-hash-crc64ecma': '0',
    })
    expect((await send(KEY)).headers['content-length']).toBe('0')
  })

  it('gives back the headers that came with it, metadata byte for byte', async () => {
    const { send } = await testService()
    const headers = {
      'content-type': 'text/plain',
      'cache-control': 'no-cache',
      'x-oss-meta-name': '目录 é',
      'x-oss-tagging': 'a=1&b=2',
      'x-oss-server-side-encryption': 'AES256',
      'x-oss-storage-class': 'IA',
    }
    const put = await send({ ...PUT, headers })
    expect(put.headers['x-oss-server-side-encryption']).toBe('AES256')
    const get = await send(KEY)
    expect(Buffer.from(get.headers['x-oss-meta-name'] ?? '', 'latin1').toString()).toBe('目录 é')
    expect(get.headers).toMatchObject({
      'content-type': 'text/plain',
      'cache-control': 'no-cache',
      'x-oss-tagging-count': '2',
      'x-oss-server-side-encryption': 'AES256',
      'x-oss-storage-class': 'IA',
      'x-oss-object-type': 'Normal',
    })
  })

  it('takes the storage class of its bucket', async () => {
    const { send } = await testService()
    const body =
      '<CreateBucketConfiguration><StorageClass>IA</StorageClass></CreateBucketConfiguration>'
    await send({ method: 'PUT', bucket: 'cold', body })
    await send({ ...PUT, bucket: 'cold' })
    const { headers } = await send({ bucket: 'cold', key: 'k' })
    expect(headers['x-oss-storage-class']).toBe('IA')
  })

  it.each([
    ['a wrong Content-MD5', { 'content-md5': '1B2M2Y8AsgTpgAmY7PhCfg==' }, 400, 'InvalidDigest'],
    ['a broken Content-MD5', { 'content-md5': 'abc' }, 400, 'InvalidDigest'],
    ['a wrong CRC-64', { 'x-oss-hash-crc64ecma': '1' }, 400, 'InvalidCRC64'],
    ['a broken CRC-64', { 'x-oss-hash-crc64ecma': '-1' }, 400, 'InvalidCRC64'],
    ['fewer bytes than announced', { 'content-length': '11' }, 400, 'IncompleteBody'],
    ['over 5 GB', { 'content-length': '5368709121' }, 400, 'EntityTooLarge'],
    ['a condition', { 'if-none-match': '*' }, 400, 'NotImplemented'],
    ['an unknown ACL', { 'x-oss-object-acl': 'open' }, 400, 'InvalidArgument'],
    [
      'an unknown encryption',
      { 'x-oss-server-side-encryption': 'X' },
      400,
      'InvalidEncryptionAlgorithmError',
    ],
    ['a traffic limit out of bounds', { 'x-oss-traffic-limit': '1' }, 400, 'InvalidArgument'],
    ['a broken callback', { 'x-oss-callback': '{}' }, 400, 'InvalidArgument'],
  ])('refuses %s and leaves the earlier object alone', async (_what, headers, status, code) => {
    const { send } = await testService()
    await send({ ...PUT, body: 'earlier' })
    expect(errorOf(await send({ ...PUT, headers }))).toMatchObject({ status, code })
    expect((await send(KEY)).text).toBe('earlier')
  })

  it('keeps no bytes of what it refused', async () => {
    const store = createMemoryStore()
    const written = vi.spyOn(store, 'writeBlob')
    const discarded = vi.spyOn(store, 'discardBlob')
    const { send } = await testService({ store })
    await send({ ...PUT, headers: { 'x-oss-hash-crc64ecma': '1' } })
    await send({ ...PUT, headers: { 'content-length': '11' } })
    const blobs = await Promise.all(written.mock.results.map(({ value }) => value))
    expect(blobs).toHaveLength(2)
    expect(discarded.mock.calls.flat()).toEqual(blobs)
  })

  it('accepts the right checksums', async () => {
    const { send } = await testService()
    const headers = {
      'content-md5': 'eB5eJF1ptWaXm4bijSPyxw==',
      'x-oss-hash-crc64ecma': '02838902930144391966',
    }
    expect((await send({ ...PUT, headers })).status).toBe(200)
  })

  it('wants a length or chunks', async () => {
    const { send } = await testService()
    const chunks = [Buffer.from('01234'), Buffer.from('56789')]
    expect(errorOf(await send({ method: 'PUT', ...KEY, chunks }))).toEqual({
      status: 411,
      code: 'MissingContentLength',
      ec: undefined,
      message: 'You must provide the Content-Length HTTP header.',
    })
    const chunked = { 'transfer-encoding': 'chunked' }
    expect((await send({ method: 'PUT', ...KEY, chunks, headers: chunked })).status).toBe(200)
    expect((await send(KEY)).text).toBe('0123456789')
  })

  it('says which condition it does not do', async () => {
    const { send } = await testService()
    const { text } = await send({ ...PUT, headers: { 'if-modified-since': 'x' } })
    expect(texts(text, 'Header')).toEqual(['If-Modified-Since'])
  })

  it('does not read the body of what it refuses by its headers', async () => {
    const { send } = await testService()
    let asked = false
    const chunks = (async function* () {
      asked = true
      yield Buffer.from('0')
    })()
    const headers = { 'content-length': '5368709121' }
    await send({ method: 'PUT', ...KEY, chunks, headers })
    expect(asked).toBe(false)
  })

  it('overwrites, unless that is forbidden', async () => {
    const { send } = await testService()
    const forbid = { 'x-oss-forbid-overwrite': 'true' }
    expect((await send({ ...PUT, headers: forbid })).status).toBe(200)
    expect(errorOf(await send({ ...PUT, body: 'new', headers: forbid }))).toEqual({
      status: 409,
      code: 'FileAlreadyExists',
      ec: undefined,
      message: 'The object you specified already exists and can not be overwritten.',
    })
    expect((await send(KEY)).text).toBe('0123456789')
    await send({ ...PUT, body: 'new', headers: { 'x-oss-forbid-overwrite': 'false' } })
    expect((await send(KEY)).text).toBe('new')
  })

  it('lets only one of many win that all forbid overwriting', async () => {
    const { send } = await testService()
    const headers = { 'x-oss-forbid-overwrite': 'true' }
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd'].map((body) => send({ ...PUT, body, headers })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409])
  })

  it('misses the bucket', async () => {
    const { send } = await testService()
    const answer = await send({ ...PUT, bucket: 'nowhere' })
    expect(errorOf(answer)).toEqual({
      status: 404,
      code: 'NoSuchBucket',
      ec: '0015-00000101',
      message: 'The specified bucket does not exist.',
    })
    expect(texts(answer.text, 'BucketName')).toEqual(['nowhere'])
  })
})
