import { Readable } from 'node:stream'
import { describe, expect, it, vi } from 'vitest'
import { gate, turn } from '../async/testing.contract.ts'
import { type Bytes, chunksOf } from '../oss/body.ts'
import { utf8 } from '../oss/encode.ts'
import { failureOf } from '../oss/testing.contract.ts'
import { blobSource, bytesSource, partBody, sourceChanged, streamSource } from './source.ts'

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const collected: Uint8Array[] = []
  for await (const chunk of chunks) collected.push(new Uint8Array(chunk))
  return Buffer.concat(collected).toString()
}

describe.each([
  ['bytesSource', () => bytesSource(utf8('abcdef'))],
  ['bytesSource of a Buffer', () => bytesSource(Buffer.from('abcdef'))],
  ['bytesSource of the middle of memory', () => bytesSource(utf8('-abcdef-').subarray(1, 7))],
  ['blobSource', () => blobSource(new Blob(['abc', 'def']))],
  ['blobSource of a File', () => blobSource(new File(['abcdef'], 'name'))],
])('%s', (_, open) => {
  it('knows its size and gives any stretch, as often as it is asked', async () => {
    const source = open()
    expect(source.size).toBe(6)
    const read = async (start: number, end: number) =>
      textOf(chunksOf(await source.read(start, end)))
    expect(await read(0, 6)).toBe('abcdef')
    expect(await read(2, 4)).toBe('cd')
    expect(await read(2, 4)).toBe('cd')
    expect(await read(6, 6)).toBe('')
  })
})

describe('bytesSource', () => {
  it('makes no copy', async () => {
    const bytes = utf8('abcdef')
    expect(await bytesSource(bytes).read(2, 4)).toMatchObject({
      buffer: bytes.buffer,
      byteOffset: 2,
    })
  })
})

describe('streamSource', () => {
  it.each([
    ['a Node stream', () => Readable.from([Buffer.from('abc'), Buffer.from('def')])],
    ['a web stream', () => new Blob(['abc', 'def']).stream()],
    [
      'an async generator',
      () =>
        (async function* () {
          yield utf8('abc')
          yield utf8('def')
        })(),
    ],
  ])('reads %s to its end', async (_, stream) => {
    const source = streamSource(stream())
    expect(source.size).toBeUndefined()
    expect(await textOf(source.chunks())).toBe('abcdef')
    await source.close?.()
  })

  it('ends a Node stream that waits for bytes', async () => {
    const stream = new Readable({ read() {} })
    const source = streamSource(stream)
    const reading = textOf(source.chunks()).catch(() => 'ended')
    await turn()
    await source.close?.()
    await reading
    expect(stream.destroyed).toBe(true)
  })

  it('cancels a web stream that waits for bytes', async () => {
    const cancel = vi.fn()
    const source = streamSource(new ReadableStream({ cancel }))
    const reading = textOf(source.chunks())
    await turn()
    await source.close?.()
    expect(await reading).toBe('')
    expect(cancel).toHaveBeenCalledOnce()
  })

  it('does not wait for a generator that waits, and closes it when it comes to that', async () => {
    const bytes = gate()
    const closed = vi.fn()
    async function* waiting() {
      try {
        yield utf8('a')
        await bytes.passed
        yield utf8('b')
      } finally {
        closed()
      }
    }
    const source = streamSource(waiting())
    const chunks = source.chunks()[Symbol.asyncIterator]()
    await chunks.next()
    const next = chunks.next()
    await turn()
    await source.close?.()
    expect(closed).not.toHaveBeenCalled()
    bytes.open()
    await next
    await turn()
    expect(closed).toHaveBeenCalledOnce()
  })
})

describe('partBody', () => {
  const part = { number: 2, start: 2, end: 5 }

  it('has the size of the part, and its bytes each time it is read', async () => {
    const body = partBody(bytesSource(utf8('abcdefgh')), part)
    expect([body.size, body.once]).toEqual([3, undefined])
    expect([await textOf(body.chunks()), await textOf(body.chunks())]).toEqual(['cde', 'cde'])
  })

  it.each<[string, () => Bytes | Promise<Bytes>]>([
    ['a promise of bytes', async () => utf8('cde')],
    ['a Blob', () => new Blob(['cde'])],
    ['a list of chunks', () => [utf8('c'), utf8('de')]],
  ])('reads a source that gives %s', async (_, read) => {
    expect(await textOf(partBody({ size: 8, read }, part).chunks())).toBe('cde')
  })

  it.each([
    ['ends too early', 'c', 'only 1 bytes were read from position 2, where 3 were planned'],
    ['has nothing there', '', 'only 0 bytes were read from position 2, where 3 were planned'],
    ['gives too much', 'cdef', 'more than 3 bytes were read from position 2, where 3 were planned'],
  ])('fails when the source %s', async (_, text, message) => {
    const source = { size: 8, read: () => [utf8(text)] }
    const error = await failureOf(textOf(partBody(source, part).chunks()))
    expect(error).toMatchObject({
      name: 'SourceChangedError',
      code: 'SourceChangedError',
      message: `The source changed while it was uploaded: ${message}`,
    })
  })

  it('never hands on a byte too many, and does not read an endless source to its end', async () => {
    const closed = vi.fn()
    function* endless() {
      try {
        for (;;) yield utf8('cd')
      } finally {
        closed()
      }
    }
    const given: number[] = []
    const read = async () => {
      for await (const chunk of partBody({ size: 8, read: endless }, part).chunks()) {
        given.push(chunk.byteLength)
      }
    }
    expect((await failureOf(read())).name).toBe('SourceChangedError')
    expect(given).toEqual([2])
    expect(closed).toHaveBeenCalledOnce()
  })

  it('passes on an error of reading as it is', async () => {
    const broken = Object.assign(new Error('i/o error'), { code: 'EIO' })
    const source = { size: 8, read: () => Promise.reject(broken) }
    await expect(textOf(partBody(source, part).chunks())).rejects.toBe(broken)
  })
})

describe('sourceChanged', () => {
  it('is an error that can be told from others', () => {
    expect(sourceChanged('it shrank')).toMatchObject({
      name: 'SourceChangedError',
      message: 'The source changed while it was uploaded: it shrank',
    })
  })
})
