import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createMemoryStore } from '../store/memory-store.ts'
import { errorOf, testService, texts } from './test-service.ts'
import { completeBody, KEY, testUpload } from './test-upload.ts'

const MIN = 102400
/** The parts of the worked example: their ETags and CRCs are published. */
const A = { body: 'a'.repeat(MIN), etag: '"302D3A0C8E319EAA95B059B346DE1D1D"' }
const B = { body: 'b'.repeat(MIN), etag: '"ACF9C99FA8B2636962137E298B400616"' }
const C = { body: 'c'.repeat(1000), etag: '"46A128CDF4C7D26F1465DFAC42771ED3"' }

async function withParts(initiate: Parameters<typeof testUpload>[0] = {}) {
  const upload = await testUpload(initiate)
  await upload.part(1, A.body)
  await upload.part(2, B.body)
  await upload.part(3, C.body)
  return upload
}

const ALL = [
  [1, A.etag],
  [2, B.etag],
  [3, C.etag],
] as const

describe('CompleteMultipartUpload', () => {
  it('joins the parts, with the ETag and the folded CRC-64 of the worked example', async () => {
    const { complete, send } = await withParts()
    const { status, headers, text } = await complete(ALL)
    expect(status).toBe(200)
    expect(headers).toEqual({
      'content-type': 'application/xml',
      etag: '"21F983C69601C273F3D180060242AB8D-3"',
      'x-oss-hash-crc64ecma': '5027831076840394267',
    })
    expect(text).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<CompleteMultipartUploadResult>' +
        '<Location>http://b12.oss-cn-hangzhou.aliyuncs.com/k</Location><Bucket>b12</Bucket>' +
        '<Key>k</Key><ETag>"21F983C69601C273F3D180060242AB8D-3"</ETag>' +
        '</CompleteMultipartUploadResult>',
    )
    const get = await send(KEY)
    expect(get.text).toBe(A.body + B.body + C.body)
    expect(get.headers).toMatchObject({
      'x-oss-object-type': 'Multipart',
      'x-oss-hash-crc64ecma': '5027831076840394267',
      'content-length': '205800',
    })
    expect(get.headers['content-md5']).toBeUndefined()
  })

  it('gives the object what was fixed at the beginning', async () => {
    const headers = {
      'content-type': 'video/mp4',
      'x-oss-meta-a': 'b',
      'x-oss-storage-class': 'IA',
      'x-oss-object-acl': 'public-read',
      'x-oss-tagging': 'a=b',
      'x-oss-server-side-encryption': 'AES256',
    }
    const { complete, send, wait } = await withParts({ headers })
    wait(60_000)
    const done = await complete(ALL, { headers: { 'x-oss-meta-a': 'late' } })
    expect(done.headers['x-oss-server-side-encryption']).toBe('AES256')
    const get = await send({ ...KEY, anonymous: true })
    expect(get.headers).toMatchObject({
      'content-type': 'video/mp4',
      'x-oss-meta-a': 'b',
      'x-oss-storage-class': 'IA',
      'x-oss-tagging-count': '1',
      'last-modified': 'Fri, 02 Jan 2026 03:05:05 GMT',
    })
  })

  it('takes the ACL given last', async () => {
    const { complete, send } = await withParts({ headers: { 'x-oss-object-acl': 'public-read' } })
    await complete(ALL, { headers: { 'x-oss-object-acl': 'private' } })
    expect((await send({ ...KEY, anonymous: true })).status).toBe(403)
  })

  it('takes only the listed parts, gaps allowed, and drops the others', async () => {
    const { complete, send } = await withParts()
    const { headers } = await complete([ALL[0], ALL[2]])
    expect(headers.etag).toMatch(/-2"$/)
    expect((await send(KEY)).text).toBe(A.body + C.body)
  })

  it('makes an empty object of an empty list', async () => {
    const { complete, send } = await testUpload()
    const { headers } = await complete([])
    expect(headers.etag).toBe('"D41D8CD98F00B204E9800998ECF8427E-0"')
    expect((await send(KEY)).headers['content-length']).toBe('0')
  })

  it('encodes the key when asked to', async () => {
    const { complete } = await withParts()
    const { text } = await complete(ALL, { query: { 'encoding-type': 'url' } })
    expect(texts(text, 'EncodingType')).toEqual(['url'])
  })

  it('answers a second time that there is no such upload', async () => {
    const { complete, send } = await withParts()
    await complete(ALL)
    expect(errorOf(await complete(ALL))).toMatchObject({
      status: 404,
      code: 'NoSuchUpload',
      ec: '0042-00000203',
    })
    expect((await send(KEY)).bytes).toHaveLength(205800)
  })

  it('completes once when asked twice at once', async () => {
    const { complete } = await withParts()
    const answers = await Promise.all([complete(ALL), complete(ALL)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404])
  })

  it.each([
    ['a part that was not sent', [...ALL, [4, C.etag]], 4, C.etag],
    ['another ETag', [ALL[0], [2, A.etag]], 2, A.etag],
    ['a part under another number', [[3, A.etag]], 3, A.etag],
    ['an undefined ETag', [[1, 'undefined']], 1, '"UNDEFINED"'],
  ] as const)('refuses %s, and stays usable', async (_what, list, number, etag) => {
    const { complete, uploadId } = await withParts()
    const answer = await complete(list)
    expect(errorOf(answer)).toEqual({
      status: 400,
      code: 'InvalidPart',
      ec: undefined,
      message:
        "One or more of the specified parts could not be found or the specified entity tag might not have matched the part's entity tag.",
    })
    expect(texts(answer.text, 'PartNumber')).toEqual([String(number)])
    expect(texts(answer.text, 'ETag')).toEqual([etag])
    expect(texts(answer.text, 'UploadId')).toEqual([uploadId])
    expect((await complete(ALL)).status).toBe(200)
  })

  it('refuses the ETag of a part that was replaced', async () => {
    const { part, complete } = await withParts()
    await part(1, `${A.body}!`)
    expect(errorOf(await complete(ALL)).code).toBe('InvalidPart')
  })

  it('refuses descending and repeated numbers', async () => {
    const { complete } = await withParts()
    for (const list of [
      [ALL[1], ALL[0]],
      [ALL[0], ALL[0]],
    ]) {
      expect(errorOf(await complete(list))).toMatchObject({
        status: 400,
        code: 'InvalidPartOrder',
        ec: '0042-00000209',
      })
    }
  })

  it('refuses a part under 100 KB unless it is the last', async () => {
    const { part, complete, send } = await testUpload()
    const small = await part(1, 'x'.repeat(MIN - 1))
    await part(2, B.body)
    const answer = await complete([
      [1, small.headers.etag ?? ''],
      [2, B.etag],
    ])
    expect(errorOf(answer)).toEqual({
      status: 400,
      code: 'EntityTooSmall',
      ec: '0042-00000213',
      message: 'Your proposed upload smaller than the minimum allowed size.',
    })
    expect(texts(answer.text, 'ProposedSize')).toEqual(['102399'])
    expect(texts(answer.text, 'MinSizeAllowed')).toEqual(['102400'])
    expect(texts(answer.text, 'PartNumber')).toEqual(['1'])
    expect((await send(KEY)).status).toBe(404)
    await part(1, A.body)
    expect((await complete([ALL[0], ALL[1]])).status).toBe(200)
  })

  it.each([
    ['nothing', '', '0042-00000205'],
    ['text', 'hello', undefined],
    ['another document', '<Delete/>', undefined],
    ['over 8 MiB', ' '.repeat(8 * 1024 * 1024 + 1), undefined],
  ])('refuses a body of %s', async (_what, body, ec) => {
    const { complete } = await withParts()
    expect(errorOf(await complete([], { body }))).toMatchObject({
      status: 400,
      code: 'MalformedXML',
      ec,
    })
  })

  it('checks the Content-MD5 of the list', async () => {
    const { complete } = await withParts()
    const md5 = createHash('md5').update(completeBody(ALL)).digest('base64')
    const wrong = await complete(ALL, { headers: { 'content-md5': '1B2M2Y8AsgTpgAmY7PhCfg==' } })
    expect(errorOf(wrong)).toMatchObject({ status: 400, code: 'InvalidDigest' })
    expect((await complete(ALL, { headers: { 'content-md5': md5 } })).status).toBe(200)
  })

  it('does not overwrite when that is forbidden, and stays usable', async () => {
    const { complete, send } = await withParts()
    await send({ method: 'PUT', ...KEY, body: 'old' })
    const headers = { 'x-oss-forbid-overwrite': 'true' }
    expect(errorOf(await complete(ALL, { headers }))).toMatchObject({
      status: 409,
      code: 'FileAlreadyExists',
      ec: '0042-00000214',
    })
    expect((await send(KEY)).text).toBe('old')
    expect((await complete(ALL)).status).toBe(200)
  })

  it('does not overwrite an object that came in the last moment either', async () => {
    const store = createMemoryStore()
    const complete = store.completeUpload.bind(store)
    const upload = await withParts({ service: await testService({ store }) })
    store.completeUpload = async (...args) => {
      await upload.send({ method: 'PUT', ...KEY, body: 'old' })
      return complete(...args)
    }
    const headers = { 'x-oss-forbid-overwrite': 'true' }
    expect(errorOf(await upload.complete(ALL, { headers })).ec).toBe('0042-00000214')
    expect((await upload.send(KEY)).text).toBe('old')
  })

  it('looks again when a part is replaced in the last moment', async () => {
    const store = createMemoryStore()
    const complete = store.completeUpload.bind(store)
    const service = await testService({ store })
    for (const [body, outcome] of [
      [A.body, 200],
      [`${A.body}!`, 400],
    ] as const) {
      const upload = await withParts({ service })
      store.completeUpload = async (...args) => {
        store.completeUpload = complete
        await upload.part(1, body)
        return complete(...args)
      }
      expect((await upload.complete(ALL)).status).toBe(outcome)
    }
  })
})

describe('CompleteMultipartUpload with x-oss-complete-all', () => {
  const headers = { 'x-oss-complete-all': 'yes' }

  it('takes all parts by number', async () => {
    const { part, complete, send } = await testUpload()
    await part(9, C.body)
    await part(2, A.body)
    const { status } = await complete([], { body: '', headers })
    expect(status).toBe(200)
    expect((await send(KEY)).text).toBe(A.body + C.body)
  })

  it('refuses a list beside it', async () => {
    const { complete } = await withParts()
    const answer = await complete(ALL, { headers })
    expect(errorOf(answer)).toEqual({
      status: 400,
      code: 'InvalidArgument',
      ec: '0042-00000216',
      message: 'Should not speficy both complete all header and http body.',
    })
    expect(texts(answer.text, 'ArgumentName')).toEqual(['x-oss-complete-all'])
    expect(texts(answer.text, 'ArgumentValue')).toEqual(['yes'])
  })

  it('refuses another value', async () => {
    const { complete } = await withParts()
    const answer = await complete([], { body: '', headers: { 'x-oss-complete-all': 'maybe' } })
    expect(errorOf(answer)).toMatchObject({ status: 400, code: 'InvalidArgument' })
  })
})
