import { describe, expect, it } from 'vitest'
import { errorOf, type TestCall, testService } from './test-service.ts'

const RULES =
  '<CORSConfiguration><CORSRule><AllowedOrigin>http://a.test</AllowedOrigin>' +
  '<AllowedMethod>PUT</AllowedMethod><AllowedHeader>*</AllowedHeader></CORSRule></CORSConfiguration>'

const ASKED = { origin: 'http://a.test', 'access-control-request-method': 'PUT' }
const PREFLIGHT: TestCall = { method: 'OPTIONS', bucket: 'b12', anonymous: true, headers: ASKED }

async function withRules() {
  const service = await testService()
  await service.send({ method: 'PUT', bucket: 'b12', query: { cors: '' }, body: RULES })
  return service
}

describe('a preflight', () => {
  it.each([
    ['the bucket', {}],
    ['a key, whether or not there is such an object', { key: '目录/a b' }],
    ['a part', { key: 'k', query: { partNumber: '1', uploadId: 'U' } }],
    [
      'a signed URL, as long as it may be valid',
      { query: { OSSAccessKeyId: 'x', Signature: 'x' } },
    ],
  ])('is answered without credentials for %s', async (_what, call) => {
    const { send } = await withRules()
    expect(await send({ ...PREFLIGHT, ...call })).toEqual({
      status: 200,
      headers: {
        'access-control-allow-origin': 'http://a.test',
        'access-control-allow-methods': 'PUT',
      },
      text: '',
      bytes: Buffer.alloc(0),
    })
  })

  it('is forbidden what no rule allows, and everything where there are no rules', async () => {
    const { send } = await withRules()
    const message = expect.stringMatching(
      /^CORSResponse: This CORS request is not allowed\. This is usually because the evalution of /,
    )
    const forbidden = { status: 403, code: 'AccessForbidden', message }
    const headers = { ...ASKED, 'access-control-request-method': 'GET' }
    const refused = await send({ ...PREFLIGHT, headers })
    expect(errorOf(refused)).toEqual({ ...forbidden, ec: '0003-00000602' })
    expect(Object.keys(refused.headers).join()).not.toContain('access-control')

    await send({ method: 'DELETE', bucket: 'b12', query: { cors: '' } })
    expect(errorOf(await send(PREFLIGHT))).toEqual({ ...forbidden, ec: '0003-00000601' })
    const service = { method: 'OPTIONS', anonymous: true, headers: ASKED }
    expect(errorOf(await send(service))).toEqual({ ...forbidden, ec: undefined })
  })

  it('says first what the question lacks, then that there is no such bucket', async () => {
    const { send } = await withRules()
    const call = { ...PREFLIGHT, bucket: 'nowhere' }
    const bare = errorOf(await send({ ...call, headers: {} }))
    expect(bare).toMatchObject({ status: 400, code: 'BadRequest', ec: '0034-00000101' })
    expect(errorOf(await send(call))).toMatchObject({ status: 404, code: 'NoSuchBucket' })
  })
})
