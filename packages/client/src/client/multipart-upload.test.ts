import { createReadStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { KiB } from '../oss/limits.ts'
import type { MultipartUploadOptions } from './multipart-upload.ts'
import type { UploadInput } from './open-input.ts'
import { kindOf, listenOss } from './small-oss.contract.ts'
import {
  AT_ONCE,
  allClosed,
  clientOf,
  deepFreeze,
  errorXml,
  rejection,
  temporaryFolder,
  until,
} from './testing.contract.ts'

const PART = 100 * KiB
const CHUNK = 64 * KiB
/** Two parts and a half. No two kilobytes are alike, so a mixed object would show. */
const BYTES = Buffer.alloc(250 * KiB)
for (let at = 0; at < BYTES.length; at += 4) BYTES.writeUInt32BE(at, at)

async function pathOf(content: Uint8Array, name = 'film.mp4'): Promise<string> {
  const path = join(await temporaryFolder(), name)
  await writeFile(path, content)
  return path
}

describe('multipartUpload', () => {
  it('begins an upload, sends its parts and completes it', async () => {
    const server = await listenOss()
    const client = clientOf(server)
    const options = { partSize: PART, parallel: 1 }
    const { res, ...result } = await client.multipartUpload('/dir/a b.mp4', BYTES, options)
    expect(server.requests.map((request) => `${kindOf(request)} ${request.path}`)).toEqual([
      'initiate /bkt/dir/a%20b.mp4',
      'part 1 /bkt/dir/a%20b.mp4',
      'part 2 /bkt/dir/a%20b.mp4',
      'part 3 /bkt/dir/a%20b.mp4',
      'complete /bkt/dir/a%20b.mp4',
    ])
    expect(result).toEqual({ bucket: 'bkt', name: '/dir/a b.mp4', etag: '"WHOLE-3"' })
    expect(res).toMatchObject({ status: 200, headers: { etag: '"WHOLE-3"' } })
    expect(server.oss.objects.get('/bkt/dir/a%20b.mp4')?.data.equals(BYTES)).toBe(true)
  })

  it('stores less than 100 KiB with one request, with a result of the same shape', async () => {
    const server = await listenOss()
    const small = BYTES.subarray(0, PART - 1)
    const { res, ...result } = await clientOf(server).multipartUpload('a', small)
    expect(server.requests.map(kindOf)).toEqual(['PUT'])
    expect(result).toEqual({
      bucket: 'bkt',
      name: 'a',
      etag: expect.stringMatching(/^"[0-9A-F]+"$/),
    })
    expect(res).toMatchObject({ status: 200 })
  })

  it('stores 100 KiB as one part', async () => {
    const server = await listenOss()
    await clientOf(server).multipartUpload('a', BYTES.subarray(0, PART))
    expect(server.requests.map(kindOf)).toEqual(['initiate', 'part 1', 'complete'])
  })

  it.each<[string, () => UploadInput | Promise<UploadInput>]>([
    ['the file of a path', () => pathOf(BYTES)],
    ['a Buffer', () => BYTES],
    ['a Uint8Array', () => Uint8Array.from(BYTES)],
    ['an ArrayBuffer', () => Uint8Array.from(BYTES).buffer],
    ['a Blob', () => new Blob([BYTES])],
    ['a File', () => new File([BYTES], 'film.mp4')],
    ['a stream of Node', async () => createReadStream(await pathOf(BYTES))],
    ['a stream of the web', () => new Blob([BYTES]).stream()],
    ['an async generator', () => chunks()],
    ['a source', () => ({ size: BYTES.length, read: (start, end) => BYTES.subarray(start, end) })],
  ])('takes %s', async (_what, file) => {
    const server = await listenOss()
    await clientOf(server).multipartUpload('a', await file(), { partSize: PART })
    expect(server.requests.map(kindOf).sort()).toEqual([
      'complete',
      'initiate',
      'part 1',
      'part 2',
      'part 3',
    ])
    expect(server.oss.objects.get('/bkt/a')?.data.equals(BYTES)).toBe(true)
  })

  it.each([
    ['too small for parts', BYTES.subarray(0, 50 * KiB), 7 * KiB],
    ['in small chunks', BYTES, 64 * KiB],
    ['in chunks of a part each', BYTES, PART],
  ])('takes a stream that uses its memory again: %s', async (_what, bytes, size) => {
    const server = await listenOss()
    const stream = reusingMemory(bytes, size)
    await clientOf(server).multipartUpload('a', stream, { partSize: PART })
    expect(server.oss.objects.get('/bkt/a')?.data.equals(bytes)).toBe(true)
  })

  it('takes the path in a checkpoint where no file is given', async () => {
    let refuse = true
    const server = await listenOss((request) =>
      refuse && kindOf(request) === 'part 3'
        ? { status: 403, body: errorXml('AccessDenied') }
        : undefined,
    )
    const client = clientOf(server)
    const options = { partSize: PART, parallel: 1 }
    const failed = await rejection(client.multipartUpload('a', await pathOf(BYTES), options))
    refuse = false
    const checkpoint = JSON.stringify(Object(failed).checkpoint)
    await client.multipartUpload('a', undefined, { checkpoint })
    expect(server.requests.map(kindOf).filter((kind) => kind !== 'GET')).toEqual([
      'initiate',
      'part 1',
      'part 2',
      'part 3',
      'part 3',
      'complete',
    ])
    expect(server.oss.objects.get('/bkt/a')?.data.equals(BYTES)).toBe(true)
  })

  describe('tells progress as ali-oss does', () => {
    async function callsOf(file: Uint8Array, options: MultipartUploadOptions = {}) {
      const calls: unknown[][] = []
      const server = await listenOss()
      const progress = async (...call: unknown[]) => calls.push(call)
      await clientOf(server).multipartUpload('a', file, { partSize: PART, progress, ...options })
      return calls
    }

    it('at the beginning, after each part, and in the end', async () => {
      const calls = await callsOf(BYTES)
      expect(calls.map(([share]) => share)).toEqual([0, 1 / 4, 2 / 4, 3 / 4, 1])
      for (const [share, checkpoint, res] of calls) {
        expect(res).toMatchObject({ status: 200, headers: { 'x-oss-request-id': 'REQUEST-ID' } })
        if (share === 1) expect(checkpoint).toBeNull()
        else {
          const { file, ...rest } = Object(checkpoint)
          expect(file).toBe(BYTES)
          expect(rest).toMatchObject({
            name: 'a',
            fileSize: BYTES.length,
            partSize: PART,
            uploadId: 'UPLOAD-1',
          })
        }
      }
    })

    it('with the parts that are done in each checkpoint', async () => {
      const calls = await callsOf(BYTES, { parallel: 1 })
      const done = calls.map(([, checkpoint]) => Object(checkpoint).doneParts?.length)
      expect(done).toEqual([0, 1, 2, 3, undefined])
      const [, first] = calls[1] ?? []
      expect(Object(first).doneParts).toEqual([
        expect.objectContaining({ number: 1, etag: expect.stringMatching(/^"[0-9A-F]{32}"$/) }),
      ])
    })

    it('once, with 1 alone, for what is too small for parts', async () => {
      expect(await callsOf(BYTES.subarray(0, 10))).toEqual([[1]])
    })
  })

  it('does two uploads at once with the same options, and changes nothing in them', async () => {
    const server = await listenOss()
    const client = clientOf(server)
    const options = deepFreeze({ partSize: PART, parallel: 2, meta: { a: 1 }, headers: {} })
    const other = Buffer.from(BYTES).reverse()
    await Promise.all([
      client.multipartUpload('one', BYTES, options),
      client.multipartUpload('two', other, options),
    ])
    expect(server.oss.objects.get('/bkt/one')?.data.equals(BYTES)).toBe(true)
    expect(server.oss.objects.get('/bkt/two')?.data.equals(other)).toBe(true)
  })

  it('stays with its bucket when the client is told to use another one', async () => {
    const server = await listenOss()
    const client = clientOf(server)
    const sent = client.multipartUpload('a', BYTES, { partSize: PART })
    client.useBucket('other')
    const { bucket } = await sent
    expect(bucket).toBe('bkt')
    expect(new Set(server.requests.map(({ path }) => path))).toEqual(new Set(['/bkt/a']))
  })

  describe('rejects', () => {
    it('a part that was refused, in the words of ali-oss, with the checkpoint to go on from', async () => {
      const server = await listenOss((request) =>
        kindOf(request) === 'part 2'
          ? { status: 403, body: errorXml('AccessDenied', 'No.') }
          : undefined,
      )
      const options = { partSize: PART, parallel: 1 }
      const error = await rejection(clientOf(server).multipartUpload('a', BYTES, options))
      expect(error).toMatchObject({
        name: 'AccessDeniedError',
        code: 'AccessDenied',
        status: 403,
        partNum: 2,
        requestId: 'REQUEST-ID',
        message: 'Failed to upload some parts with error: AccessDeniedError: No. part_num: 2',
        checkpoint: { uploadId: 'UPLOAD-1', doneParts: [{ number: 1 }] },
      })
      expect(server.requests.map(kindOf)).toEqual(['initiate', 'part 1', 'part 2'])
    })

    it('at its own signal, and closes its connections', async () => {
      const server = await listenOss((request) =>
        kindOf(request).startsWith('part') ? new Promise(() => {}) : undefined,
      )
      const stop = new AbortController()
      const sent = clientOf(server).multipartUpload('a', BYTES, {
        partSize: PART,
        signal: stop.signal,
      })
      await until(() => server.requests.length === 4)
      const before = performance.now()
      stop.abort()
      expect(await rejection(sent)).toMatchObject({
        name: 'AbortError',
        status: 0,
        checkpoint: { uploadId: 'UPLOAD-1' },
      })
      expect(performance.now() - before).toBeLessThan(AT_ONCE)
      const parts = server.sockets.slice(-3)
      await until(() => parts.every((socket) => socket.destroyed))
    })

    it('a signal that was aborted before, without a request', async () => {
      const server = await listenOss()
      const stream = Readable.from(chunks())
      const signal = AbortSignal.abort(new Error('Enough'))
      const error = await rejection(clientOf(server).multipartUpload('a', stream, { signal }))
      expect(error).toMatchObject({ name: 'AbortError', status: 0, cause: { message: 'Enough' } })
      expect(server.requests).toEqual([])
      expect(stream.destroyed).toBe(true)
    })

    it.each([
      ['a part size below 100 KiB', { partSize: 1 }, 'partSize must not be smaller than 102400'],
      ['half a byte', { partSize: 200_000.5 }, 'partSize must be int number'],
      ['no connections', { parallel: 0 }, '`parallel` must be a whole number from 1'],
    ])('%s before anything is sent', async (_what, options, message) => {
      const server = await listenOss()
      const error = await rejection(clientOf(server).multipartUpload('a', BYTES, options))
      expect(error.message).toContain(message)
      expect(server.requests).toEqual([])
    })

    it('a name that can not be, before the file is opened', async () => {
      const server = await listenOss()
      const sent = clientOf(server).multipartUpload('', '/no/such/file')
      expect((await rejection(sent)).message).toBe('The object name can not be empty')
    })
  })

  it('is not stopped by an error in `progress`, of which the client hears', async () => {
    const warnings: Error[] = []
    const server = await listenOss()
    const client = clientOf(server, { onWarning: (warning) => warnings.push(warning) })
    const progress = () => {
      throw new Error('in the display')
    }
    await client.multipartUpload('a', BYTES, { partSize: PART, progress })
    expect(warnings.map(({ message }) => message)).toEqual(Array(5).fill('in the display'))
  })

  it('lets go of the stream it reads when it fails', async () => {
    const server = await listenOss(() => ({ status: 403, body: errorXml('AccessDenied') }))
    const stream = Readable.from(chunks())
    await rejection(clientOf(server).multipartUpload('a', stream, { partSize: PART }))
    expect(stream.destroyed).toBe(true)
  })

  it('keeps no connection that is not in order after a refusal', async () => {
    const server = await listenOss(() => ({
      status: 403,
      headers: { connection: 'close' },
      body: errorXml('AccessDenied'),
    }))
    await rejection(clientOf(server).multipartUpload('a', BYTES))
    await allClosed(server)
  })
})

async function* chunks(): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < BYTES.length; at += CHUNK) yield BYTES.subarray(at, at + CHUNK)
}

/** `bytes` in chunks that all use the same memory, as a reader of a device may do. */
async function* reusingMemory(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  const memory = Buffer.alloc(size)
  for (let at = 0; at < bytes.length; at += size) {
    const length = bytes.copy(memory, 0, at, at + size)
    yield memory.subarray(0, length)
  }
  memory.fill(0)
}
