import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openDataFolder } from './data-folder.ts'
import { disk } from './watched-fs.contract.ts'

vi.mock('node:fs/promises', async (importOriginal) => {
  const { watchedFs } = await import('./watched-fs.contract.ts')
  return watchedFs(await importOriginal())
})

describe('openDataFolder', () => {
  let parent: string
  let dir: string

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'oss-local-'))
    dir = join(parent, 'not', 'there')
    Object.assign(disk, { asked: [], nameOf: (path: string) => relative(parent, path) })
  })

  afterEach(() => rm(parent, { recursive: true }))

  it('creates what is missing, for this user only', async () => {
    const folder = await openDataFolder(dir)
    for (const path of [dir, folder.blobs, folder.incoming, folder.metadata]) {
      expect((await stat(path)).mode & 0o777).toBe(0o700)
    }
    expect(await readFile(join(dir, 'oss-local.json'), 'utf8')).toBe('{"format":1}\n')
    await folder.unlock()
  })

  it('has on the disk what it created, and the format before anything can depend on it', async () => {
    await (await openDataFolder(dir)).unlock()
    const format = join('not', 'there', 'oss-local.json')
    expect(disk.asked.filter((operation) => /^(sync|rename|write)/.test(operation))).toEqual([
      'sync not',
      'sync ',
      `writeFile ${format}.new`,
      `sync ${format}.new`,
      `rename ${format}.new to ${format}`,
      `sync ${dirname(format)}`,
    ])
  })

  it('opens a folder again and leaves unknown files in it alone', async () => {
    await (await openDataFolder(dir)).unlock()
    await writeFile(join(dir, 'mine.txt'), 'text')
    await (await openDataFolder(dir)).unlock()
    expect(await readFile(join(dir, 'mine.txt'), 'utf8')).toBe('text')
  })

  it('is not stopped by a start that was cut short', async () => {
    await mkdir(dir, { recursive: true })
    await writeFile(join(dir, 'oss-local.json.new'), '{"form')
    await (await openDataFolder(dir)).unlock()
    expect(await readFile(join(dir, 'oss-local.json'), 'utf8')).toBe('{"format":1}\n')
  })

  it.each([
    ['{"format":2}', /newer oss-local \(format 2; this one reads 1\)/],
    ['{"format":0}', /which format/],
    ['{"format":"1"}', /which format/],
    ['null', /which format/],
    ['', /which format/],
  ])('refuses a folder whose format is %s, and changes nothing', async (text, message) => {
    await mkdir(dir, { recursive: true })
    await writeFile(join(dir, 'oss-local.json'), text)
    await expect(openDataFolder(dir)).rejects.toThrow(message)
    expect(await readdir(dir)).toEqual(['oss-local.json'])
    expect(await readFile(join(dir, 'oss-local.json'), 'utf8')).toBe(text)
  })

  it.each(['blobs', 'incoming', 'metadata'])('refuses a link in the place of %s', async (name) => {
    await mkdir(dir, { recursive: true })
    await symlink(parent, join(dir, name))
    await expect(openDataFolder(dir)).rejects.toThrow(`${name} must be a folder, not a link`)
  })

  it('does not write through a link planted where the format goes', async () => {
    await mkdir(dir, { recursive: true })
    await symlink(join(parent, 'victim'), join(dir, 'oss-local.json.new'))
    await (await openDataFolder(dir)).unlock()
    expect(await readdir(parent)).not.toContain('victim')
  })
})
