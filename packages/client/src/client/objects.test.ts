import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { OssError } from '../oss/errors.ts'
import { clientOf, deepFreeze, errorXml, listen, rejection } from './testing.contract.ts'

describe('head', () => {
  it('gives metadata, status and the answer, and nothing more', async () => {
    const server = await listen(() => ({
      headers: {
        'x-oss-meta-year': '2017',
        'x-oss-meta-People': 'test',
        ETag: '"E"',
        'Content-Length': '344606',
      },
    }))
    const { meta, res, status, ...more } = await clientOf(server).head('dir/a b')
    expect(server.onlyRequest()).toMatchObject({ method: 'HEAD', url: '/bkt/dir/a%20b' })
    expect(meta).toEqual({ year: '2017', people: 'test' })
    expect(status).toBe(200)
    expect(res).toMatchObject({ status: 200, headers: { etag: '"E"', 'content-length': '344606' } })
    expect(more).toEqual({})
  })

  it('gives null for an object without metadata', async () => {
    const server = await listen(() => ({ headers: { ETag: '"E"' } }))
    expect((await clientOf(server).head('a')).meta).toBeNull()
  })

  it('gives null where nothing has changed', async () => {
    const server = await listen(() => ({ status: 304, headers: { 'x-oss-meta-a': '1' } }))
    const headers = { 'If-None-Match': '"E"' }
    expect(await clientOf(server).head('a', { headers })).toMatchObject({ meta: null, status: 304 })
    expect(server.onlyRequest().headers).toMatchObject({ 'if-none-match': '"E"' })
  })

  it('gives metadata as the text that was sent', async () => {
    const server = await listen(() => ({ headers: { 'x-oss-meta-a': '中文é' } }))
    expect((await clientOf(server).head('a')).meta).toEqual({ a: '中文é' })
  })

  it('gives what is no UTF-8 as it came, byte by character', async () => {
    const server = await listen(() => ({ headers: {} }))
    const raw = await listen(() => ({ headers: { 'x-oss-meta-a': 'x' } }))
    expect((await clientOf(server).head('a')).meta).toBeNull()
    expect((await clientOf(raw).head('a')).meta).toEqual({ a: 'x' })
  })

  it("gives metadata as bytes with headerEncoding 'latin1'", async () => {
    const server = await listen(() => ({ headers: { 'x-oss-meta-a': '中文é' } }))
    const { meta } = await clientOf(server, { headerEncoding: 'latin1' }).head('a')
    expect(meta).toEqual({ a: Buffer.from('中文é').toString('latin1') })
  })

  it('asks for the version that is meant, and changes none of the options', async () => {
    const server = await listen(() => ({}))
    await clientOf(server).head('a', deepFreeze({ versionId: 'v1', subres: { x: null } }))
    expect(server.onlyRequest().query).toEqual({ versionId: 'v1', x: '' })
  })

  it.each([
    ['without a word', {}, 'Object not exists', 'REQUEST-ID'],
    [
      'with its reason in a header',
      { 'x-oss-err': Buffer.from(errorXml('NoSuchKey')).toString('base64') },
      'Said by the test.',
      'REQUEST-ID',
    ],
  ])('rejects an object that is not there, %s', async (_how, headers, message, requestId) => {
    const server = await listen(() => ({ status: 404, headers }))
    expect(await rejection(clientOf(server).head('a'))).toMatchObject({
      name: 'NoSuchKeyError',
      code: 'NoSuchKey',
      status: 404,
      message,
      requestId,
    })
  })

  it('tells what else is missing: the bucket', async () => {
    const header = Buffer.from(errorXml('NoSuchBucket')).toString('base64')
    const server = await listen(() => ({ status: 404, headers: { 'x-oss-err': header } }))
    expect(await rejection(clientOf(server).head('a'))).toMatchObject({ code: 'NoSuchBucket' })
  })

  it('rejects a condition that does not hold', async () => {
    const server = await listen(() => ({ status: 412 }))
    const sent = clientOf(server).head('a', { headers: { 'If-Match': '"X"' } })
    expect(await rejection(sent)).toMatchObject({
      name: 'PreconditionFailedError',
      code: 'PreconditionFailed',
      status: 412,
    })
  })
})

describe('getObjectMeta', () => {
  it('asks for less than head does', async () => {
    const server = await listen(() => ({ headers: { ETag: '"E"', 'Content-Length': '10' } }))
    const { status, res, ...more } = await clientOf(server).getObjectMeta('a')
    expect(server.onlyRequest()).toMatchObject({ method: 'HEAD', url: '/bkt/a?objectMeta' })
    expect({ status, etag: res.headers.etag, more }).toEqual({ status: 200, etag: '"E"', more: {} })
  })
})

describe('delete', () => {
  it('deletes an object, or a version of it', async () => {
    const server = await listen(() => ({ status: 204 }))
    const client = clientOf(server)
    expect(await client.delete('a')).toMatchObject({ res: { status: 204 } })
    await client.delete('a', { versionId: 'v1' })
    expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'DELETE /bkt/a',
      'DELETE /bkt/a?versionId=v1',
    ])
    expect(server.requests[0]?.headers).not.toHaveProperty('content-length')
  })

  it('rejects what is not a deletion', async () => {
    const server = await listen(() => ({ status: 200, body: '<html>Log in</html>' }))
    expect(await rejection(clientOf(server).delete('a'))).toMatchObject({ status: 200 })
  })
})

describe('deleteMulti', () => {
  const deleted = (...entries: string[]) => ({
    body: `<DeleteResult><EncodingType>url</EncodingType>${entries.map((entry) => `<Deleted>${entry}</Deleted>`).join('')}</DeleteResult>`,
  })

  it('names the objects in one request, whose checksum it sends', async () => {
    const server = await listen(() =>
      deleted(
        '<Key>a%20b%2Fc%26d</Key>',
        '<Key>e</Key><VersionId>v1</VersionId><DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>v2</DeleteMarkerVersionId>',
      ),
    )
    const names = deepFreeze(['a b/c&d', '/leading', { key: 'e', versionId: 'v1' }])
    const result = await clientOf(server).deleteMulti(names)
    const { method, path, query, headers, body } = server.onlyRequest()
    expect({ method, path, query }).toEqual({
      method: 'POST',
      path: '/bkt/',
      query: { delete: '', 'encoding-type': 'url' },
    })
    expect(headers).toMatchObject({
      'content-type': 'application/xml',
      'content-length': String(body.length),
      'content-md5': createHash('md5').update(body).digest('base64'),
    })
    expect(body.toString()).toBe(
      '<Delete><Quiet>false</Quiet><Object><Key>a b/c&amp;d</Key></Object><Object><Key>leading</Key></Object><Object><Key>e</Key><VersionId>v1</VersionId></Object></Delete>',
    )
    expect(result).toMatchObject({ res: { status: 200 } })
    expect(result.deleted).toEqual([
      { Key: 'a b/c&d' },
      { Key: 'e', VersionId: 'v1', DeleteMarker: 'true', DeleteMarkerVersionId: 'v2' },
    ])
  })

  it('hears nothing of what went well when it is told to be quiet', async () => {
    const server = await listen(() => ({}))
    const { deleted: none } = await clientOf(server).deleteMulti(['a'], { quiet: true })
    expect(server.onlyRequest().body.toString()).toContain('<Quiet>true</Quiet>')
    expect(none).toEqual([])
  })

  it('takes names to the letter where the answer does not encode them', async () => {
    const server = await listen(() => ({
      body: '<DeleteResult><Deleted><Key>a%20b</Key></Deleted></DeleteResult>',
    }))
    const result = await clientOf(server).deleteMulti(['a%20b'])
    expect(result.deleted).toEqual([{ Key: 'a%20b' }])
  })

  it.each<[string, readonly (string | { key: string })[], string]>([
    ['none', [], 'names is required'],
    ['more than a thousand', Array(1001).fill('a'), 'At most 1000 objects can be deleted at once'],
    ['one without a name', [''], 'The object name can not be empty'],
    ['one that is no name', [JSON.parse('5')], 'must be a name or { key, versionId }: got 5'],
  ])('refuses %s before anything is sent', async (_what, names, message) => {
    const server = await listen(() => ({}))
    expect((await rejection(clientOf(server).deleteMulti(names))).message).toContain(message)
    expect(server.requests).toEqual([])
  })

  it('refuses a name that XML can not hold with an OssError, as all methods do', async () => {
    const server = await listen(() => ({}))
    expect(await rejection(clientOf(server).deleteMulti(['a\x01b']))).toBeInstanceOf(OssError)
  })

  it('rejects an answer that is not from OSS', async () => {
    const server = await listen(() => ({ body: '<html>Log in</html>' }))
    expect(await rejection(clientOf(server).deleteMulti(['a']))).toMatchObject({
      name: 'UnexpectedResponseError',
      operation: 'DeleteMultipleObjects',
    })
  })
})

describe('copy', () => {
  const done = {
    body: '<CopyObjectResult><ETag>"E"</ETag><LastModified>2018-12-28T09:41:56.000Z</LastModified></CopyObjectResult>',
  }

  it('names the source and gives what became of it', async () => {
    const server = await listen(() => done)
    const result = await clientOf(server).copy('to', 'from/a b+é')
    const { method, url, headers } = server.onlyRequest()
    expect(`${method} ${url}`).toBe('PUT /bkt/to')
    expect(headers).toMatchObject({
      'x-oss-copy-source': '/bkt/from/a%20b%2B%C3%A9',
      'content-length': '0',
    })
    expect(headers).not.toHaveProperty('x-oss-metadata-directive')
    expect(result).toMatchObject({
      data: { etag: '"E"', lastModified: '2018-12-28T09:41:56.000Z' },
      res: { status: 200 },
    })
  })

  it('copies from another bucket', async () => {
    const server = await listen(() => done)
    await clientOf(server).copy('to', '/from', 'other-bucket')
    expect(server.onlyRequest().headers).toMatchObject({
      'x-oss-copy-source': '/other-bucket/from',
    })
  })

  it('puts new metadata in the place of the old', async () => {
    const server = await listen(() => done)
    const options = deepFreeze({ meta: { year: 2018 } })
    const client = clientOf(server)
    await client.copy('to', 'from', options)
    await client.copy('to', 'from', 'bkt', options)
    for (const { headers } of server.requests) {
      expect(headers).toMatchObject({
        'x-oss-meta-year': '2018',
        'x-oss-metadata-directive': 'REPLACE',
        'x-oss-copy-source': '/bkt/from',
      })
    }
  })

  it('replaces what describes the object also where only headers say so, as ali-oss', async () => {
    const server = await listen(() => done)
    await clientOf(server).copy('a', 'a', { headers: { 'Content-Type': 'text/x-mine' } })
    expect(server.onlyRequest().headers).toMatchObject({
      'content-type': 'text/x-mine',
      'x-oss-metadata-directive': 'REPLACE',
    })
  })

  it('takes version and conditions for those of the source', async () => {
    const server = await listen(() => done)
    await clientOf(server).copy('to', 'from', {
      versionId: 'v1',
      headers: { 'If-Match': '"E"', 'If-Modified-Since': 'then', 'x-oss-object-acl': 'private' },
    })
    const { url, headers } = server.onlyRequest()
    expect(url).toBe('/bkt/to')
    expect(headers).toMatchObject({
      'x-oss-copy-source': '/bkt/from?versionId=v1',
      'x-oss-copy-source-if-match': '"E"',
      'x-oss-copy-source-if-modified-since': 'then',
      'x-oss-object-acl': 'private',
    })
    expect(headers).not.toHaveProperty('if-match')
  })

  it('refuses a bucket that can not be', async () => {
    const server = await listen(() => done)
    const error = await rejection(clientOf(server).copy('to', 'from', 'a/../b'))
    expect(error.message).toContain('The bucket must be conform')
    expect(server.requests).toEqual([])
  })
})
