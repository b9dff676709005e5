import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmod,
  chown,
  copyFile,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Checkpoint } from '../upload/checkpoint.ts'
import { CHECKPOINT, checkpointStoreContract } from '../upload/checkpoint-store.contract.ts'
import { checkpointsIn, fileCheckpoints } from './file-checkpoints.ts'
import {
  failingDisk,
  mountDisk,
  recordingDisk,
  startProcess,
  temporaryFolder,
} from './testing-checkpoints.contract.ts'

const SECOND = { ...CHECKPOINT, uploadId: 'second' }

checkpointStoreContract('fileCheckpoints', () =>
  fileCheckpoints(join(temporaryFolder(), 'checkpoints')),
)

describe('the files of fileCheckpoints', () => {
  it('are one for each upload, named by a hash, gone with the checkpoint', async () => {
    const folder = temporaryFolder()
    await save(folder, '../../a')
    await save(folder, 'b')
    const names = await readdir(folder)
    expect(names).toHaveLength(2)
    for (const name of names) expect(name).toMatch(/^[0-9a-f]{64}\.json$/)
    await fileCheckpoints(folder).remove('b')
    await fileCheckpoints(folder).remove('../../a')
    expect(await readdir(folder)).toEqual([])
  })

  it('are for their owner’s eyes alone, in a folder of the same kind, whatever the umask', async () => {
    for (const mask of [0o000, 0o777]) {
      const folder = join(temporaryFolder(), 'checkpoints')
      const other = await startProcess(folder)
      await other.tell('umask', `${mask.toString(8)}`)
      await other.tell('claim', 'a')
      await other.tell('save', 'a', CHECKPOINT)
      expect((await lstat(folder)).mode & 0o7777).toBe(0o700)
      const names = await readdir(folder)
      expect(names).toHaveLength(2)
      for (const name of names) {
        expect((await lstat(join(folder, name))).mode & 0o7777, name).toBe(0o600)
      }
    }
  })

  it('are on the disk before they have their name, and their name before save resolves', async () => {
    const folder = join(temporaryFolder(), 'checkpoints')
    const disk = recordingDisk()
    const claim = await checkpointsIn(() => folder, disk).claim('a')
    expect(disk.log).toHaveLength(1)
    await claim.save(CHECKPOINT)
    expect(disk.log.slice(1)).toEqual([
      'write draft',
      'fsync draft',
      expect.stringMatching(/^rename draft [0-9a-f]{64}\.json$/),
      'fsync checkpoints',
    ])
  })

  it.each(['write', 'sync', 'rename'] as const)(
    'keep the old checkpoint, and no draft, when the disk fails to %s',
    async (fault) => {
      const folder = temporaryFolder()
      await save(folder, 'a')
      const claim = await checkpointsIn(() => folder, failingDisk(fault, 'EIO')).claim('a')
      await expect(claim.save(SECOND)).rejects.toMatchObject({ code: 'EIO' })
      expect(await claim.load()).toEqual(CHECKPOINT)
      await claim.release()
      expect(await readdir(folder)).toHaveLength(1)
    },
  )

  it('are swept when they were left half written more than a day ago, and no others are', async () => {
    const folder = temporaryFolder()
    const name = await save(folder, 'a')
    const uuid = '00000000-0000-4000-8000-000000000000'
    const old = new Date(Date.now() - 25 * 60 * 60 * 1_000)
    const leftOver = [`${name}.${uuid}.tmp`, `${name.replace('json', 'lock')}.${uuid}.tmp`]
    const others = ['notes.txt', `${uuid}.tmp`, `${name}.tmp`, name]
    const young = `${name}.${uuid.replace('4', '5')}.tmp`
    for (const file of [...leftOver, ...others, young]) {
      if (file !== name) await writeFile(join(folder, file), 'half')
      if (file !== young) await utimes(join(folder, file), old, old)
    }
    await (await fileCheckpoints(folder).claim('b')).release()
    expect((await readdir(folder)).sort()).toEqual([...others, young].sort())
  })
})

describe('the folder of fileCheckpoints', () => {
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  it('is the one of XDG_STATE_HOME', async () => {
    const state = temporaryFolder()
    vi.stubEnv('XDG_STATE_HOME', state)
    await saveIn(fileCheckpoints(), 'a')
    expect(await readdir(join(state, 'oss-multipart/checkpoints'))).toHaveLength(1)
  })

  it.each([undefined, '', 'relative'])('is below the home when that is %j', async (state) => {
    const home = temporaryFolder()
    vi.stubEnv('XDG_STATE_HOME', state)
    vi.stubEnv('HOME', home)
    expect(homedir()).toBe(home)
    await saveIn(fileCheckpoints(), 'a')
    expect(await readdir(join(home, '.oss-multipart/checkpoints'))).toHaveLength(1)
    for (const made of ['.oss-multipart', '.oss-multipart/checkpoints']) {
      expect((await lstat(join(home, made))).mode & 0o777).toBe(0o700)
    }
  })

  it('stays where it was when the process goes elsewhere', async () => {
    const folder = temporaryFolder()
    const before = process.cwd()
    process.chdir(folder)
    try {
      const store = fileCheckpoints('checkpoints')
      process.chdir(before)
      await saveIn(store, 'a')
    } finally {
      process.chdir(before)
    }
    expect(await readdir(join(folder, 'checkpoints'))).toHaveLength(1)
  })

  it('is not created by looking into it', async () => {
    const folder = join(temporaryFolder(), 'checkpoints')
    expect(await fileCheckpoints(folder).list()).toEqual([])
    await expect(lstat(folder)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('is refused as a link, with a slash at its end as well, and when everybody writes to it', async () => {
    const parent = temporaryFolder()
    await mkdir(join(parent, 'open'))
    await chmod(join(parent, 'open'), 0o777)
    await mkdir(join(parent, 'private'), 0o700)
    await symlink('private', join(parent, 'link'))
    for (const name of ['open', 'link', 'link/']) {
      const store = fileCheckpoints(`${parent}/${name}`)
      for (const ask of [() => store.claim('a'), () => store.list(), () => store.remove('a')]) {
        await expect(ask()).rejects.toMatchObject({ name: 'CheckpointFolderError' })
      }
    }
    expect(await readdir(join(parent, 'private'))).toEqual([])
  })
})

describe('what fileCheckpoints does not believe', () => {
  it.each<[string, (path: string) => Promise<unknown>]>([
    ['an empty file', (path) => writeFile(path, '')],
    ['noise', (path) => writeFile(path, randomBytes(1_000))],
    ['zeros', (path) => writeFile(path, Buffer.alloc(4_096))],
    ['half a file', async (path) => writeFile(path, (await readFile(path)).subarray(0, 200))],
    ['5 MB', (path) => writeFile(path, ' '.repeat(5_000_000))],
    ['a folder', (path) => rm(path).then(() => mkdir(path))],
    [
      'a link to the true one',
      (path) => rename(path, `${path}.b`).then(() => symlink(`${path}.b`, path)),
    ],
  ])('%s counts as absent', async (_, spoil) => {
    const folder = temporaryFolder()
    await spoil(join(folder, await save(folder, 'a')))
    await save(folder, 'b')
    const store = fileCheckpoints(folder)
    expect((await store.list()).map(({ key }) => key)).toEqual(['b'])
    const claim = await store.claim('a')
    expect(await claim.load()).toBeUndefined()
    await claim.release()
  })

  it('a true checkpoint that is too large to be read counts as absent', async () => {
    const folder = temporaryFolder()
    await save(folder, 'a', { ...CHECKPOINT, name: 'n'.repeat(4 * 1024 * 1024) })
    expect(await fileCheckpoints(folder).list()).toEqual([])
  })

  it('a checkpoint under the name of another counts as absent', async () => {
    const folder = temporaryFolder()
    const [a, b] = [await save(folder, 'a'), await save(folder, 'b', SECOND)]
    await copyFile(join(folder, a), join(folder, b))
    const store = fileCheckpoints(folder)
    expect(await store.list()).toHaveLength(1)
    expect(await (await store.claim('b')).load()).toBeUndefined()
  })

  it('can be written over and removed like any other', async () => {
    const folder = temporaryFolder()
    await writeFile(join(folder, await save(folder, 'a')), 'noise')
    await save(folder, 'a', SECOND)
    expect(await fileCheckpoints(folder).list()).toMatchObject([{ checkpoint: SECOND }])
    await writeFile(join(folder, await save(folder, 'b')), 'noise')
    await fileCheckpoints(folder).remove('b')
    expect(await readdir(folder)).toHaveLength(1)
  })

  it('leaves room for 10,000 parts', async () => {
    const folder = temporaryFolder()
    const doneParts = Array.from({ length: 10_000 }, (_, index) => ({
      number: index + 1,
      etag: `"${randomBytes(16).toString('hex')}"`,
      size: 5 * 1024 ** 3,
      crc64: `${2n ** 64n - 1n}`,
    }))
    await save(folder, 'a', { ...CHECKPOINT, doneParts })
    expect((await fileCheckpoints(folder).list())[0]?.checkpoint.doneParts).toEqual(doneParts)
  })
})

describe('two processes with one folder', () => {
  it('do not have the same upload at the same time', async () => {
    const folder = temporaryFolder()
    const store = fileCheckpoints(folder)
    const other = await startProcess(folder)
    await other.tell('claim', 'a')
    const refused = store.claim('a')
    await expect(refused).rejects.toMatchObject({ name: 'CheckpointBusyError' })
    await expect(refused).rejects.toThrow(`"a" is in the hands of process ${other.pid}. Wait`)
    await expect(store.remove('a')).rejects.toMatchObject({ name: 'CheckpointBusyError' })
    await other.tell('save', 'a', CHECKPOINT)
    expect(await store.list()).toMatchObject([{ key: 'a', checkpoint: CHECKPOINT }])
    await other.tell('release', 'a')

    const claim = await store.claim('a')
    expect(await claim.load()).toEqual(CHECKPOINT)
    await expect(other.tell('claim', 'a')).rejects.toMatchObject({ code: 'CheckpointBusyError' })
  })

  it('go on with what the other saved before it was killed', async () => {
    const folder = temporaryFolder()
    const other = await startProcess(folder)
    await other.tell('claim', 'a')
    await other.tell('save', 'a', CHECKPOINT)
    await other.kill()
    const claim = await fileCheckpoints(folder).claim('a')
    expect(await claim.load()).toEqual(CHECKPOINT)
    await claim.remove()
    await claim.release()
    expect(await readdir(folder)).toEqual([])
  })

  it('can not tell a dead owner whose number was given away, where no start is known: the message helps', async () => {
    const folder = temporaryFolder()
    const lock = (await save(folder, 'a')).replace('json', 'lock')
    const other = await startProcess(folder)
    await writeFile(join(folder, lock), JSON.stringify({ pid: other.pid }))
    await expect(fileCheckpoints(folder).claim('a')).rejects.toThrow(
      `If that is no upload, remove ${join(folder, lock)}`,
    )
  })

  it('share out what a killed one leaves: each upload to one of ten claims', async () => {
    const folder = temporaryFolder()
    const keys = Array.from({ length: 10 }, (_, index) => `upload ${index}`)
    const killed = await startProcess(folder)
    for (const key of keys) await killed.tell('claim', key)
    await killed.kill()
    const heirs = await Promise.all(Array.from({ length: 5 }, () => startProcess(folder)))
    for (const key of keys) {
      const answers = (await Promise.all(heirs.map((heir) => heir.tell('contend', key)))).flat()
      expect(answers.sort()).toEqual([...Array(9).fill('CheckpointBusyError'), 'claimed'])
    }
    expect(await readdir(folder)).toHaveLength(keys.length)
  })

  it('leave a whole checkpoint, old or new, at whatever moment one is killed', async () => {
    const folder = temporaryFolder()
    const large = { ...CHECKPOINT, name: 'n'.repeat(1_000_000) }
    await save(folder, 'a', large)
    for (let round = 0; round < 8; round++) {
      const other = await startProcess(folder)
      await other.tell('claim', 'a')
      await other.tell('saveForEver', 'a', large)
      await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 20))
      await other.kill()
      const claim = await fileCheckpoints(folder).claim('a')
      const { uploadId, ...rest } = (await claim.load()) ?? expect.unreachable(`round ${round}`)
      expect({ ...rest, uploadId: large.uploadId }).toEqual(large)
      await claim.release()
    }
  })
})

describe('when the disk does not do its part', () => {
  it('is full: save and claim reject with ENOSPC, the old checkpoint stays, and later all is well', async (test) => {
    const disk = mountDisk(test, 'size=64k,mode=700')
    const store = fileCheckpoints(disk)
    const claim = await store.claim('a')
    await claim.save(CHECKPOINT)
    await fill(join(disk, 'filler'))
    await expect(claim.save(SECOND)).rejects.toMatchObject({ code: 'ENOSPC' })
    await expect(store.claim('b')).rejects.toMatchObject({ code: 'ENOSPC' })
    expect(await claim.load()).toEqual(CHECKPOINT)
    expect((await readdir(disk)).filter((name) => name.endsWith('.tmp'))).toEqual([])
    await rm(join(disk, 'filler'))
    await claim.save(SECOND)
    expect(await claim.load()).toEqual(SECOND)
    await claim.release()
    await (await store.claim('b')).release()
  })

  it('is read-only: claim rejects with EROFS, and what is there can still be listed', async (test) => {
    const disk = mountDisk(test, 'size=64k,mode=700')
    await save(disk, 'a')
    remountReadOnly(disk)
    const store = fileCheckpoints(disk)
    await expect(store.claim('a')).rejects.toMatchObject({ code: 'EROFS' })
    expect(await store.list()).toMatchObject([{ key: 'a', checkpoint: CHECKPOINT }])
  })

  it.skipIf(process.platform === 'win32')(
    'may not be written to: claim rejects with EACCES',
    async () => {
      const parent = temporaryFolder()
      await chmod(parent, 0o755)
      const folder = join(parent, 'checkpoints')
      await mkdir(folder, 0o500)
      // To the superuser nothing is forbidden: the other process is somebody else.
      const uid = process.geteuid?.() === 0 ? 65_534 : undefined
      if (uid !== undefined) await chown(folder, uid, uid)
      const other = await startProcess(folder, uid === undefined ? {} : { uid })
      await expect(other.tell('claim', 'a')).rejects.toMatchObject({ code: 'EACCES' })
    },
  )

  it.skipIf(process.platform === 'win32')(
    'has no file descriptor left: save rejects with EMFILE, and giving back needs none',
    async () => {
      const folder = temporaryFolder()
      const other = await startProcess(folder, { descriptors: 64 })
      for (const key of ['a', 'b']) {
        await other.tell('claim', key)
        await other.tell('save', key, CHECKPOINT)
      }
      await other.tell('useUpDescriptors')
      await expect(other.tell('save', 'a', SECOND)).rejects.toMatchObject({ code: 'EMFILE' })
      await expect(other.tell('claim', 'c')).rejects.toMatchObject({ code: 'EMFILE' })
      await other.tell('release', 'a')
      const claim = await fileCheckpoints(folder).claim('a')
      expect(await claim.load()).toEqual(CHECKPOINT)
      await other.tell('freeDescriptors')
      await other.tell('save', 'b', SECOND)
      expect(await other.tell('load', 'b')).toEqual(SECOND)
    },
  )
})

/** The name of the file that it is saved in. */
async function save(folder: string, key: string, checkpoint = CHECKPOINT): Promise<string> {
  const before = await readdir(folder)
  await saveIn(fileCheckpoints(folder), key, checkpoint)
  const after = await readdir(folder)
  return after.find((name) => !before.includes(name)) ?? ''
}

async function saveIn(
  store: ReturnType<typeof fileCheckpoints>,
  key: string,
  checkpoint: Checkpoint = CHECKPOINT,
): Promise<void> {
  const claim = await store.claim(key)
  await claim.save(checkpoint)
  await claim.release()
}

/** Writes until the disk is full. */
async function fill(path: string): Promise<void> {
  await expect(writeFile(path, Buffer.alloc(1_000_000))).rejects.toMatchObject({ code: 'ENOSPC' })
}

function remountReadOnly(folder: string): void {
  execFileSync('mount', ['-o', 'remount,ro', folder])
}
