import { once } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { PIECE_SIZE, piecesOf } from './body-pieces.ts'

const CHUNK = 65_000

function numbered(count: number): Buffer[] {
  return Array.from({ length: count }, (_, at) => Buffer.alloc(CHUNK, at + 1))
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await setImmediate()
}

describe('piecesOf', () => {
  it('gives the same bytes in whole pieces, but for the last', async () => {
    const chunks = numbered(20)
    const pieces: Uint8Array[] = []
    for await (const piece of piecesOf(Readable.from(chunks))) pieces.push(Uint8Array.from(piece))
    expect(pieces.map(({ length }) => length)).toEqual([
      ...Array(4).fill(PIECE_SIZE),
      20 * CHUNK - 4 * PIECE_SIZE,
    ])
    expect(Buffer.compare(Buffer.concat(pieces), Buffer.concat(chunks))).toBe(0)
  })

  it('gives nothing of a stream without bytes, or one that has ended before', async () => {
    const stream = Readable.from([])
    for (const _ of [1, 2]) {
      for await (const piece of piecesOf(stream)) expect(piece).toBeUndefined()
    }
  })

  it('leaves a piece alone until the next is asked for, and lets the stream wait', async () => {
    const chunks = numbered(40)
    const stream = Readable.from(chunks, { highWaterMark: 1 })
    const pieces = piecesOf(stream)
    const { value } = await pieces.next()
    const copy = Buffer.from(value ?? '')
    await settle()
    expect(Buffer.compare(value ?? Buffer.of(), copy)).toBe(0)
    expect(stream.isPaused()).toBe(true)
    const rest: Buffer[] = []
    for await (const piece of pieces) rest.push(Buffer.from(piece))
    expect(Buffer.compare(Buffer.concat([copy, ...rest]), Buffer.concat(chunks))).toBe(0)
  })

  it('does not wait for a whole piece where bytes come slowly', async () => {
    const stream = new PassThrough()
    const pieces = piecesOf(stream)
    for (const text of ['a', 'bc']) {
      stream.write(text)
      expect(String((await pieces.next()).value)).toBe(text)
    }
    stream.end('d')
    expect(String((await pieces.next()).value)).toBe('d')
    expect((await pieces.next()).done).toBe(true)
  })

  it('fails as the stream does', async () => {
    const stream = new PassThrough()
    const next = piecesOf(stream).next()
    stream.destroy(new Error('The client went away.'))
    await expect(next).rejects.toThrow('went away')
    const closed = new PassThrough()
    closed.destroy()
    await expect(piecesOf(closed).next()).rejects.toThrow('Premature close')
  })

  it('leaves the stream to others when it is left early', async () => {
    const stream = new PassThrough()
    stream.write('first')
    for await (const piece of piecesOf(stream)) {
      expect(String(piece)).toBe('first')
      break
    }
    expect(stream.destroyed).toBe(false)
    stream.end('second')
    stream.setEncoding('utf8')
    const [rest] = await once(stream.resume(), 'data')
    expect(rest).toBe('second')
  })
})
