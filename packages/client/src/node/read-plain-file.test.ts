import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readPlainFile } from './read-plain-file.ts'
import { run, temporaryFolder } from './testing-checkpoints.contract.ts'

describe('readPlainFile', () => {
  it('reads a file up to the limit, and none of a larger one', async () => {
    const path = join(temporaryFolder(), 'a')
    await writeFile(path, '12345')
    expect(await readPlainFile(path, 5)).toBe('12345')
    expect(await readPlainFile(path, 4)).toBeUndefined()
  })

  it('reads nothing through a link, from a folder or from a pipe', async () => {
    const folder = temporaryFolder()
    await writeFile(join(folder, 'a'), 'text')
    await symlink('a', join(folder, 'link'))
    await symlink('link', join(folder, 'loop'))
    await mkdir(join(folder, 'folder'))
    for (const name of ['link', 'loop', 'folder']) {
      expect(await readPlainFile(join(folder, name), 100), name).toBeUndefined()
    }
  })

  it.skipIf(process.platform === 'win32')('does not wait for a writer to a pipe', async () => {
    const path = join(temporaryFolder(), 'pipe')
    run('mkfifo', path)
    expect(await readPlainFile(path, 100)).toBeUndefined()
  })

  it('passes on what the file system says', async () => {
    const path = join(temporaryFolder(), 'missing')
    await expect(readPlainFile(path, 100)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
