import { describe, expect, it } from 'vitest'
import { bytesBody } from './body.ts'
import { utf8 } from './encode.ts'
import { headObject, putObject, storedObject } from './objects.ts'
import { failureOf, scriptedOss } from './testing.contract.ts'

const target = { bucket: 'bkt', key: 'key' }
const stored = { etag: '"E"', 'content-length': '5', 'x-oss-hash-crc64ecma': '9' }

describe('putObject', () => {
  const body = bytesBody(utf8('bytes'))

  it('stores a whole object in one request', async () => {
    const { send, requests } = scriptedOss({ headers: stored })
    const put = await putObject(send, target, body, { headers: { 'content-type': 'a/b' } })
    expect(put).toMatchObject({ etag: '"E"', bucket: 'bkt', crc64: 9n, res: { status: 200 } })
    expect(put).not.toHaveProperty('data')
    expect(requests).toMatchObject([
      { method: 'PUT', path: '/key', headers: { 'content-type': 'a/b', 'content-length': '5' } },
    ])
  })

  it('gives the answer to a callback', async () => {
    const { send } = scriptedOss({ headers: stored, body: '{"stored": true}' })
    const headers = { 'x-oss-callback': 'e30=' }
    expect((await putObject(send, target, body, { headers })).data).toEqual({ stored: true })
  })

  it('takes nothing but 200 for a success', async () => {
    const { send } = scriptedOss({ status: 203 })
    expect(await failureOf(putObject(send, target, body))).toMatchObject({
      operation: 'PutObject',
      status: 203,
    })
  })
})

describe('headObject', () => {
  it('gives the headers of an object', async () => {
    const { send, requests } = scriptedOss({ headers: stored })
    expect((await headObject(send, target, { query: { versionId: 'V' } })).headers.etag).toBe('"E"')
    expect(requests).toMatchObject([{ method: 'HEAD', path: '/key?versionId=V' }])
  })

  it('takes "not modified" for an answer', async () => {
    expect((await headObject(scriptedOss({ status: 304 }).send, target)).status).toBe(304)
  })
})

describe('storedObject', () => {
  it('tells what is there', async () => {
    const object = await storedObject(scriptedOss({ headers: stored }).send, target)
    expect(object).toMatchObject({ etag: '"E"', size: 5, crc64: 9n, res: { status: 200 } })
  })

  it('is undefined where nothing is', async () => {
    expect(await storedObject(scriptedOss({ status: 404 }).send, target)).toBeUndefined()
  })

  it('fails when it can not be found out', async () => {
    const error = await failureOf(storedObject(scriptedOss({ status: 403 }).send, target))
    expect(error).toMatchObject({ status: 403, operation: 'HeadObject' })
  })
})
