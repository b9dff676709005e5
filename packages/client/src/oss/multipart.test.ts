import { describe, expect, it } from 'vitest'
import { bytesBody } from './body.ts'
import { utf8 } from './encode.ts'
import {
  abortMultipartUpload,
  type CallOptions,
  completeMultipartUpload,
  initiateMultipartUpload,
  jsonOrText,
  listParts,
  uploadPart,
} from './multipart.ts'
import { readBody, text } from './response.ts'
import { type Answer, failureOf, type ScriptedOss, scriptedOss } from './testing.contract.ts'

const target = { bucket: 'bkt', key: 'dir/a b' }
const timeouts = { stall: 9_000 }
const html = '<html><body>Please log in</body></html>'

/** Method, host and path of the only request. */
function line({ requests: [request] }: ScriptedOss): string {
  return request ? `${request.method} ${request.origin}${request.path}` : 'nothing'
}

async function sentBody({ requests: [request] }: ScriptedOss): Promise<string> {
  return text(await readBody(request?.body?.chunks() ?? bytesBody(utf8('')).chunks()))
}

describe('initiateMultipartUpload', () => {
  const xml =
    '<InitiateMultipartUploadResult><Bucket>bkt</Bucket><Key>dir/a b</Key><UploadId>A&amp;B</UploadId></InitiateMultipartUploadResult>'

  it('asks for an upload id', async () => {
    const oss = scriptedOss({ body: xml })
    const options: CallOptions = { headers: { expires: '1' }, query: { encoding: 'url' }, timeouts }
    const { uploadId, bucket, res } = await initiateMultipartUpload(oss.send, target, options)
    expect([uploadId, bucket, res.status]).toEqual(['A&B', 'bkt', 200])
    expect(line(oss)).toBe('POST https://bkt.oss.test/dir/a%20b?uploads&encoding=url')
    expect(oss.requests[0]).toMatchObject({
      headers: { expires: '1', 'content-length': '0' },
      timeouts: { connect: 1_000, stall: 9_000, answer: 3_000 },
    })
  })

  it.each([
    ['without an upload id', '<InitiateMultipartUploadResult/>', 'without an UploadId'],
    [
      'with an empty upload id',
      '<InitiateMultipartUploadResult><UploadId/></InitiateMultipartUploadResult>',
      'without an UploadId',
    ],
    [
      'of something else',
      '<ListPartsResult/>',
      'Expected XML with the root element InitiateMultipartUploadResult: got "ListPartsResult"',
    ],
    [
      'that is a login page',
      html,
      'Expected XML with the root element InitiateMultipartUploadResult: got "html"',
    ],
    ['that was cut short', xml.slice(0, 60), 'that can not be read: The XML is malformed'],
    ['that is empty', '', 'that can not be read'],
  ])('refuses an answer %s', async (_, body, message) => {
    const oss = scriptedOss({ body })
    const error = await failureOf(initiateMultipartUpload(oss.send, target))
    expect(error).toMatchObject({
      name: 'UnexpectedResponseError',
      code: 'UnexpectedResponseError',
      operation: 'InitiateMultipartUpload',
      status: 200,
      requestId: 'REQUEST-ID',
    })
    expect(error.message).toContain(message)
  })
})

describe('uploadPart', () => {
  const part = { uploadId: 'U+1', partNumber: 7, body: bytesBody(utf8('bytes')) }

  it('sends the bytes under the number of the part', async () => {
    const oss = scriptedOss({ headers: { etag: '"E7"', 'x-oss-hash-crc64ecma': '123' } })
    const uploaded = await uploadPart(oss.send, target, part, { timeouts })
    expect(uploaded).toMatchObject({ etag: '"E7"', crc64: 123n, res: { status: 200 } })
    expect(line(oss)).toBe('PUT https://bkt.oss.test/dir/a%20b?partNumber=7&uploadId=U%2B1')
    expect(oss.requests[0]?.headers['content-length']).toBe('5')
    expect(await sentBody(oss)).toBe('bytes')
  })

  it.each([undefined, '', 'no number', '-1', '18446744073709551616'])(
    'knows no CRC-64 when OSS says %j',
    async (crc64) => {
      const headers = {
        etag: '"E7"',
        ...(crc64 !== undefined && { 'x-oss-hash-crc64ecma': crc64 }),
      }
      const oss = scriptedOss({ headers })
      expect((await uploadPart(oss.send, target, part)).crc64).toBeUndefined()
    },
  )

  it('refuses an answer without an ETag, and says where to look in a browser', async () => {
    const error = await failureOf(uploadPart(scriptedOss({}).send, target, part))
    expect(error).toMatchObject({ name: 'MissingETagError', operation: 'UploadPart', partNum: 7 })
    expect(error.message).toMatch(/^Part 7 was accepted without an ETag.*CORS.*expose-headers/)
  })

  it.each([201, 204, 206])('takes %i for no success', async (status) => {
    const oss = scriptedOss({ status, headers: { etag: '"E7"' } })
    expect(await failureOf(uploadPart(oss.send, target, part))).toMatchObject({
      status,
      partNum: 7,
    })
  })
})

describe('completeMultipartUpload', () => {
  const upload = {
    uploadId: 'U',
    parts: [
      { number: 1, etag: '"a"' },
      { number: 2, etag: '<b>' },
    ],
  }
  const result = (inside: string) =>
    `<CompleteMultipartUploadResult>${inside}</CompleteMultipartUploadResult>`
  const xml = result('<Bucket>bkt</Bucket><Key>dir/a b</Key><ETag>"E-2"</ETag>')
  const complete = (oss: ScriptedOss, options?: CallOptions) =>
    completeMultipartUpload(oss.send, target, upload, options)

  it('lists the parts in XML and gives what the object has become', async () => {
    const oss = scriptedOss({ body: xml, headers: { 'x-oss-hash-crc64ecma': '9' } })
    const completed = await complete(oss)
    expect(completed).toMatchObject({ etag: '"E-2"', bucket: 'bkt', crc64: 9n })
    expect(completed).not.toHaveProperty('data')
    expect(line(oss)).toBe('POST https://bkt.oss.test/dir/a%20b?uploadId=U')
    expect(oss.requests[0]?.headers['content-type']).toBe('application/xml')
    expect(await sentBody(oss)).toBe(
      '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"a"</ETag></Part><Part><PartNumber>2</PartNumber><ETag>&lt;b&gt;</ETag></Part></CompleteMultipartUpload>',
    )
  })

  it('prefers the ETag of the header', async () => {
    const oss = scriptedOss({ body: xml, headers: { etag: '"H-2"' } })
    expect((await complete(oss)).etag).toBe('"H-2"')
  })

  it('reads a key that is percent-encoded', async () => {
    const body = result('<EncodingType>url</EncodingType><Key>dir%2Fa%20b</Key><ETag>"E"</ETag>')
    expect((await complete(scriptedOss({ body }))).etag).toBe('"E"')
  })

  it.each([
    ['without an ETag', result('<Key>dir/a b</Key>'), 'without an ETag'],
    [
      'about another object',
      result('<Key>other</Key><ETag>"E"</ETag>'),
      'another object, oss://bkt/other',
    ],
    [
      'that is a login page',
      html,
      'Expected XML with the root element CompleteMultipartUploadResult: got "html"',
    ],
    ['that is empty', '', 'that can not be read'],
  ])('refuses an answer %s', async (_, body, message) => {
    const error = await failureOf(complete(scriptedOss({ body })))
    expect(error).toMatchObject({
      name: 'UnexpectedResponseError',
      operation: 'CompleteMultipartUpload',
    })
    expect(error.message).toContain(message)
  })

  it('refuses an answer whose key can not be decoded', async () => {
    const body = result('<EncodingType>url</EncodingType><Key>%E4%</Key><ETag>"E"</ETag>')
    const error = await failureOf(complete(scriptedOss({ body })))
    expect(error.name).toBe('UnexpectedResponseError')
  })

  it.each<[string, Answer, unknown]>([
    ['JSON', { body: '{"stored": true}' }, { stored: true }],
    ['other text, since the object is stored all the same', { body: 'OK' }, 'OK'],
    ['nothing', { body: '' }, ''],
  ])('gives the answer to a callback: %s', async (_, answer, data) => {
    const oss = scriptedOss({ headers: { etag: '"E-2"' }, ...answer })
    const completed = await complete(oss, { headers: { 'x-oss-callback': 'e30=' } })
    expect(completed).toMatchObject({ etag: '"E-2"', bucket: 'bkt', data })
  })

  it('says when the object is stored but the callback failed', async () => {
    const body = '<Error><Code>CallbackFailed</Code><Message>Error status: 502.</Message></Error>'
    const oss = scriptedOss({ status: 203, body })
    const error = await failureOf(complete(oss, { headers: { 'x-oss-callback': 'e30=' } }))
    expect(error).toMatchObject({ name: 'CallbackFailedError', status: 203 })
  })
})

describe('abortMultipartUpload', () => {
  it('deletes the upload', async () => {
    const oss = scriptedOss({ status: 204 })
    expect((await abortMultipartUpload(oss.send, target, 'U')).status).toBe(204)
    expect(line(oss)).toBe('DELETE https://bkt.oss.test/dir/a%20b?uploadId=U')
  })

  it('takes nothing but 204 for a success', async () => {
    const oss = scriptedOss({ status: 200, body: html })
    expect(await failureOf(abortMultipartUpload(oss.send, target, 'U'))).toMatchObject({
      operation: 'AbortMultipartUpload',
      status: 200,
    })
  })
})

describe('listParts', () => {
  it('gives one page as it is', async () => {
    const oss = scriptedOss({ body: '<ListPartsResult><UploadId>U</UploadId></ListPartsResult>' })
    const { xml, res } = await listParts(oss.send, target, 'U', { query: { 'max-parts': '5' } })
    expect([xml.value('UploadId'), res.status]).toEqual(['U', 200])
    expect(line(oss)).toBe('GET https://bkt.oss.test/dir/a%20b?uploadId=U&max-parts=5')
  })

  it('refuses a page of something else', async () => {
    const error = await failureOf(listParts(scriptedOss({ body: html }).send, target, 'U'))
    expect(error).toMatchObject({ name: 'UnexpectedResponseError', operation: 'ListParts' })
  })
})

describe('jsonOrText', () => {
  it('reads JSON, and takes everything else for text', () => {
    expect(['{"a":1}', '7', 'null', '{', ''].map((body) => jsonOrText(utf8(body)))).toEqual([
      { a: 1 },
      7,
      null,
      '{',
      '',
    ])
  })
})
