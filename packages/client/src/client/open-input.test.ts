import { createReadStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { chunksOf } from '../oss/body.ts'
import type { Source, StreamSource } from '../upload/source.ts'
import { createClient } from './context.ts'
import { nodePlatform } from './node-platform.ts'
import { openInput } from './open-input.ts'
import { rejection, temporaryFolder } from './testing.contract.ts'

const client = createClient({ accessKeyId: 'id', accessKeySecret: 'secret' }, nodePlatform)
const TEXT = '0123456789'

async function textOf(input: Source | StreamSource): Promise<string> {
  const chunks: Uint8Array[] = []
  const bytes = input.size === undefined ? input.chunks() : await input.read(0, input.size)
  for await (const chunk of chunksOf(bytes)) chunks.push(Buffer.from(chunk))
  await input.close?.()
  return Buffer.concat(chunks).toString()
}

async function pathOf(text: string): Promise<string> {
  const path = join(await temporaryFolder(), 'file')
  await writeFile(path, text)
  return path
}

/** `TEXT` in the middle of a larger memory. */
function inside(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(`__${TEXT}__`).buffer, 2, 10)
}

describe('openInput', () => {
  it.each<[string, () => unknown]>([
    ['the path of a file', () => pathOf(TEXT)],
    ['a Buffer', () => Buffer.from(TEXT)],
    ['a Uint8Array in the middle of its memory', inside],
    ['a Uint16Array', () => new Uint16Array(Uint8Array.from(inside()).buffer)],
    ['a DataView', () => new DataView(inside().buffer, 2, 10)],
    ['an ArrayBuffer', () => Uint8Array.from(inside()).buffer],
    ['a Blob', () => new Blob([TEXT])],
    ['a File', () => new File([TEXT], 'name')],
    ['a source of one’s own', () => ({ size: 10, read: () => new Blob([TEXT]) })],
  ])('knows the size of %s, and its bytes', async (_what, file) => {
    const input = await openInput(client, await file())
    expect(input.size).toBe(10)
    expect(await textOf(input)).toBe(TEXT)
  })

  it.each<[string, () => unknown]>([
    ['a stream of Node', () => Readable.from([Buffer.from(TEXT)])],
    ['a stream from a file', async () => createReadStream(await pathOf(TEXT))],
    ['a stream of the web', () => new Blob([TEXT]).stream()],
    ['an async generator', () => generator()],
  ])('reads %s, whose size nobody knows', async (_what, file) => {
    const input = await openInput(client, await file())
    expect(input.size).toBeUndefined()
    expect(await textOf(input)).toBe(TEXT)
  })

  it('reads an iterable of chunks, as its type says', async () => {
    expect(
      await textOf(await openInput(client, [Buffer.from('01234'), Buffer.from('56789')])),
    ).toBe(TEXT)
  })

  it('closes a stream that is not read', async () => {
    const stream = Readable.from([Buffer.from(TEXT)])
    const input = await openInput(client, stream)
    await input.close?.()
    expect(stream.destroyed).toBe(true)
  })

  it.each([
    [undefined, 'got undefined'],
    [null, 'got null'],
    [5, 'got 5'],
    [{}, 'got an object of type Object'],
    [{ path: '/multer/file' }, 'got an object of type Object'],
    [{ size: 5 }, 'got an object of type Object'],
    [{ size: '5', read() {} }, 'got an object of type Object'],
    [() => {}, 'got a function'],
  ])('refuses %j, and says what it takes', async (file, got) => {
    const error = await rejection(openInput(client, file))
    expect(error).toMatchObject({ name: 'InvalidArgumentError' })
    expect(error.message).toMatch(/^`file` must be a path, a Buffer, .* a stream/)
    expect(error.message.endsWith(got)).toBe(true)
  })

  it('refuses a folder and a file that is not there', async () => {
    const folder = await temporaryFolder()
    expect((await rejection(openInput(client, folder))).message).toBe(`${folder} is not file`)
    expect(await rejection(openInput(client, join(folder, 'nothing')))).toMatchObject({
      code: 'ENOENT',
    })
  })
})

async function* generator(): AsyncGenerator<Uint8Array> {
  yield Buffer.from(TEXT.slice(0, 5))
  yield Buffer.from(TEXT.slice(5))
}
