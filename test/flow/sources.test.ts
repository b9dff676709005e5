import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import type { Source, UploadInput } from 'oss-multipart'
import { describe, expect, it } from 'vitest'
import { bytesOf, KiB, PART, startFlow } from './testing.ts'

const flow = await startFlow()
// Straight to the server: what is asked of it is not the matter here.
const client = flow.client({ endpoint: flow.server.url })

const SIZES = [0, 1, PART - 1, PART, PART + 1, 3 * PART, 3 * PART + 1]

type Data = Awaited<ReturnType<Source['read']>>

/** Each kind of data that a Source may give for a range. */
const DATA: Readonly<Record<string, (bytes: Buffer<ArrayBuffer>) => Data>> = {
  'a Uint8Array': (bytes) => new Uint8Array(bytes),
  'an ArrayBuffer': (bytes) => new Uint8Array(bytes).buffer,
  'a Blob': (bytes) => new Blob([bytes]),
  'an array of buffers': (bytes) => [...chunksOf(bytes)],
  'an async generator': (bytes) => reusingOneBuffer(bytes),
  'a Node stream': (bytes) => Readable.from(chunksOf(bytes)),
  'a web stream': (bytes) => webStream(bytes),
}

type Kind = readonly [
  name: string,
  make: (bytes: Buffer<ArrayBuffer>, parallel: number) => UploadInput | Promise<UploadInput>,
]

const KINDS: readonly Kind[] = [
  ['a path', (bytes) => flow.file(`${bytes.length}.bin`, bytes)],
  ['a Buffer', (bytes) => bytes],
  ['a Uint8Array in the middle of its memory', (bytes) => inTheMiddle(bytes)],
  ['an ArrayBuffer', (bytes) => new Uint8Array(bytes).buffer],
  ['a DataView', (bytes) => new DataView(inTheMiddle(bytes).buffer, 3, bytes.length)],
  ['a Blob', (bytes) => new Blob([bytes])],
  ['a File', (bytes) => new File([bytes], 'a.bin')],
  ['a Node stream', (bytes) => Readable.from(chunksOf(bytes), { objectMode: false })],
  ['a file stream', async (bytes) => createReadStream(await flow.file(`s${bytes.length}`, bytes))],
  ['a web stream', (bytes) => webStream(bytes)],
  ['an async generator that reuses its buffer', (bytes) => reusingOneBuffer(bytes)],
  ['an array of buffers', (bytes) => [...chunksOf(bytes)]],
  ...Object.entries(DATA).map(
    ([data, give]): Kind => [
      `a Source that gives ${data}, at once or later`,
      (bytes, parallel) => {
        const read = (start: number, end: number) => give(bytes.subarray(start, end))
        const readLater = async (start: number, end: number) => read(start, end)
        return { size: bytes.length, read: parallel === 1 ? read : readLater }
      },
    ],
  ),
]

describe.concurrent.each(KINDS)('%s', (kind, make) => {
  it.each(SIZES)('with %i bytes is stored byte by byte, one part at a time or five', storeBothWays)

  async function storeBothWays(size: number): Promise<void> {
    const bytes = bytesOf(size)
    for (const parallel of [1, 5]) {
      const name = `${kind}/${size}/${parallel}`
      const input = await make(bytes, parallel)
      const result = await client.multipartUpload(name, input, { parallel, partSize: PART })
      expect(result.etag).toEqual(etagOf(bytes))
      await flow.expectStored(name, bytes)
    }
  }
})

describe('an upload', () => {
  const name = '/shapes.mp4'
  const bytes = bytesOf(2 * PART + 1)

  it.each([
    ['in parts', bytes],
    ['in one request', bytes.subarray(0, 5)],
  ])('%s gives the result and the head that are documented', async (_, content) => {
    const result = await client.multipartUpload(name, content, { partSize: PART, meta: { a: 1 } })
    expect(result).toEqual({ res: expect.anything(), bucket: 'flow', name, etag: etagOf(content) })
    const shape = {
      status: 200,
      statusCode: 200,
      statusMessage: 'OK',
      headers: expect.objectContaining({ 'x-oss-request-id': expect.stringMatching(/./) }),
      size: expect.any(Number),
      aborted: false,
      rt: expect.any(Number),
      keepAliveSocket: expect.any(Boolean),
      data: expect.any(Buffer),
      requestUrls: [expect.stringContaining(`${flow.server.url}/flow/shapes.mp4`)],
      remoteAddress: '127.0.0.1',
      remotePort: Number(new URL(flow.server.url).port),
    }
    expect(result.res).toEqual(shape)
    expect(await client.head(name)).toEqual({ meta: { a: '1' }, res: shape, status: 200 })
  })

  it('without metadata has a head whose meta is null', async () => {
    await client.multipartUpload('plain', bytes)
    expect((await client.head('plain')).meta).toBeNull()
  })
})

describe('the Content-Type', () => {
  const small = bytesOf(1)
  const large = bytesOf(PART + 1)

  it.each<
    [string, string, (bytes: Buffer<ArrayBuffer>) => UploadInput | Promise<UploadInput>, string]
  >([
    ['by the name of the file', 'k.png', (bytes) => flow.file('film.MP4', bytes), 'video/mp4'],
    ['by the name of a File', 'k.png', (bytes) => new File([bytes], 'a.pdf'), 'application/pdf'],
    ['by the type of a Blob', 'k.png', (bytes) => new Blob([bytes], { type: 'x/y' }), 'x/y'],
    ['by the key for bytes', 'dir.mp4/k.png', (bytes) => bytes, 'image/png'],
    ['by the key for a stream', 'k.html', (bytes) => Readable.from([bytes]), 'text/html'],
    ['unknown', 'k', (bytes) => bytes, 'application/octet-stream'],
  ])('is %s', async (how, key, make, expected) => {
    for (const bytes of [small, large]) {
      const name = `${how}/${bytes.length}/${key}`
      await client.multipartUpload(name, await make(bytes))
      expect((await client.head(name)).res.headers['content-type']).toBe(expected)
    }
  })

  it('is what `mime` says', async () => {
    for (const bytes of [small, large]) {
      await client.multipartUpload('said.png', bytes, { mime: 'text/x-said; charset=utf-8' })
      const { res } = await client.head('said.png')
      expect(res.headers['content-type']).toBe('text/x-said; charset=utf-8')
    }
  })
})

/** A small object's ETag is its MD5; otherwise it tells the number of parts. */
function etagOf(bytes: Uint8Array): unknown {
  if (bytes.length >= PART) {
    return expect.stringMatching(new RegExp(`^"[0-9A-F]{32}-${Math.ceil(bytes.length / PART)}"$`))
  }
  return `"${createHash('md5').update(bytes).digest('hex').toUpperCase()}"`
}

function inTheMiddle(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const memory = new Uint8Array(bytes.length + 8).fill(7)
  memory.set(bytes, 3)
  return memory.subarray(3, 3 + bytes.length)
}

/** Of odd sizes, an empty one among them. */
function* chunksOf(bytes: Buffer<ArrayBuffer>): Generator<Buffer<ArrayBuffer>> {
  const lengths = [1, 64 * KiB + 7, 3, 150 * KiB, 0]
  for (let start = 0, turn = 0; start < bytes.length; turn++) {
    const length = lengths[turn % lengths.length] ?? 1
    yield bytes.subarray(start, start + length)
    start += length
  }
}

/** Whoever keeps a chunk without copying it finds other bytes in it. */
async function* reusingOneBuffer(bytes: Buffer<ArrayBuffer>): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.alloc(150 * KiB)
  for (const chunk of chunksOf(bytes)) {
    yield buffer.subarray(0, chunk.copy(buffer))
    buffer.fill(0xaa)
  }
}

function webStream(bytes: Buffer<ArrayBuffer>): ReadableStream<Uint8Array> {
  const chunks = chunksOf(bytes)
  return new ReadableStream({
    pull(controller) {
      const { done, value } = chunks.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
  })
}
