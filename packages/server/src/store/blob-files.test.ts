import {
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { BlobFiles } from './blob-files.ts'
import { type DataFolder, openDataFolder } from './data-folder.ts'
import type { Blob } from './store.ts'
import { arriving, collect } from './store-samples.contract.ts'
import { disk } from './watched-fs.contract.ts'

vi.mock('node:fs/promises', async (importOriginal) => {
  const { watchedFs } = await import('./watched-fs.contract.ts')
  return watchedFs(await importOriginal())
})

function kindOf(path: string): string {
  if (/incoming.\w+$/.test(path)) return 'incoming'
  if (/blobs.\w\w.\w+$/.test(path)) return 'blob'
  return /blobs.\w\w$/.test(path) ? 'shelf' : 'folder'
}

describe('BlobFiles', () => {
  let dir: string
  let folder: DataFolder
  let files: BlobFiles

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'oss-local-'))
    folder = await openDataFolder(dir)
    files = new BlobFiles(folder)
    Object.assign(disk, { asked: [], failing: '', takes: undefined, nameOf: kindOf })
  })

  afterEach(() => rm(dir, { recursive: true }))

  const pathOf = ({ id }: Pick<Blob, 'id'>) => join(folder.blobs, id.slice(0, 2), id)
  const whole = ({ id, size }: Blob) => [{ id, start: 0, end: size }]
  const filesThere = async () => {
    const entries = await readdir(dir, { recursive: true, withFileTypes: true })
    const ours = entries.filter((entry) => entry.isFile() && /^\w{32}$/.test(entry.name))
    return ours.map(({ name }) => name)
  }

  it('has the bytes on the disk before they get their name, and the name before it says so', async () => {
    await files.write(arriving('text'))
    expect(disk.asked.filter((operation) => !/^(open|close)/.test(operation))).toEqual([
      'write incoming',
      'sync incoming',
      'sync folder',
      'rename incoming to blob',
      'sync shelf',
    ])
  })

  it.each([
    'open incoming',
    'write incoming',
    'sync incoming',
    'close incoming',
    'sync folder',
    'rename incoming to blob',
    'open shelf',
    'sync shelf',
  ])('leaves nothing when the disk refuses to %s, and goes on afterwards', async (operation) => {
    disk.failing = operation
    await expect(files.write(arriving('text'))).rejects.toThrow('No space left')
    expect(await filesThere()).toEqual([])
    disk.failing = ''
    const blob = await files.write(arriving('text'))
    expect(await filesThere()).toEqual([blob.id])
  })

  it('leaves nothing when the body fails', async () => {
    async function* failing() {
      yield Buffer.alloc(300_000)
      throw new Error('The client went away.')
    }
    await expect(files.write(failing())).rejects.toThrow('went away')
    expect(await filesThere()).toEqual([])
    expect(disk.asked).toContain('close incoming')
  })

  it('writes all of it when the disk takes only a few bytes at a time', async () => {
    disk.takes = 3
    const blob = await files.write(arriving('more than three bytes'))
    expect(String(await collect(files.read(whole(blob))))).toBe('more than three bytes')
  })

  it('keeps bytes from other users', async () => {
    const blob = await files.write(arriving('text'))
    expect((await stat(pathOf(blob))).mode & 0o777).toBe(0o600)
  })

  it('throws instead of ending early when a file is shorter than it was', async () => {
    const blob = await files.write(arriving('text'))
    await truncate(pathOf(blob), 3)
    const reader = files.read(whole(blob))
    expect(String((await reader.next()).value)).toBe('tex')
    await expect(reader.next()).rejects.toThrow('ends at byte 3, but must have 4')
    await rm(pathOf(blob))
    await expect(collect(files.read(whole(blob)))).rejects.toThrow('cannot be opened')
  })

  it('deletes a blob when its last reader is through', async () => {
    const blob = await files.write(arriving('text'))
    const readers = [files.read(whole(blob)), files.read(whole(blob))] as const
    await files.remove([blob.id])
    expect(await filesThere()).toEqual([blob.id])
    await readers[0].return?.()
    expect(String(await collect(readers[1]))).toBe('text')
    expect(await filesThere()).toEqual([])
  })

  it('closes the file when a reader stops early', async () => {
    const blob = await files.write(arriving('x'.repeat(600_000)))
    for await (const _ of files.read(whole(blob))) break
    expect(disk.asked.at(-1)).toBe('close blob')
  })

  describe('at the start', () => {
    it('deletes unfinished files and blobs without a name, and nothing else', async () => {
      const [named, unnamed] = [await files.write(arriving('a')), await files.write(arriving('b'))]
      const id = 'ab'.repeat(16)
      const kept = [
        join(folder.blobs, 'ab', 'notes.txt'),
        join(folder.blobs, 'ab', `${id}.bak`),
        join(folder.blobs, id),
        join(folder.incoming, 'upload.tmp'),
      ]
      await mkdir(join(folder.blobs, 'ab'), { recursive: true })
      for (const path of [...kept, join(folder.incoming, id)]) await writeFile(path, '')

      await files.sweep((id) => id === named.id)

      for (const path of [...kept, pathOf(named)]) await stat(path)
      await expect(stat(pathOf(unnamed))).rejects.toThrow('ENOENT')
      await expect(stat(join(folder.incoming, id))).rejects.toThrow('ENOENT')
    })

    it('does not follow planted links', async () => {
      const outside = join(dir, 'outside')
      await mkdir(outside)
      const victim = join(outside, 'ee'.repeat(16))
      await writeFile(victim, 'secret')
      await symlink(outside, join(folder.blobs, 'ee'))
      await mkdir(join(folder.blobs, 'aa'), { recursive: true })
      const linked = 'aa'.repeat(16)
      await symlink(victim, join(folder.blobs, 'aa', linked))

      await files.sweep(() => false)

      expect((await stat(victim)).size).toBe(6)
      expect((await lstat(join(folder.blobs, 'aa', linked))).isSymbolicLink()).toBe(true)
      const reader = files.read([{ id: linked, start: 0, end: 6 }])
      await expect(reader.next()).rejects.toThrow('cannot be opened')
    })
  })
})
