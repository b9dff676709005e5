import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { rejection, temporaryFolder } from '../client/testing.contract.ts'
import { save } from './save.ts'

const reason = new Error('The connection broke')

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}

/** Some bytes, and then an error once they are on the disk. */
async function* broken(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('half of')
  await pause(10)
  throw reason
}

describe('save', () => {
  it('writes all chunks to a file and tells how many bytes they were', async () => {
    const path = join(await temporaryFolder(), 'saved')
    expect(await save(chunks('one ', 'two ', '三'), path)).toBe(11)
    expect(await readFile(path, 'utf8')).toBe('one two 三')
  })

  it('makes an empty file of nothing', async () => {
    const path = join(await temporaryFolder(), 'saved')
    expect(await save(chunks(), path)).toBe(0)
    expect(await readFile(path, 'utf8')).toBe('')
  })

  it('replaces a file that is there', async () => {
    const path = join(await temporaryFolder(), 'saved')
    await writeFile(path, 'something longer than before')
    await save(chunks('short'), path)
    expect(await readFile(path, 'utf8')).toBe('short')
  })

  it('leaves no half file behind when the bytes break off', async () => {
    const path = join(await temporaryFolder(), 'saved')
    expect(await rejection(save(broken(), path))).toBe(reason)
    expect(existsSync(path)).toBe(false)
  })

  it('tells why the file can not be opened, and touches nothing that is there', async () => {
    const folder = join(await temporaryFolder(), 'folder')
    await mkdir(folder)
    await writeFile(join(folder, 'inside'), 'kept')
    expect(await rejection(save(chunks('new'), folder))).toMatchObject({ code: 'EISDIR' })
    expect(await readFile(join(folder, 'inside'), 'utf8')).toBe('kept')
  })

  it('lets go of bytes that it can not write, so that their connection is free', async () => {
    const asked: string[] = []
    const source = {
      [Symbol.asyncIterator]: () => ({
        async next() {
          asked.push('next')
          return { done: false, value: Buffer.from('one') }
        },
        async return() {
          asked.push('return')
          return { done: true as const, value: undefined }
        },
      }),
    }
    const path = join(await temporaryFolder(), 'no such folder', 'saved')
    expect(await rejection(save(source, path))).toMatchObject({ code: 'ENOENT' })
    expect(asked).toEqual(['return'])
  })

  it('writes to a stream, and ends it', async () => {
    const stream = new PassThrough()
    const written = save(chunks('one ', 'two'), stream)
    expect(Buffer.concat(await stream.toArray()).toString()).toBe('one two')
    expect(await written).toBe(7)
  })

  it('waits until a slow stream has taken everything', async () => {
    const taken: string[] = []
    const slow = new Writable({
      highWaterMark: 1,
      async write(chunk, _encoding, done) {
        await pause(5)
        taken.push(String(chunk))
        done()
      },
    })
    await save(chunks('one', 'two', 'three'), slow)
    expect(taken).toEqual(['one', 'two', 'three'])
  })

  it('passes on the error of the bytes and ends the stream with it', async () => {
    const stream = new PassThrough()
    expect(await rejection(save(broken(), stream))).toBe(reason)
    expect(stream.destroyed).toBe(true)
  })

  it('passes on the error of the stream', async () => {
    const full = new Writable({ write: (_chunk, _encoding, done) => done(reason) })
    expect(await rejection(save(chunks('one', 'two'), full))).toBe(reason)
  })
})
