import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
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
  temporaryFolder,
} from './testing.contract.ts'

const BYTES = Buffer.from('0123456789')

async function object(more: Answer = {}): Promise<Answer> {
  const headers = { ETag: '"E"', 'x-oss-hash-crc64ecma': await checksumOf(BYTES) }
  return { body: BYTES, ...more, headers: { ...headers, ...more.headers } }
}

/** A whole object of ten bytes of which only three come. */
function listenBroken() {
  return listenRaw((socket) => {
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'))
  })
}

describe('get', () => {
  it('gives the bytes of an object', async () => {
    const server = await listen(() => object())
    const { content, res } = await clientOf(server).get('dir/a b.txt')
    expect(server.onlyRequest()).toMatchObject({ method: 'GET', url: '/bkt/dir/a%20b.txt' })
    expect(content).toBeInstanceOf(Buffer)
    expect(content).toEqual(BYTES)
    expect(res).toMatchObject({
      status: 200,
      statusCode: 200,
      headers: { etag: '"E"' },
      size: 10,
      data: BYTES,
      rt: expect.any(Number),
      requestUrls: [`${server.origin}/bkt/dir/a%20b.txt`],
    })
  })

  it('gives no bytes of an empty object', async () => {
    const server = await listen(() => ({}))
    expect((await clientOf(server).get('a')).content).toEqual(Buffer.alloc(0))
  })

  it('writes the bytes to a file', async () => {
    const server = await listen(() => object())
    const path = join(await temporaryFolder(), 'got')
    const result = await clientOf(server).get('a', path)
    expect(await readFile(path)).toEqual(BYTES)
    expect(result).toMatchObject({ res: { status: 200, size: 10 } })
    expect(result).not.toHaveProperty('content')
  })

  it('writes the bytes to a stream', async () => {
    const server = await listen(() => object())
    const stream = new PassThrough()
    const [{ res }, chunks] = await Promise.all([
      clientOf(server).get('a', stream),
      stream.toArray(),
    ])
    expect(Buffer.concat(chunks)).toEqual(BYTES)
    expect(res).toMatchObject({ status: 200, size: 10 })
  })

  it('takes options in the place of the file, and changes none of them', async () => {
    const server = await listen(() => object({ status: 206, body: '123' }))
    const options = deepFreeze({
      headers: { Range: 'bytes=1-3' },
      process: 'image/resize,w_200',
      versionId: 'v1',
      subres: { 'response-cache-control': 'no-cache' },
    })
    const client = clientOf(server)
    const path = join(await temporaryFolder(), 'got')
    expect((await client.get('a', options)).content?.toString()).toBe('123')
    expect((await client.get('a', null, options)).content?.toString()).toBe('123')
    await client.get('a', path, options)
    for (const { query, headers } of server.requests) {
      expect(headers).toMatchObject({ range: 'bytes=1-3' })
      expect(query).toEqual({
        'x-oss-process': 'image/resize,w_200',
        versionId: 'v1',
        'response-cache-control': 'no-cache',
      })
    }
    expect(server.requests).toHaveLength(3)
  })

  it('takes a part of an object for what it is: the checksum is of the whole', async () => {
    const server = await listen(() => object({ status: 206, body: '123' }))
    const { content, res } = await clientOf(server).get('a', { headers: { Range: 'bytes=1-3' } })
    expect(content?.toString()).toBe('123')
    expect(res).toMatchObject({ status: 206, size: 3 })
  })

  it('takes a processed image for what it is, whatever the checksum of the original', async () => {
    const server = await listen(() => object({ body: 'small' }))
    const { content } = await clientOf(server).get('a', { process: 'image/resize,w_1' })
    expect(content?.toString()).toBe('small')
  })

  it('takes one that is asked for by sub-resource for what it is, too', async () => {
    const server = await listen(() => object({ body: 'small' }))
    const { content } = await clientOf(server).get('a', {
      subres: { 'x-oss-process': 'image/resize,w_1' },
    })
    expect(content?.toString()).toBe('small')
  })

  it('has no bytes where nothing has changed', async () => {
    const server = await listen(() => ({ status: 304, headers: { ETag: '"E"' } }))
    const { content, res } = await clientOf(server).get('a', {
      headers: { 'If-None-Match': '"E"' },
    })
    expect(server.onlyRequest().headers).toMatchObject({ 'if-none-match': '"E"' })
    expect(content).toEqual(Buffer.alloc(0))
    expect(res).toMatchObject({ status: 304, headers: { etag: '"E"' } })
  })

  it('rejects other bytes than OSS has', async () => {
    const server = await listen(() => object({ body: '0123456780' }))
    expect(await rejection(clientOf(server).get('a'))).toMatchObject({
      name: 'IntegrityError',
      operation: 'GetObject',
      message: expect.stringContaining(`instead of ${await checksumOf(BYTES)}`),
    })
  })

  it('rejects an object that is not there, and leaves a file as it is', async () => {
    const server = await listen(() => ({ status: 404, body: errorXml('NoSuchKey') }))
    const path = join(await temporaryFolder(), 'kept')
    await writeFile(path, 'kept')
    expect(await rejection(clientOf(server).get('a', path))).toMatchObject({
      name: 'NoSuchKeyError',
      status: 404,
    })
    expect(await readFile(path, 'utf8')).toBe('kept')
  })

  it('rejects an object that breaks off', async () => {
    const server = await listenBroken()
    expect(await rejection(clientOf(server).get('a'))).toMatchObject({
      name: 'ResponseError',
      status: -1,
    })
  })

  it('tells the operation of an answer that broke off', async () => {
    const server = await listenBroken()
    expect(await rejection(clientOf(server).get('a'))).toMatchObject({ operation: 'GetObject' })
  })

  it('leaves no half file of an object that breaks off', async () => {
    const server = await listenBroken()
    const path = join(await temporaryFolder(), 'half')
    await rejection(clientOf(server).get('a', path))
    expect(existsSync(path)).toBe(false)
  })

  it('ends at a signal while the bytes come', async () => {
    const server = await listenRaw((socket) => {
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'))
    })
    const reason = new Error('Enough')
    const stop = new AbortController()
    const stream = new PassThrough()
    const got = clientOf(server).get('a', stream, { signal: stop.signal })
    stream.once('data', () => stop.abort(reason))
    expect(await rejection(got)).toBe(reason)
    await allClosed(server)
  })

  it('closes the connection when the file can not be written', async () => {
    const server = await listenRaw((socket) => {
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'))
    })
    const folder = await temporaryFolder()
    expect(await rejection(clientOf(server).get('a', folder))).toMatchObject({ code: 'EISDIR' })
    await allClosed(server)
  })
})

describe('getStream', () => {
  it('gives the bytes as a stream, with status and headers', async () => {
    const server = await listen(() => object())
    const { stream, res } = await clientOf(server).getStream('a')
    expect(res).toEqual({ status: 200, headers: expect.objectContaining({ etag: '"E"' }) })
    expect(Buffer.concat(await stream.toArray())).toEqual(BYTES)
  })

  it('ends the stream with an error when the bytes are not those of OSS', async () => {
    const server = await listen(() => object({ body: '0123456780' }))
    const { stream } = await clientOf(server).getStream('a')
    expect(await rejection(stream.toArray())).toMatchObject({ name: 'IntegrityError' })
  })

  it('ends the stream with an error when the bytes break off', async () => {
    const server = await listenBroken()
    const { stream } = await clientOf(server).getStream('a')
    expect(await rejection(stream.toArray())).toMatchObject({ name: 'ResponseError', status: -1 })
  })

  it('rejects an object that is not there', async () => {
    const server = await listen(() => ({ status: 404, body: errorXml('NoSuchKey') }))
    expect(await rejection(clientOf(server).getStream('a'))).toMatchObject({
      name: 'NoSuchKeyError',
    })
  })

  it('closes the connection of a stream that is left in the middle', async () => {
    const server = await listenRaw((socket) => {
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'))
    })
    const { stream } = await clientOf(server).getStream('a')
    for await (const _ of stream) break
    await allClosed(server)
  })

  it('closes the connection of a stream that is not read at all', async () => {
    await expectClosedUnread('')
  })

  it('closes it also where a checksum is to be compared', async () => {
    await expectClosedUnread('x-oss-hash-crc64ecma: 5\r\n')
  })

  async function expectClosedUnread(header: string): Promise<void> {
    const server = await listenRaw((socket) => {
      const head = `HTTP/1.1 200 OK\r\n${header}Content-Length: 10\r\n\r\nabc`
      socket.once('data', () => socket.write(head))
    })
    const { stream } = await clientOf(server).getStream('a')
    stream.destroy()
    await allClosed(server)
  }
})
