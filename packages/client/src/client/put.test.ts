import { createReadStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { GiB } from '../oss/limits.ts'
import type { UploadInput } from './open-input.ts'
import { checksumOf } from './small-oss.contract.ts'
import {
  type Answer,
  allClosed,
  clientOf,
  deepFreeze,
  errorXml,
  listen,
  listenRaw,
  rejection,
  type SeenRequest,
  temporaryFolder,
  until,
} from './testing.contract.ts'

const BYTES = Buffer.from('0123456789')

/** Answers as PutObject does. */
async function stored({ body }: SeenRequest): Promise<Answer> {
  const crc64 = await checksumOf(body)
  return { headers: { ETag: '"781E5E245D69B566979B86E28D23F2C7"', 'x-oss-hash-crc64ecma': crc64 } }
}

async function pathOf(content: Uint8Array, name = 'file.pdf'): Promise<string> {
  const path = join(await temporaryFolder(), name)
  await writeFile(path, content)
  return path
}

describe('put', () => {
  it.each<[string, () => UploadInput | Promise<UploadInput>]>([
    ['the file of a path', () => pathOf(BYTES)],
    ['a Buffer', () => BYTES],
    [
      'a Uint8Array in the middle of its memory',
      () => new Uint8Array(Buffer.from('__0123456789__')).subarray(2, 12),
    ],
    ['an ArrayBuffer', () => Uint8Array.from(BYTES).buffer],
    ['a DataView', () => new DataView(Uint8Array.from(BYTES).buffer)],
    ['a Blob', () => new Blob([BYTES])],
    ['a File', () => new File([BYTES], 'file.pdf')],
    [
      'a source of one’s own',
      () => ({ size: 10, read: (start, end) => BYTES.subarray(start, end) }),
    ],
  ])('stores %s', async (_what, file) => {
    const server = await listen(stored)
    const { name, url, res } = await clientOf(server).put('dir/a b.pdf', await file())
    const { method, url: asked, headers, body } = server.onlyRequest()
    expect(`${method} ${asked}`).toBe('PUT /bkt/dir/a%20b.pdf')
    expect(headers).toMatchObject({ 'content-length': '10', 'content-type': 'application/pdf' })
    expect(headers).not.toHaveProperty('transfer-encoding')
    expect(body).toEqual(BYTES)
    expect(name).toBe('dir/a b.pdf')
    expect(url).toBe(`${server.origin}/bkt/dir/a%20b.pdf`)
    expect(res).toMatchObject({
      status: 200,
      statusCode: 200,
      headers: { etag: '"781E5E245D69B566979B86E28D23F2C7"' },
      requestUrls: [url],
      size: 0,
    })
  })

  it('stores a stream in HTTP chunks', async () => {
    const server = await listen(stored)
    await clientOf(server).put('a', Readable.from([Buffer.from('01234'), Buffer.from('56789')]))
    const { headers, body } = server.onlyRequest()
    expect(headers).toMatchObject({ 'transfer-encoding': 'chunked' })
    expect(headers).not.toHaveProperty('content-length')
    expect(body).toEqual(BYTES)
  })

  it('stores a stream under the length that is said of it', async () => {
    const server = await listen(stored)
    await clientOf(server).put('a', Readable.from([BYTES]), { contentLength: 10 })
    expect(server.onlyRequest()).toMatchObject({
      headers: { 'content-length': '10' },
      body: BYTES,
    })
  })

  it.each([
    ['file', () => pathOf(Buffer.alloc(0))],
    ['Buffer', () => Buffer.alloc(0)],
    ['Blob', () => new Blob([])],
  ])('stores an empty %s, whose length is 0 and known', async (_what, file) => {
    const server = await listen(stored)
    await clientOf(server).put('a', await file())
    expect(server.onlyRequest()).toMatchObject({ headers: { 'content-length': '0' } })
  })

  it('sends what is said of the object, and changes none of the options', async () => {
    const server = await listen(stored)
    const options = deepFreeze({
      mime: 'text/x-mine',
      meta: { year: 2017, people: '名前' },
      headers: { 'Cache-Control': 'no-cache', 'x-oss-object-acl': 'public-read' },
      timeout: 5_000,
    })
    await clientOf(server).put('a', BYTES, options)
    expect(server.onlyRequest().headers).toMatchObject({
      'content-type': 'text/x-mine',
      'x-oss-meta-year': '2017',
      'x-oss-meta-people': '名前',
      'cache-control': 'no-cache',
      'x-oss-object-acl': 'public-read',
    })
  })

  it('announces the length that the bytes have, whatever a header says', async () => {
    const server = await listen(stored)
    const client = clientOf(server)
    const headers = { 'Content-Length': 3 }
    await client.put('a', BYTES, { headers })
    await client.put('a', Readable.from([BYTES]), { headers })
    expect(server.requests.map(({ body }) => body)).toEqual([BYTES, BYTES])
  })

  it('drops the slash that a key can not begin with, and gives the name as it was given', async () => {
    const server = await listen(stored)
    const { name } = await clientOf(server).put('/a//b', BYTES)
    expect(server.onlyRequest().url).toBe('/bkt/a//b')
    expect(name).toBe('/a//b')
  })

  describe('with a callback', () => {
    const callback = { url: 'http://app.example', body: 'x' }

    it('gives what the application answered', async () => {
      const server = await listen(() => ({ body: '{"done":true}', headers: { ETag: '"E"' } }))
      const { data } = await clientOf(server).put('a', BYTES, { callback })
      expect(data).toEqual({ done: true })
      const sent = Buffer.from(server.onlyRequest().headers['x-oss-callback'] ?? '', 'base64')
      expect(JSON.parse(sent.toString())).toEqual({
        callbackUrl: 'http://app.example',
        callbackBody: 'x',
      })
    })

    it('gives the text of an answer that is no JSON: the object is stored all the same', async () => {
      const server = await listen(() => ({ body: 'done', headers: { ETag: '"E"' } }))
      expect((await clientOf(server).put('a', BYTES, { callback })).data).toBe('done')
    })

    it('tells that the application could not be told', async () => {
      const server = await listen(() => ({
        status: 203,
        body: errorXml('CallbackFailed', 'Error status : 301.'),
      }))
      const sent = clientOf(server).put('a', BYTES, { callback })
      expect(await rejection(sent)).toMatchObject({
        name: 'CallbackFailedError',
        status: 203,
        code: 'CallbackFailed',
        message: 'Error status : 301.',
      })
    })

    it('has no data without one', async () => {
      const server = await listen(stored)
      expect(await clientOf(server).put('a', BYTES)).not.toHaveProperty('data')
    })
  })

  describe('rejects', () => {
    it('when OSS has other bytes than were read', async () => {
      const server = await listen(() => ({ headers: { ETag: '"E"', 'x-oss-hash-crc64ecma': '5' } }))
      const error = await rejection(clientOf(server).put('a', BYTES))
      expect(error).toMatchObject({ name: 'IntegrityError', requestId: 'REQUEST-ID' })
      expect(error.message).toContain(`its CRC-64 is 5 instead of ${await checksumOf(BYTES)}`)
    })

    it.each(['put', 'multipartUpload'] as const)(
      'an answer to %s that is not from OSS: the login page of a network has no ETag',
      async (method) => {
        const server = await listen(() => ({ body: '<html>Log in</html>' }))
        const sent = clientOf(server)[method]('a', BYTES)
        expect(await rejection(sent)).toMatchObject({ name: 'UnexpectedResponseError' })
      },
    )

    it('what OSS refuses, with all it says', async () => {
      const server = await listen(() => ({ status: 403, body: errorXml('AccessDenied', 'No.') }))
      expect(await rejection(clientOf(server).put('a', BYTES))).toMatchObject({
        name: 'AccessDeniedError',
        code: 'AccessDenied',
        status: 403,
        message: 'No.',
        requestId: 'REQUEST-ID',
        hostId: 'bkt.oss-cn-hangzhou.aliyuncs.com',
        ecCode: '0026-00000001',
        operation: 'PutObject',
      })
    })

    it('a file that is not there, with the error of the system', async () => {
      const server = await listen(stored)
      const path = join(await temporaryFolder(), 'nothing')
      expect(await rejection(clientOf(server).put('a', path))).toMatchObject({
        code: 'ENOENT',
        path,
      })
      expect(server.requests).toEqual([])
    })

    it('more than one request can hold, before anything is read', async () => {
      const server = await listen(stored)
      let closed = false
      const file = {
        size: 5 * GiB + 1,
        read: () => [],
        async close() {
          closed = true
        },
      }
      const error = await rejection(clientOf(server).put('a', file))
      expect(error.message).toMatch(/at most 5368709120 bytes \(5 GiB\).*use multipartUpload/)
      expect(closed).toBe(true)
      expect(server.requests).toEqual([])
    })

    it.each(['a', -1, 0.5])('a contentLength of %j', async (contentLength) => {
      const server = await listen(stored)
      // The types allow numbers only.
      const options = { contentLength: contentLength as number }
      const sent = clientOf(server).put('a', Readable.from([BYTES]), options)
      expect((await rejection(sent)).message).toMatch(/^`contentLength` must be a whole number/)
    })

    it.each([
      ['fewer', 11, 'only 10 bytes were read'],
      ['more', 9, 'more than 9 bytes were read'],
    ])('a stream of %s bytes than were said', async (_what, contentLength, said) => {
      const server = await listen(stored)
      const sent = clientOf(server).put('a', Readable.from([BYTES]), { contentLength })
      const error = await rejection(sent)
      expect(error.name).toBe('SourceChangedError')
      expect(error.message).toContain(said)
      expect(server.requests).toEqual([])
    })

    it('an aborted request, with the reason', async () => {
      const server = await listenRaw((socket) => socket.resume())
      const reason = new Error('Enough')
      const stop = new AbortController()
      const sent = clientOf(server).put('a', BYTES, { signal: stop.signal })
      await until(() => server.sockets.length === 1)
      stop.abort(reason)
      expect(await rejection(sent)).toBe(reason)
      await allClosed(server)
    })
  })

  describe('sends again', () => {
    it('the same bytes, read anew, after a failure that may pass', async () => {
      let failures = 1
      const server = await listen((request) =>
        failures-- > 0 ? { status: 500, body: errorXml('InternalError') } : stored(request),
      )
      await clientOf(server, { retryMax: 1 }).put('a', await pathOf(BYTES))
      expect(server.requests.map(({ body }) => body)).toEqual([BYTES, BYTES])
    })

    it('nothing of a stream, which can be read only once', async () => {
      const server = await listen(() => ({ status: 500, body: errorXml('InternalError') }))
      const client = clientOf(server, { retryMax: 3 })
      const sent = client.put('a', Readable.from([BYTES]))
      expect(await rejection(sent)).toMatchObject({ status: 500 })
      expect(server.requests).toHaveLength(1)
    })
  })

  it('closes the source, once, when it is done and when it is not', async () => {
    for (const status of [200, 403]) {
      const server = await listen(async (request) => ({ ...(await stored(request)), status }))
      let closed = 0
      const file = {
        size: 10,
        read: () => BYTES,
        async close() {
          closed++
        },
      }
      await clientOf(server)
        .put('a', file)
        .catch(() => {})
      expect(closed).toBe(1)
    }
  })

  it('lets go of a stream that is silent when the request ends', async () => {
    const server = await listenRaw((socket) => socket.resume())
    const stream = new Readable({ read() {} })
    await rejection(clientOf(server, { timeout: 50 }).put('a', stream))
    await until(() => stream.destroyed)
  })

  it('lets go of a stream that was read in part', async () => {
    const server = await listenRaw((socket) => socket.destroy())
    const stream = createReadStream(await pathOf(Buffer.alloc(10_000_000)))
    await rejection(clientOf(server).put('a', stream))
    await until(() => stream.destroyed)
  })
})

describe('putStream', () => {
  it('stores a stream, as put does', async () => {
    const server = await listen(stored)
    const { name, url, res } = await clientOf(server).putStream('a.pdf', Readable.from([BYTES]))
    expect({ name, url, status: res.status }).toEqual({
      name: 'a.pdf',
      url: `${server.origin}/bkt/a.pdf`,
      status: 200,
    })
    expect(server.onlyRequest()).toMatchObject({
      method: 'PUT',
      headers: { 'transfer-encoding': 'chunked', 'content-type': 'application/pdf' },
      body: BYTES,
    })
  })

  it.each<[string, () => AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>]>([
    ['a web stream', () => new Blob([BYTES]).stream()],
    ['an async generator', () => generator()],
  ])('stores %s', async (_what, stream) => {
    const server = await listen(stored)
    await clientOf(server).putStream('a', stream(), { contentLength: 10 })
    expect(server.onlyRequest()).toMatchObject({
      headers: { 'content-length': '10' },
      body: BYTES,
    })
  })

  it('passes on the error of the stream', async () => {
    const server = await listen(stored)
    const reason = new Error('The tape is torn')
    const stream = new Readable({
      read() {
        this.destroy(reason)
      },
    })
    expect(await rejection(clientOf(server).putStream('a', stream))).toBe(reason)
    expect(server.requests).toEqual([])
  })

  it('refuses a stream of text', async () => {
    const server = await listen(stored)
    const stream = Readable.from(['text'])
    const error = await rejection(clientOf(server).putStream('a', stream))
    expect(error.message).toContain(
      'A stream to upload must yield Uint8Array or Buffer: got "text"',
    )
  })
})

async function* generator(): AsyncGenerator<Uint8Array> {
  yield BYTES.subarray(0, 3)
  yield BYTES.subarray(3)
}
