import { execFileSync } from 'node:child_process'
import { readdirSync, readlinkSync } from 'node:fs'
import { open, rename, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { rejection, temporaryFolder } from '../client/testing.contract.ts'
import { chunksOf } from '../oss/body.ts'
import { MiB } from '../oss/limits.ts'
import type { Source } from '../upload/source.ts'
import { fileSource } from './file-source.ts'

const CONTENT = Buffer.from('0123456789')
/** Longer than what is read at once, and no multiple of it. */
const LARGE = Buffer.alloc(2 * MiB + 5, '0123456789abcdefg')

async function fileOf(content: Uint8Array): Promise<string> {
  const path = join(await temporaryFolder(), 'file.bin')
  await writeFile(path, content)
  return path
}

async function opened(path: string): Promise<Source> {
  const source = await fileSource(path)
  onTestFinished(() => source.close?.())
  return source
}

/** The chunks are copied as they come: their memory is used again for the next one. */
async function read(source: Source, start: number, end: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of chunksOf(await source.read(start, end))) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

describe('fileSource', () => {
  it('knows the size of the file and gives any range of it, as often as it is asked', async () => {
    const source = await opened(await fileOf(CONTENT))
    expect(source.size).toBe(10)
    expect(await read(source, 0, 10)).toEqual(CONTENT)
    expect(await read(source, 3, 7)).toEqual(CONTENT.subarray(3, 7))
    expect(await read(source, 3, 7)).toEqual(CONTENT.subarray(3, 7))
    expect(await read(source, 9, 10)).toEqual(CONTENT.subarray(9))
    expect(await read(source, 4, 4)).toHaveLength(0)
  })

  it('gives ranges that are longer than what is read at once, several at a time', async () => {
    const source = await opened(await fileOf(LARGE))
    const ranges: [number, number][] = [
      [0, LARGE.length],
      [1, MiB + 1],
      [MiB - 1, LARGE.length - 1],
    ]
    const results = await Promise.all(ranges.map(([start, end]) => read(source, start, end)))
    for (const [index, [start, end]] of ranges.entries()) {
      expect(results[index]?.equals(LARGE.subarray(start, end))).toBe(true)
    }
  })

  it('reads into the memory of what was read to its end, and of nothing else', async () => {
    const source = await opened(await fileOf(CONTENT))
    const memoryOf = async (start: number, end: number, toItsEnd = true) => {
      let memory: unknown
      for await (const chunk of chunksOf(await source.read(start, end))) {
        memory = chunk.buffer
        if (!toItsEnd) break
      }
      return memory
    }
    const first = await memoryOf(0, 4)
    expect(await memoryOf(4, 8)).toBe(first)
    const [one, other] = await Promise.all([memoryOf(0, 4), memoryOf(4, 8)])
    expect(one).not.toBe(other)
    const brokenOff = await memoryOf(0, 10, false)
    expect(await memoryOf(0, 10)).not.toBe(brokenOff)
  })

  it('opens an empty file', async () => {
    const source = await opened(await fileOf(Buffer.alloc(0)))
    expect(source.size).toBe(0)
    expect(await read(source, 0, 0)).toHaveLength(0)
  })

  it('gives what there is of a file that was made shorter, and no more', async () => {
    const path = await fileOf(CONTENT)
    const source = await opened(path)
    await truncate(path, 4)
    expect(await read(source, 0, 10)).toEqual(CONTENT.subarray(0, 4))
    expect(await read(source, 6, 10)).toHaveLength(0)
  })

  it('goes on with the file it opened when another one takes its name', async () => {
    const path = await fileOf(CONTENT)
    const source = await opened(path)
    const other = `${path}.new`
    await writeFile(other, 'something else')
    await rename(other, path)
    expect(await read(source, 0, 10)).toEqual(CONTENT)
  })

  describe('version', () => {
    it('stays the same as long as nobody touches the file', async () => {
      const source = await opened(await fileOf(CONTENT))
      const version = await source.version?.()
      await read(source, 0, 10)
      expect(await source.version?.()).toBe(version)
    })

    it.each([
      ['longer', Buffer.from('0123456789+'), 'had 10 bytes and now has 11'],
      ['shorter', Buffer.from('01234'), 'had 10 bytes and now has 5'],
    ])('is an error when the file is %s', async (_how, content, said) => {
      const path = await fileOf(CONTENT)
      const source = await opened(path)
      await writeFile(path, content)
      const error = await rejection(Promise.resolve(source.version?.()))
      expect(error).toMatchObject({ name: 'SourceChangedError', code: 'SourceChangedError' })
      expect(error.message).toContain(`${path} ${said}`)
    })

    it('is another one with other bytes of the same number, also when their date is put back', async () => {
      const path = await fileOf(CONTENT)
      await utimes(path, 1_700_000_000, 1_700_000_000)
      const source = await opened(path)
      const version = await source.version?.()
      // The clock that file systems write down moves in steps of up to 10 ms.
      await pause(20)
      await writeFile(path, 'abcdefghij')
      await utimes(path, 1_700_000_000, 1_700_000_000)
      expect(await source.version?.()).not.toBe(version)
    })

    it('tells times of change apart that differ by less than a millisecond', async () => {
      const path = await fileOf(CONTENT)
      await utimes(path, 1_700_000_000.0001, 1_700_000_000.0001)
      const source = await opened(path)
      const version = await source.version?.()
      await utimes(path, 1_700_000_000.0002, 1_700_000_000.0002)
      expect(await source.version?.()).not.toBe(version)
    })

    it('is another one for the same bytes in another file', async () => {
      const [one, other] = [await fileOf(CONTENT), await fileOf(CONTENT)]
      const versions = [one, other].map(async (path) => (await opened(path)).version?.())
      expect(new Set(await Promise.all(versions)).size).toBe(2)
    })
  })

  describe('refuses before anything is sent', () => {
    it('a file that is not there, with the error of the system', async () => {
      const path = join(await temporaryFolder(), 'nothing')
      expect(await rejection(fileSource(path))).toMatchObject({
        code: 'ENOENT',
        syscall: 'open',
        path,
      })
    })

    it('a folder, in the words of ali-oss', async () => {
      const folder = await temporaryFolder()
      expect(await rejection(fileSource(folder))).toMatchObject({
        name: 'InvalidArgumentError',
        message: `${folder} is not file`,
      })
    })

    it.skipIf(process.platform === 'win32')('a device', async () => {
      expect(await rejection(fileSource('/dev/null'))).toMatchObject({
        message: '/dev/null is not file',
      })
    })

    it.skipIf(process.platform === 'win32')('a pipe, without waiting for a writer', async () => {
      const path = join(await temporaryFolder(), 'pipe')
      execFileSync('mkfifo', [path])
      const refused = rejection(fileSource(path))
      const outcome = await Promise.race([refused, pause(150, new Error('Still waiting'))])
      // Lets go of whoever still waits: nothing else would.
      await (await open(path, 'r+')).close()
      await refused
      expect(outcome.message).toBe(`${path} is not file`)
    })

    it.skipIf(process.getuid?.() === 0)('a file that may not be read (not as root)', async () => {
      const path = await fileOf(CONTENT)
      execFileSync('chmod', ['000', path])
      expect(await rejection(fileSource(path))).toMatchObject({ code: 'EACCES', path })
    })
  })

  it('reads no more once it is closed', async () => {
    const source = await fileSource(await fileOf(CONTENT))
    await source.close?.()
    expect(await rejection(read(source, 0, 10))).toMatchObject({ code: 'EBADF' })
  })

  it.skipIf(process.platform !== 'linux')('leaves no file open', async () => {
    const path = await fileOf(CONTENT)
    const folder = await temporaryFolder()
    const source = await fileSource(path)
    expect(openFiles()).toContain(path)
    await source.close?.()
    await rejection(fileSource(folder))
    expect(openFiles()).not.toContain(path)
    expect(openFiles()).not.toContain(folder)
  })
})

/** The paths of what this process has open. Those that are closed meanwhile are left out. */
function openFiles(): string[] {
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`)
    } catch {
      return []
    }
  })
}
