import { describe, expect, it } from 'vitest'
import { base64, utf8 } from './encode.ts'
import { MiB } from './limits.ts'
import type { OssRequest } from './request.ts'
import { errorOfResponse } from './response-error.ts'
import { type Answer, httpResponse } from './testing.contract.ts'

const request: OssRequest = { operation: 'UploadPart', method: 'PUT', partNumber: 3 }
const errorOf = (answer: Answer) => errorOfResponse(request, httpResponse(answer))

/** The error document of OSS with these elements. */
function document(elements: Record<string, string>): string {
  const inside = Object.entries(elements).map(([name, text]) => `<${name}>${text}</${name}>`)
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>\n  ${inside.join('\n  ')}\n</Error>\n`
}

const accessDenied = document({
  Code: 'AccessDenied',
  Message: 'You have no right to access this object.',
  RequestId: '5C3D8D2A0ACA54D87B43C048',
  HostId: 'bkt.oss-cn-hangzhou.aliyuncs.com',
  EC: '0003-00000001',
})

describe('errorOfResponse', () => {
  it('tells all that an error document says', async () => {
    expect(await errorOf({ status: 403, body: accessDenied })).toMatchObject({
      name: 'AccessDeniedError',
      message: 'You have no right to access this object.',
      code: 'AccessDenied',
      status: 403,
      requestId: '5C3D8D2A0ACA54D87B43C048',
      hostId: 'bkt.oss-cn-hangzhou.aliyuncs.com',
      ecCode: '0003-00000001',
      operation: 'UploadPart',
      partNum: 3,
    })
  })

  it('reads the document of a HEAD, which has no body, from its header', async () => {
    const headers = { 'x-oss-err': base64(utf8(accessDenied)), 'x-oss-ec': '0003-00000002' }
    expect(await errorOf({ status: 403, headers })).toMatchObject({
      name: 'AccessDeniedError',
      code: 'AccessDenied',
      ecCode: '0003-00000001',
    })
  })

  it('takes the request id and the error cause from the headers where the document has none', async () => {
    const headers = { 'x-oss-ec': '0026-00000001' }
    const body = document({ Code: 'NoSuchKey', Message: 'No' })
    expect(await errorOf({ status: 404, headers, body })).toMatchObject({
      requestId: 'REQUEST-ID',
      ecCode: '0026-00000001',
    })
  })

  it('names the condition that was not met', async () => {
    const body = document({ Code: 'PreconditionFailed', Message: 'No', Condition: 'If-Match' })
    expect((await errorOf({ status: 412, body })).message).toBe('No (condition: If-Match)')
  })

  it('keeps what time it is at OSS', async () => {
    const serverTime = '2026-01-02T03:04:05.000Z'
    const body = document({ Code: 'RequestTimeTooSkewed', Message: 'No', ServerTime: serverTime })
    expect(await errorOf({ status: 403, body })).toMatchObject({ serverTime })
  })

  it('keeps the Date of an answer that says no time itself, and when to come back', async () => {
    const date = 'Fri, 02 Jan 2026 03:04:05 GMT'
    const headers = { date, 'retry-after': '7' }
    for (const body of ['', document({ Code: 'SlowDown', Message: 'No' })]) {
      expect(await errorOf({ status: 503, headers, body })).toMatchObject({ retryAfter: '7' })
    }
    const body = document({ Code: 'RequestTimeTooSkewed', Message: 'No' })
    expect(await errorOf({ status: 403, headers, body })).toMatchObject({ serverTime: date })
  })

  it('gives a document without a code or a message a name and a message', async () => {
    expect(await errorOf({ status: 500, body: '<Error></Error>' })).toMatchObject({
      name: 'UnknownError',
      message: 'Unknown request error, status: 500',
      status: 500,
    })
  })

  it('reads escaped text and other alphabets', async () => {
    const body = document({ Code: 'NoSuchKey', Message: '&lt;目录&gt; &amp; 😀' })
    expect((await errorOf({ status: 404, body })).message).toBe('<目录> & 😀')
  })

  it.each([
    [404, 'NoSuchKeyError', 'NoSuchKey', 'Object not exists'],
    [412, 'PreconditionFailedError', 'PreconditionFailed', 'Pre condition failed'],
    [403, 'UnknownError', undefined, 'Unknown error, status: 403'],
    [307, 'UnknownError', undefined, 'Unknown error, status: 307, and redirects are not followed'],
  ])('makes do with an empty %i', async (status, name, code, message) => {
    const error = await errorOf({ status })
    expect(error).toMatchObject({ name, message, status, requestId: 'REQUEST-ID' })
    expect(error.code).toBe(code)
  })

  it.each([
    ['the HTML of a proxy', '<!DOCTYPE html><html><body><h1>502</h1></body></html>'],
    ['XML of something else', '<html><Code>NoSuchKey</Code></html>'],
    ['text', 'upstream connect error or disconnect/reset before headers'],
    ['half a document', '<Error><Code>NoSuchKey</Code>'],
    ['JSON', '{"Code": "NoSuchKey"}'],
    ['a document type', '<!DOCTYPE x [<!ENTITY a "b">]><Error><Code>&a;</Code></Error>'],
    ['bytes of no text', '\u0000\u0001\ufffd'],
  ])('says only the status when the body is %s', async (_, body) => {
    const error = await errorOf({ status: 502, body })
    expect(error).toMatchObject({ name: 'UnknownError', status: 502, operation: 'UploadPart' })
    expect(error.message).toBe('Unknown error, status: 502')
    expect(error.code).toBeUndefined()
  })

  it.each(['***', 'QQ=', base64(utf8('<html/>'))])(
    'makes do with the x-oss-err %s',
    async (text) => {
      const error = await errorOf({ status: 403, headers: { 'x-oss-err': text } })
      expect(error).toMatchObject({ name: 'UnknownError', status: 403 })
    },
  )

  it('says the status of an answer too long to be read', async () => {
    async function* endless() {
      for (;;) yield new Uint8Array(MiB)
    }
    const error = await errorOf({ status: 503, body: endless() }).catch((thrown) => thrown)
    expect(error).toMatchObject({ status: 503, operation: 'UploadPart', partNum: 3 })
  })

  it('repeats nothing that the document says of signatures and keys', async () => {
    const body = document({
      Code: 'SignatureDoesNotMatch',
      Message: 'Check your key and signing method.',
      OSSAccessKeyId: 'the-key-id',
      SignatureProvided: 'the-signature',
      StringToSign: 'PUT&#10;x-oss-security-token:the-token',
    })
    const error = await errorOf({ status: 403, body })
    expect(error.name).toBe('SignatureDoesNotMatchError')
    expect(JSON.stringify(error) + error.stack).not.toMatch(/the-(key-id|signature|token)/)
  })
})
