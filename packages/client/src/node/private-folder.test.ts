import { chmod, chown, lstat, mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isPrivateFolder, openPrivateFolder } from './private-folder.ts'
import { recordingDisk, setUmask, temporaryFolder } from './testing-checkpoints.contract.ts'

const REFUSED = { name: 'CheckpointFolderError', code: 'CheckpointFolderError' }

describe('openPrivateFolder', () => {
  it.each(['000', '022', '777'])(
    'creates all of it for the owner alone, with umask %s',
    async (mask) => {
      const parent = temporaryFolder()
      setUmask(Number.parseInt(mask, 8))
      // Only the superuser gets into a folder whose mode the umask has emptied.
      const names = mask === '777' ? ['a'] : ['a', 'a/b', 'a/b/c']
      await openPrivateFolder(join(parent, names.at(-1) ?? ''))
      for (const name of names) {
        expect((await lstat(join(parent, name))).mode & 0o777, name).toBe(0o700)
      }
    },
  )

  it('makes every folder it creates outlive a power cut', async () => {
    const parent = temporaryFolder()
    const disk = recordingDisk()
    await openPrivateFolder(join(parent, 'a/b/c'), disk)
    expect(disk.log).toEqual(['fsync b', 'fsync a', `fsync ${parent.split('/').at(-1)}`])
  })

  it('is nobody else’s from the first moment on', async () => {
    const parent = temporaryFolder()
    setUmask(0)
    const modes: number[] = []
    const disk = recordingDisk()
    await openPrivateFolder(join(parent, 'a/b'), {
      ...disk,
      // Called when modes have been set as far as `b`: what `a` has, it was created with.
      async open(...parts) {
        modes.push((await lstat(join(parent, 'a'))).mode & 0o777)
        return disk.open(...parts)
      },
    })
    expect(modes).toEqual([0o700, 0o700])
  })

  it('takes a folder as it is, and leaves its mode alone', async () => {
    const folder = temporaryFolder()
    await chmod(folder, 0o755)
    await openPrivateFolder(folder)
    expect((await lstat(folder)).mode & 0o777).toBe(0o755)
  })

  it('refuses a symbolic link, to a folder or to nothing', async () => {
    const parent = temporaryFolder()
    await mkdir(join(parent, 'elsewhere'), 0o700)
    await symlink('elsewhere', join(parent, 'link'))
    await symlink('nowhere', join(parent, 'dangling'))
    for (const name of ['link', 'dangling']) {
      const opened = openPrivateFolder(join(parent, name))
      await expect(opened).rejects.toMatchObject(REFUSED)
      await expect(opened).rejects.toThrow(`${join(parent, name)} is a symbolic link`)
    }
    expect((await readdir(parent)).sort()).toEqual(['dangling', 'elsewhere', 'link'])
  })

  it('refuses a file', async () => {
    const path = join(temporaryFolder(), 'a')
    await writeFile(path, '')
    await expect(openPrivateFolder(path)).rejects.toMatchObject(REFUSED)
  })

  it('refuses a folder that everybody can write to, with the sticky bit or without', async () => {
    const folder = temporaryFolder()
    for (const mode of [0o777, 0o1777, 0o702]) {
      await chmod(folder, mode)
      await expect(openPrivateFolder(folder)).rejects.toThrow('can be written to by everybody')
    }
  })

  it.skipIf(process.platform === 'win32')('refuses a folder of somebody else', async () => {
    const folder = process.geteuid?.() === 0 ? temporaryFolder() : '/usr'
    if (folder !== '/usr') await chown(folder, 65_534, 65_534)
    await expect(openPrivateFolder(folder)).rejects.toThrow('belongs to somebody else')
  })
})

describe('isPrivateFolder', () => {
  it('says when there is nothing, and creates nothing', async () => {
    const parent = temporaryFolder()
    expect(await isPrivateFolder(join(parent, 'a'))).toBe(false)
    expect(await readdir(parent)).toEqual([])
  })
})
