import { randomBytes } from 'node:crypto'
import {
  chmod,
  copyFile,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { CHECKPOINT, checkpointStoreContract } from '../upload/checkpoint-store.contract.ts'
import { checkpointsIn, fileCheckpoints } from './file-checkpoints.ts'
import {
  failingDisk,
  recordingDisk,
  SECOND,
  save,
  saveIn,
  startProcess,
  temporaryFolder,
} from './testing-checkpoints.contract.ts'

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
    ['1 GiB', (path) => truncate(path, 1024 ** 3)],
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
