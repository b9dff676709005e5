import { describe, expect, it } from 'vitest'
import { errorOf, testService, texts } from './test-service.ts'
import { KEY, testUpload, UNKNOWN } from './test-upload.ts'

const NO_SUCH_UPLOAD =
  'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.'

describe('InitiateMultipartUpload', () => {
  it('gives a new id each time', async () => {
    const { send } = await testService()
    const initiate = { method: 'POST', ...KEY, query: { uploads: '' } }
    const [one, two] = [await send(initiate), await send(initiate)]
    expect(one.text).toMatch(
      /<InitiateMultipartUploadResult><Bucket>b12<\/Bucket><Key>k<\/Key><UploadId>[0-9A-F]{32}<\/UploadId><\/InitiateMultipartUploadResult>$/,
    )
    expect(texts(one.text, 'UploadId')).not.toEqual(texts(two.text, 'UploadId'))
  })

  it('encodes the key when asked to', async () => {
    const { send } = await testService()
    const query = { uploads: '', 'encoding-type': 'url' }
    const { text } = await send({ method: 'POST', bucket: 'b12', key: 'a b/c', query })
    expect(text).toContain('<EncodingType>url</EncodingType>')
    expect(texts(text, 'Key')).toEqual(['a%20b%2Fc'])
  })

  it('leaves an object of that name alone, or refuses to begin', async () => {
    const { send } = await testService()
    await send({ method: 'PUT', ...KEY, body: 'old' })
    const initiate = { method: 'POST', ...KEY, query: { uploads: '' } }
    expect((await send(initiate)).status).toBe(200)
    expect((await send(KEY)).text).toBe('old')
    const forbid = await send({ ...initiate, headers: { 'x-oss-forbid-overwrite': 'true' } })
    expect(errorOf(forbid)).toMatchObject({ status: 409, code: 'FileAlreadyExists' })
  })

  it('refuses bad settings at once', async () => {
    const { send } = await testService()
    const headers = { 'x-oss-storage-class': 'X' }
    const answer = await send({ method: 'POST', ...KEY, query: { uploads: '' }, headers })
    expect(errorOf(answer)).toMatchObject({ status: 400, code: 'InvalidArgument' })
  })
})

describe('UploadPart', () => {
  it('answers with ETag, Content-MD5 and CRC-64 of the part', async () => {
    const { part } = await testUpload()
    expect(await part(1, '0123456789')).toMatchObject({
      status: 200,
      text: '',
      headers: {
        etag: '"781E5E245D69B566979B86E28D23F2C7"',
        'content-md5': 'eB5eJF1ptWaXm4bijSPyxw==',
        'x-oss-hash-crc64ecma': '2838902930144391966',
      },
    })
  })

  it('replaces a part that was sent before', async () => {
    const { part, parts } = await testUpload()
    await part(1, 'old')
    const { headers } = await part(1, 'newer')
    const { text } = await parts()
    expect(texts(text, 'ETag')).toEqual([headers.etag])
    expect(texts(text, 'Size')).toEqual(['5'])
  })

  it('passes over the headers of the object, which ali-oss repeats', async () => {
    const { part } = await testUpload()
    const headers = { 'x-oss-meta-a': 'b', 'x-oss-object-acl': 'private', 'x-oss-callback': '{}' }
    expect((await part(1, 'x', { headers })).status).toBe(200)
  })

  it.each([
    ['Content-MD5', { 'content-md5': '1B2M2Y8AsgTpgAmY7PhCfg==' }, 'InvalidDigest'],
    ['CRC-64', { 'x-oss-hash-crc64ecma': '1' }, 'InvalidCRC64'],
    ['length', { 'content-length': '11' }, 'IncompleteBody'],
    ['encryption', { 'x-oss-server-side-encryption': 'AES256' }, 'InvalidArgument'],
  ])('keeps nothing of a part with the wrong %s', async (_what, headers, code) => {
    const { part, parts } = await testUpload()
    expect(errorOf(await part(1, '0123456789', { headers }))).toMatchObject({ status: 400, code })
    expect(texts((await parts()).text, 'PartNumber')).toEqual([])
  })

  it('wants an upload of that key', async () => {
    const { send, uploadId } = await testUpload()
    const part = (key: string, id: string) =>
      send({
        method: 'PUT',
        bucket: 'b12',
        key,
        query: { partNumber: '1', uploadId: id },
        body: 'x',
      })
    const answer = await part('k', UNKNOWN)
    expect(errorOf(answer)).toEqual({
      status: 404,
      code: 'NoSuchUpload',
      ec: '0042-00000104',
      message: NO_SUCH_UPLOAD,
    })
    expect(texts(answer.text, 'UploadId')).toEqual([UNKNOWN])
    expect(errorOf(await part('other', uploadId)).code).toBe('NoSuchUpload')
    expect(errorOf(await part('k', '')).code).toBe('NoSuchUpload')
  })

  it('is lost when the upload is aborted while it arrives', async () => {
    const upload = await testUpload()
    const chunks = (async function* () {
      yield Buffer.from('01234')
      await upload.abort()
      yield Buffer.from('56789')
    })()
    const headers = { 'content-length': '10' }
    const answer = await upload.part(1, '', { chunks, headers })
    expect(errorOf(answer)).toMatchObject({ status: 404, code: 'NoSuchUpload' })
    expect((await upload.parts()).status).toBe(404)
  })
})

describe('a sequential upload', () => {
  const sequential = { query: { sequential: '' } }

  it('takes its parts as 1, 2, 3, each once', async () => {
    const { part } = await testUpload(sequential)
    expect(errorOf(await part(2, 'b'))).toMatchObject({ status: 400, code: 'PartNotSequential' })
    expect((await part(1, 'a')).status).toBe(200)
    expect((await part(2, 'b')).status).toBe(200)
    expect(errorOf(await part(4, 'd')).code).toBe('PartNotSequential')
    for (const number of [1, 2]) {
      const again = await part(number, 'c')
      expect(errorOf(again)).toEqual({
        status: 409,
        code: 'PartAlreadyExist',
        ec: '0042-00000108',
        message: "For sequential multipart upload, you can't overwrite uploaded parts.",
      })
      expect(texts(again.text, 'PartNumber')).toEqual([String(number)])
    }
    expect(texts((await part(1, 'c')).text, 'PartEtag')).toEqual([
      '"0CC175B9C0F1B6A831C399E269772661"',
    ])
  })

  it('keeps the first of two that arrive at once', async () => {
    const { part, parts } = await testUpload(sequential)
    const answers = await Promise.all([part(1, 'a'), part(1, 'b')])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(texts((await parts()).text, 'PartNumber')).toEqual(['1'])
  })

  it('makes an object with a Content-MD5, which others have not', async () => {
    for (const [initiate, md5] of [
      [sequential, 'DsEhwqlOsQKtpww8ugyjBg=='],
      [{}, undefined],
    ] as const) {
      const { part, complete, send } = await testUpload(initiate)
      const one = await part(1, 'a'.repeat(102400))
      const two = await part(2, 'b')
      await complete([
        [1, one.headers.etag ?? ''],
        [2, two.headers.etag ?? ''],
      ])
      const { headers } = await send({ ...KEY, method: 'HEAD' })
      expect(headers['content-md5']).toBe(md5)
    }
  })
})

describe('AbortMultipartUpload', () => {
  it('drops the upload for good', async () => {
    const { part, parts, abort } = await testUpload()
    await part(1, 'x')
    expect(await abort()).toMatchObject({ status: 204, text: '' })
    expect((await parts()).status).toBe(404)
    expect(errorOf(await part(1, 'x')).code).toBe('NoSuchUpload')
    expect(errorOf(await abort())).toEqual({
      status: 404,
      code: 'NoSuchUpload',
      ec: '0042-00000002',
      message: NO_SUCH_UPLOAD,
    })
  })

  it('leaves other uploads of the key alone', async () => {
    const service = await testService()
    const one = await testUpload({ service })
    const two = await testUpload({ service })
    await one.abort()
    expect((await two.parts()).status).toBe(200)
  })
})

describe('ListParts', () => {
  it('has every element, also when there is nothing', async () => {
    const { parts, uploadId } = await testUpload()
    expect((await parts()).text).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<ListPartsResult><Bucket>b12</Bucket><Key>k</Key>' +
        `<UploadId>${uploadId}</UploadId><StorageClass>Standard</StorageClass>` +
        '<PartNumberMarker>0</PartNumberMarker><NextPartNumberMarker></NextPartNumberMarker>' +
        '<MaxParts>1000</MaxParts><IsTruncated>false</IsTruncated></ListPartsResult>',
    )
  })

  it('tells of each part, its CRC-64 among it', async () => {
    const { part, parts } = await testUpload()
    await part(3, '0123456789')
    expect((await parts()).text).toContain(
      '<Part><PartNumber>3</PartNumber><LastModified>2026-01-02T03:04:05.000Z</LastModified>' +
        '<ETag>"781E5E245D69B566979B86E28D23F2C7"</ETag>' +
        '<HashCrc64ecma>2838902930144391966</HashCrc64ecma><Size>10</Size></Part>',
    )
  })

  it('pages by number', async () => {
    const { part, parts } = await testUpload()
    for (const number of [10, 2, 7, 10000]) await part(number, 'x')
    const first = (await parts({ 'max-parts': '2' })).text
    expect(texts(first, 'PartNumber')).toEqual(['2', '7'])
    expect(texts(first, 'NextPartNumberMarker')).toEqual(['7'])
    expect(texts(first, 'IsTruncated')).toEqual(['true'])
    const second = (await parts({ 'max-parts': '2', 'part-number-marker': '7' })).text
    expect(texts(second, 'PartNumber')).toEqual(['10', '10000'])
    expect(texts(second, 'NextPartNumberMarker')).toEqual(['10000'])
    expect(texts(second, 'IsTruncated')).toEqual(['false'])
    // oss2 sends the marker without a value.
    const all = (await parts({ 'part-number-marker': '' })).text
    expect(texts(all, 'PartNumber')).toHaveLength(4)
  })

  it.each([{ 'max-parts': '0' }, { 'max-parts': '1001' }, { 'part-number-marker': 'x' }])(
    'refuses %o',
    async (query) => {
      const { parts } = await testUpload()
      expect(errorOf(await parts(query))).toMatchObject({ status: 400, code: 'InvalidArgument' })
    },
  )
})
