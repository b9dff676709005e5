import { lstat, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createFile, writeDurably } from './durable-file.ts'
import {
  failingDisk,
  recordingDisk,
  setUmask,
  temporaryFolder,
} from './testing-checkpoints.contract.ts'

describe('writeDurably', () => {
  it('syncs the file before it gets its name, and the folder after', async () => {
    const folder = temporaryFolder()
    const disk = recordingDisk()
    await writeDurably(join(folder, 'a'), 'new', disk)
    expect(disk.log).toEqual([
      'write draft',
      'fsync draft',
      'rename draft a',
      `fsync ${folder.split('/').at(-1)}`,
    ])
    expect(await readFile(join(folder, 'a'), 'utf8')).toBe('new')
  })

  it('uses another draft each time, so that two at once do not mix', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'a')
    const texts = Array.from({ length: 10 }, (_, index) => `${index}`.repeat(100_000))
    await Promise.all(texts.map((text) => writeDurably(path, text)))
    expect(texts).toContain(await readFile(path, 'utf8'))
    expect(await readdir(folder)).toEqual(['a'])
  })

  it.each([
    ['write', 'ENOSPC'],
    ['sync', 'EIO'],
    ['rename', 'EROFS'],
  ] as const)('leaves the old file and no draft when %s fails with %s', async (fault, code) => {
    const folder = temporaryFolder()
    const path = join(folder, 'a')
    await writeFile(path, 'the old text')
    await expect(
      writeDurably(path, 'the new text', failingDisk(fault, code)),
    ).rejects.toMatchObject({ code })
    expect(await readFile(path, 'utf8')).toBe('the old text')
    expect(await readdir(folder)).toEqual(['a'])
  })

  it('rejects when the folder could not be synced: the name may be gone after a power cut', async () => {
    const path = join(temporaryFolder(), 'a')
    const disk = recordingDisk()
    const failing = failingDisk('sync', 'EIO')
    const disks = {
      ...disk,
      open: (...parts: Parameters<typeof disk.open>) => {
        const from = parts[1] === 'r' ? failing : disk
        return from.open(...parts)
      },
    }
    await expect(writeDurably(path, 'new', disks)).rejects.toMatchObject({ code: 'EIO' })
  })
})

describe('createFile', () => {
  it('never writes over a file, nor where a planted link points', async () => {
    const folder = temporaryFolder()
    await writeFile(join(folder, 'victim'), 'precious')
    await symlink(join(folder, 'victim'), join(folder, 'to-victim'))
    await symlink(join(folder, 'not-yet'), join(folder, 'to-nothing'))
    for (const name of ['victim', 'to-victim', 'to-nothing']) {
      await expect(createFile(join(folder, name), 'overwritten')).rejects.toMatchObject({
        code: expect.stringMatching(/EEXIST|ELOOP/),
      })
    }
    expect(await readFile(join(folder, 'victim'), 'utf8')).toBe('precious')
    expect((await readdir(folder)).sort()).toEqual(['to-nothing', 'to-victim', 'victim'])
  })

  it('is for its owner’s eyes alone, from the first moment on', async () => {
    const path = join(temporaryFolder(), 'a')
    setUmask(0)
    const disk = recordingDisk()
    const modes: number[] = []
    await createFile(path, 'text', {
      ...disk,
      async open(...parts) {
        const file = await disk.open(...parts)
        modes.push((await file.stat()).mode & 0o777)
        return file
      },
    })
    expect([...modes, (await lstat(path)).mode & 0o777]).toEqual([0o600, 0o600])
  })
})
