import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { UploadInput } from './open-input.ts'
import {
  clientOf,
  deepFreeze,
  errorXml,
  listen,
  rejection,
  temporaryFolder,
} from './testing.contract.ts'

const ID = '0004B9894A22E5B1888A1E29F8236E2D'

/** All that can be said of an object, with requests of three kinds in mind. */
const everything = deepFreeze({
  mime: 'video/mp4',
  meta: { year: 2017 },
  headers: {
    'Cache-Control': 'no-cache',
    'Content-MD5': 'of-the-whole',
    'x-oss-storage-class': 'IA',
    'x-oss-server-side-encryption': 'AES256',
    'x-oss-object-acl': 'private',
    'x-oss-forbid-overwrite': 'true',
    'x-oss-traffic-limit': '819200',
    'x-oss-request-payer': 'requester',
  },
  callback: { url: 'http://app.example', body: 'x' },
})

function initiated(about: string): string {
  return `<InitiateMultipartUploadResult>${about}<UploadId>U</UploadId></InitiateMultipartUploadResult>`
}

describe('initMultipartUpload', () => {
  const begun = {
    body: `<InitiateMultipartUploadResult><Bucket>bkt</Bucket><UploadId>${ID}</UploadId></InitiateMultipartUploadResult>`,
  }

  it('begins an upload', async () => {
    const server = await listen(() => begun)
    const { res, ...result } = await clientOf(server).initMultipartUpload('dir/a b.mp4')
    expect(server.onlyRequest()).toMatchObject({
      method: 'POST',
      url: '/bkt/dir/a%20b.mp4?uploads',
      headers: { 'content-length': '0', 'content-type': 'video/mp4' },
    })
    expect(result).toEqual({ bucket: 'bkt', name: 'dir/a b.mp4', uploadId: ID })
    expect(res).toMatchObject({ status: 200 })
  })

  it('settles what the object will be, and sends nothing that belongs to other requests', async () => {
    const server = await listen(() => begun)
    await clientOf(server).initMultipartUpload('a', everything)
    const { headers } = server.onlyRequest()
    expect(headers).toMatchObject({
      'content-type': 'video/mp4',
      'x-oss-meta-year': '2017',
      'cache-control': 'no-cache',
      'x-oss-storage-class': 'IA',
      'x-oss-server-side-encryption': 'AES256',
      'x-oss-object-acl': 'private',
      'x-oss-forbid-overwrite': 'true',
      'x-oss-request-payer': 'requester',
    })
    for (const name of ['content-md5', 'x-oss-traffic-limit', 'x-oss-callback']) {
      expect(headers).not.toHaveProperty(name)
    }
  })

  it.each([
    ['a page of HTML', '<html></html>'],
    ['an answer without an id', '<InitiateMultipartUploadResult></InitiateMultipartUploadResult>'],
    ['an answer about another key', initiated('<Key>b</Key>')],
    ['an answer about another bucket', initiated('<Bucket>other</Bucket><Key>a</Key>')],
  ])('rejects %s', async (_what, body) => {
    const server = await listen(() => ({ body }))
    expect(await rejection(clientOf(server).initMultipartUpload('a'))).toMatchObject({
      name: 'UnexpectedResponseError',
      operation: 'InitiateMultipartUpload',
    })
  })
})

describe('uploadPart', () => {
  const taken = () => ({ headers: { ETag: '"7265"' } })
  const BYTES = Buffer.from('0123456789')

  it.each<[string, () => UploadInput | Promise<UploadInput>]>([
    ['a path', () => pathOf(BYTES)],
    ['a Buffer', () => BYTES],
    ['a Blob', () => new Blob([BYTES])],
    ['a source', () => ({ size: 10, read: (start, end) => BYTES.subarray(start, end) })],
  ])('sends the bytes from start to end of %s', async (_what, file) => {
    const server = await listen(taken)
    const result = await clientOf(server).uploadPart('a b', ID, 3, await file(), 2, 7)
    expect(server.onlyRequest()).toMatchObject({
      method: 'PUT',
      url: `/bkt/a%20b?partNumber=3&uploadId=${ID}`,
      headers: { 'content-length': '5' },
      body: Buffer.from('23456'),
    })
    const { res, ...rest } = result
    expect(rest).toEqual({ name: 'a b', etag: '"7265"' })
    expect(res).toMatchObject({ status: 200 })
  })

  it('sends the headers it is given', async () => {
    const server = await listen(taken)
    const options = deepFreeze({ headers: { 'x-oss-traffic-limit': 819_200 }, timeout: 5_000 })
    await clientOf(server).uploadPart('a', ID, 1, BYTES, 0, 10, options)
    expect(server.onlyRequest().headers).toMatchObject({ 'x-oss-traffic-limit': '819200' })
  })

  it.each<[string, UploadInput, [string, number, number, number], string]>([
    ['part 0', BYTES, [ID, 0, 0, 10], '`partNo` must be a whole number from 1 to 10000: got 0'],
    ['part 10001', BYTES, [ID, 10_001, 0, 10], '`partNo` must be'],
    ['half a part', BYTES, [ID, 1.5, 0, 10], '`partNo` must be'],
    ['an end at the start', BYTES, [ID, 1, 5, 5], 'with 0 <= start < end: got 5 and 5'],
    ['a start before the first byte', BYTES, [ID, 1, -1, 5], 'with 0 <= start < end'],
    ['an end beyond the last byte', BYTES, [ID, 1, 0, 11], 'the source has only 10'],
    ['no upload id', BYTES, ['', 1, 0, 10], '`uploadId` must be the text that OSS gave: got ""'],
    ['a stream', Readable.from([BYTES]), [ID, 1, 0, 10], 'can not be cut out of a stream'],
  ])(
    'refuses %s before anything is sent',
    async (_what, file, [id, partNo, start, end], message) => {
      const server = await listen(taken)
      const sent = clientOf(server).uploadPart('a', id, partNo, file, start, end)
      expect((await rejection(sent)).message).toContain(message)
      expect(server.requests).toEqual([])
    },
  )

  it('rejects an answer without an ETag, and says what is the usual reason', async () => {
    const server = await listen(() => ({}))
    expect(await rejection(clientOf(server).uploadPart('a', ID, 3, BYTES, 0, 10))).toMatchObject({
      name: 'MissingETagError',
      partNum: 3,
      message: expect.stringContaining('expose-headers'),
    })
  })

  it('rejects other bytes at OSS than were sent', async () => {
    const server = await listen(() => ({ headers: { ETag: '"E"', 'x-oss-hash-crc64ecma': '5' } }))
    expect(await rejection(clientOf(server).uploadPart('a', ID, 3, BYTES, 0, 10))).toMatchObject({
      name: 'IntegrityError',
      partNum: 3,
    })
  })

  it('tells which part was refused', async () => {
    const server = await listen(() => ({ status: 404, body: errorXml('NoSuchUpload') }))
    expect(await rejection(clientOf(server).uploadPart('a', ID, 3, BYTES, 0, 10))).toMatchObject({
      name: 'NoSuchUploadError',
      operation: 'UploadPart',
      partNum: 3,
    })
  })

  async function pathOf(content: Uint8Array): Promise<string> {
    const path = join(await temporaryFolder(), 'file')
    await writeFile(path, content)
    return path
  }
})

describe('completeMultipartUpload', () => {
  const completed = (key = 'a') => ({
    headers: { ETag: '"B864-3"', 'x-oss-hash-crc64ecma': '5' },
    body: `<CompleteMultipartUploadResult><EncodingType>url</EncodingType><Location>http://bkt.example/a</Location><Bucket>bkt</Bucket><Key>${key}</Key><ETag>"B864-3"</ETag></CompleteMultipartUploadResult>`,
  })

  it('names the parts in their order, each once: the first of a number counts', async () => {
    const server = await listen(() => completed('dir%2Fa%20b'))
    const parts = deepFreeze([
      { number: 10, etag: '"TEN"' },
      { number: 2, etag: '"TWO & <more>"' },
      { number: 10, etag: '"LATER"' },
      { number: 1, etag: '"ONE"' },
    ])
    const { res, ...result } = await clientOf(server).completeMultipartUpload('dir/a b', ID, parts)
    const { method, url, headers, body } = server.onlyRequest()
    expect(`${method} ${url}`).toBe(`POST /bkt/dir/a%20b?uploadId=${ID}`)
    expect(headers).toMatchObject({
      'content-type': 'application/xml',
      'content-length': String(body.length),
    })
    expect(body.toString()).toBe(
      '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"ONE"</ETag></Part><Part><PartNumber>2</PartNumber><ETag>"TWO &amp; &lt;more&gt;"</ETag></Part><Part><PartNumber>10</PartNumber><ETag>"TEN"</ETag></Part></CompleteMultipartUpload>',
    )
    expect(result).toEqual({ bucket: 'bkt', name: 'dir/a b', etag: '"B864-3"' })
    expect(res).toMatchObject({ status: 200 })
  })

  it('sends only the headers that belong to it', async () => {
    const server = await listen(() => ({ body: '{}', headers: { ETag: '"E"' } }))
    await clientOf(server).completeMultipartUpload('a', ID, [{ number: 1, etag: 'E' }], everything)
    const { headers } = server.onlyRequest()
    expect(headers).toMatchObject({
      'content-type': 'application/xml',
      'x-oss-object-acl': 'private',
      'x-oss-forbid-overwrite': 'true',
      'x-oss-request-payer': 'requester',
      'x-oss-callback': expect.any(String),
    })
    for (const name of ['x-oss-meta-year', 'cache-control', 'content-md5', 'x-oss-storage-class']) {
      expect(headers).not.toHaveProperty(name)
    }
  })

  it('gives what the application answered to the callback', async () => {
    const server = await listen(() => ({ body: '{"done":1}', headers: { ETag: '"E"' } }))
    const { callback } = everything
    const parts = [{ number: 1, etag: 'E' }]
    const result = await clientOf(server).completeMultipartUpload('a', ID, parts, { callback })
    expect(result).toMatchObject({ data: { done: 1 }, etag: '"E"' })
  })

  it.each([
    ['a page of HTML', { body: '<html></html>' }, 'that can not be read'],
    ['an answer without an ETag', { body: '<CompleteMultipartUploadResult/>' }, 'without an ETag'],
    ['an answer about another object', completed('other'), 'about another object, oss://bkt/other'],
  ])('rejects %s', async (_what, answer, message) => {
    const server = await listen(() => answer)
    const sent = clientOf(server).completeMultipartUpload('a', ID, [{ number: 1, etag: 'E' }])
    expect(await rejection(sent)).toMatchObject({
      name: 'UnexpectedResponseError',
      message: expect.stringContaining(message),
    })
  })

  it('refuses an empty list, which would make an empty object', async () => {
    const server = await listen(() => completed())
    const sent = clientOf(server).completeMultipartUpload('a', ID, [])
    expect((await rejection(sent)).message).toBe(
      '`parts` must be a list of { number, etag } with one part at least',
    )
    expect(server.requests).toEqual([])
  })

  it.each([
    ['a part without an ETag', [{ number: 1 }]],
    ['a part without a number', [{ etag: 'E' }]],
    ['a part that can not be', [{ number: 10_001, etag: 'E' }]],
  ])('refuses %s before anything is sent', async (_what, parts) => {
    const server = await listen(() => completed())
    // A caller without types may pass anything.
    const given = parts as unknown as { number: number; etag: string }[]
    const sent = clientOf(server).completeMultipartUpload('a', ID, given)
    expect(await rejection(sent)).toMatchObject({ name: 'InvalidArgumentError' })
    expect(server.requests).toEqual([])
  })
})

describe('abortMultipartUpload', () => {
  it('drops the upload', async () => {
    const server = await listen(() => ({ status: 204 }))
    const result = await clientOf(server).abortMultipartUpload('a b', ID)
    expect(server.onlyRequest()).toMatchObject({
      method: 'DELETE',
      url: `/bkt/a%20b?uploadId=${ID}`,
    })
    expect(result).toMatchObject({ res: { status: 204 } })
  })

  it('rejects an upload that is not there', async () => {
    const server = await listen(() => ({ status: 404, body: errorXml('NoSuchUpload') }))
    expect(await rejection(clientOf(server).abortMultipartUpload('a', ID))).toMatchObject({
      name: 'NoSuchUploadError',
      status: 404,
    })
  })

  it('refuses to abort without an upload id: that would delete the object', async () => {
    const server = await listen(() => ({ status: 204 }))
    const error = await rejection(clientOf(server).abortMultipartUpload('a', ''))
    expect(error.message).toContain('`uploadId` must be the text that OSS gave')
    expect(server.requests).toEqual([])
  })
})

describe('listParts', () => {
  const part = (number: number) =>
    `<Part><PartNumber>${number}</PartNumber><LastModified>2012-02-23T07:01:34.000Z</LastModified><ETag>"3349"</ETag><HashCrc64ecma>4560434546985638952</HashCrc64ecma><Size>6291456</Size></Part>`

  it('gives a page of the parts, with numbers as numbers', async () => {
    const server = await listen(() => ({
      body: `<ListPartsResult><Bucket>bkt</Bucket><Key>a b</Key><UploadId>${ID}</UploadId><StorageClass>Standard</StorageClass><PartNumberMarker>0</PartNumberMarker><NextPartNumberMarker>5</NextPartNumberMarker><MaxParts>1000</MaxParts><IsTruncated>true</IsTruncated>${part(1)}${part(5)}</ListPartsResult>`,
    }))
    const query = deepFreeze({ 'max-parts': 2, 'part-number-marker': 0 })
    const { res, ...result } = await clientOf(server).listParts('a b', ID, query)
    expect(server.onlyRequest()).toMatchObject({
      method: 'GET',
      url: `/bkt/a%20b?uploadId=${ID}&encoding-type=url&max-parts=2&part-number-marker=0`,
    })
    expect(res).toMatchObject({ status: 200 })
    const listed = {
      LastModified: '2012-02-23T07:01:34.000Z',
      ETag: '"3349"',
      HashCrc64ecma: '4560434546985638952',
      Size: 6291456,
    }
    expect(result).toEqual({
      uploadId: ID,
      bucket: 'bkt',
      name: 'a b',
      partNumberMarker: 0,
      nextPartNumberMarker: 5,
      maxParts: 1000,
      isTruncated: true,
      parts: [
        { PartNumber: 1, ...listed },
        { PartNumber: 5, ...listed },
      ],
    })
  })

  it('gives an empty list, also where the markers are empty', async () => {
    const server = await listen(() => ({
      body: `<ListPartsResult><UploadId>${ID}</UploadId><NextPartNumberMarker></NextPartNumberMarker><IsTruncated>false</IsTruncated></ListPartsResult>`,
    }))
    expect(await clientOf(server).listParts('a', ID, null)).toMatchObject({
      parts: [],
      isTruncated: false,
      nextPartNumberMarker: 0,
    })
  })

  it('decodes the name, which XML could not hold otherwise', async () => {
    const server = await listen(() => ({
      body: `<ListPartsResult><EncodingType>url</EncodingType><Key>a%20b%01</Key><UploadId>${ID}</UploadId></ListPartsResult>`,
    }))
    expect((await clientOf(server).listParts('a b\x01', ID)).name).toBe('a b\x01')
  })
})

describe('listUploads', () => {
  it('gives a page of the uploads, with their names decoded', async () => {
    const server = await listen(() => ({
      body: `<ListMultipartUploadsResult><EncodingType>url</EncodingType><Bucket>bkt</Bucket><NextKeyMarker>a%20b%01</NextKeyMarker><NextUploadIdMarker>${ID}</NextUploadIdMarker><MaxUploads>1000</MaxUploads><IsTruncated>true</IsTruncated><Upload><Key>a%20b%01</Key><UploadId>${ID}</UploadId><StorageClass>Standard</StorageClass><Initiated>2012-02-23T04:18:23.000Z</Initiated></Upload></ListMultipartUploadsResult>`,
    }))
    const query = deepFreeze({ prefix: 'a b', 'max-uploads': 1, 'key-marker': '' })
    const { res, ...result } = await clientOf(server).listUploads(query)
    expect(server.onlyRequest()).toMatchObject({
      method: 'GET',
      path: '/bkt/',
      query: {
        uploads: '',
        'encoding-type': 'url',
        prefix: 'a b',
        'max-uploads': '1',
        'key-marker': '',
      },
    })
    expect(res).toMatchObject({ status: 200 })
    expect(result).toEqual({
      bucket: 'bkt',
      uploads: [{ name: 'a b\x01', uploadId: ID, initiated: '2012-02-23T04:18:23.000Z' }],
      nextKeyMarker: 'a b\x01',
      nextUploadIdMarker: ID,
      isTruncated: true,
    })
  })

  it('gives an empty list', async () => {
    const server = await listen(() => ({
      body: '<ListMultipartUploadsResult><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>',
    }))
    expect(await clientOf(server).listUploads(null)).toMatchObject({
      uploads: [],
      isTruncated: false,
      nextKeyMarker: '',
      nextUploadIdMarker: '',
    })
  })
})
