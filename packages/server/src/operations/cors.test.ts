import { describe, expect, it } from 'vitest'
import { errorOf, testService, texts } from './test-service.ts'

const CORS = { bucket: 'b12', query: { cors: '' } }
const RULE =
  '<CORSRule><AllowedOrigin>http://a.test</AllowedOrigin><AllowedMethod>PUT</AllowedMethod>' +
  '<AllowedHeader>*</AllowedHeader><ExposeHeader>ETag</ExposeHeader>' +
  '<MaxAgeSeconds>60</MaxAgeSeconds></CORSRule>'
const document = (inner: string) => `<CORSConfiguration>${inner}</CORSConfiguration>`

describe('PutBucketCors, GetBucketCors, DeleteBucketCors', () => {
  it('keep rules, replace them all, and drop them', async () => {
    const { send } = await testService()
    const put = (body: string) => send({ ...CORS, method: 'PUT', body })
    const first = await put(document(RULE))
    expect(first).toMatchObject({ status: 200, text: '' })
    const got = await send(CORS)
    expect(got.headers).toMatchObject({ 'content-type': 'application/xml' })
    const inner = `${RULE}<ResponseVary>false</ResponseVary>`
    expect(got.text).toBe(`<?xml version="1.0" encoding="UTF-8"?>\n${document(inner)}`)

    await put(document(`${RULE.replace('a.test', 'b.test')}<ResponseVary>true</ResponseVary>`))
    const { text } = await send(CORS)
    expect(texts(text, 'AllowedOrigin')).toEqual(['http://b.test'])
    expect(texts(text, 'ResponseVary')).toEqual(['true'])

    expect(await send({ ...CORS, method: 'DELETE' })).toMatchObject({ status: 204, text: '' })
    expect(errorOf(await send(CORS))).toEqual({
      status: 404,
      code: 'NoSuchCORSConfiguration',
      ec: '0034-00000001',
      message: 'The CORS Configuration does not exist.',
    })
    expect((await send({ ...CORS, method: 'DELETE' })).status).toBe(204)
  })

  it('keep the rules when the bucket is created again, and the bucket when they are put', async () => {
    const { send } = await testService()
    await send({ method: 'PUT', bucket: 'b12', headers: { 'x-oss-acl': 'public-read' } })
    await send({ ...CORS, method: 'PUT', body: document(RULE) })
    await send({ method: 'PUT', bucket: 'b12' })
    expect(texts((await send(CORS)).text, 'AllowedMethod')).toEqual(['PUT'])
    const { text } = await send({ bucket: 'b12', query: { acl: '' } })
    expect(texts(text, 'Grant')).toEqual(['public-read'])
  })

  it('refuse rules that OSS does not take, and keep those there are', async () => {
    const { send } = await testService()
    await send({ ...CORS, method: 'PUT', body: document(RULE) })
    const put = async (body: string) => errorOf(await send({ ...CORS, method: 'PUT', body })).code
    expect(await put('')).toBe('MalformedXML')
    expect(await put(document(''))).toBe('MalformedXML')
    expect(await put(document(RULE.repeat(11)))).toBe('CORSRuleBeyondLimit')
    expect(await put(document(RULE.replace('PUT', 'TRACE')))).toBe('InvalidArgument')
    const { text } = await send(CORS)
    expect(texts(text, 'AllowedMethod')).toEqual(['PUT'])
  })

  it('take a body of 16 KiB and not a byte more', async () => {
    const { send } = await testService()
    const put = (size: number) =>
      send({ ...CORS, method: 'PUT', body: document(RULE).padEnd(size, ' ') })
    expect((await put(16 * 1024)).status).toBe(200)
    expect(errorOf(await put(16 * 1024 + 1))).toMatchObject({ status: 400, code: 'MalformedXML' })
  })

  it.each(['GET', 'PUT', 'DELETE'])(
    '%s is for the owner of a bucket that there is',
    async (method) => {
      const { send } = await testService()
      await send({ method: 'PUT', bucket: 'b12', headers: { 'x-oss-acl': 'public-read-write' } })
      const call = { ...CORS, method, body: document(RULE) }
      expect(errorOf(await send({ ...call, anonymous: true }))).toMatchObject({
        status: 403,
        code: 'AccessDenied',
      })
      const nowhere = errorOf(await send({ ...call, bucket: 'nowhere' }))
      expect(nowhere).toMatchObject({ status: 404, code: 'NoSuchBucket' })
    },
  )
})
