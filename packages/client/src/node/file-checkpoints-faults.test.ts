import { chmod, chown, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CHECKPOINT } from '../upload/checkpoint-store.contract.ts'
import { fileCheckpoints } from './file-checkpoints.ts'
import {
  mountDisk,
  run,
  SECOND,
  save,
  startProcess,
  temporaryFolder,
} from './testing-checkpoints.contract.ts'

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

  it('share out what a killed one leaves: each upload to one of forty claims of twenty processes', async () => {
    const folder = temporaryFolder()
    const keys = Array.from({ length: 5 }, (_, index) => `upload ${index}`)
    const killed = await startProcess(folder)
    for (const key of keys) await killed.tell('claim', key)
    await killed.kill()
    const heirs = await Promise.all(Array.from({ length: 20 }, () => startProcess(folder)))
    for (const key of keys) {
      const answers = (await Promise.all(heirs.map((heir) => heir.tell('contend', key)))).flat()
      expect(answers.sort()).toEqual([...Array(39).fill('CheckpointBusyError'), 'claimed'])
    }
    expect(await readdir(folder)).toHaveLength(keys.length)
  })

  it('leave a whole checkpoint, old or new, at whatever moment one is killed', async () => {
    const folder = temporaryFolder()
    const large = { ...CHECKPOINT, name: 'n'.repeat(1_000_000) }
    await save(folder, 'a', large)
    for (let round = 0; round < 5; round++) {
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
    run('mount', '-o', 'remount,ro', disk)
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

/** Writes until the disk is full. */
async function fill(path: string): Promise<void> {
  await expect(writeFile(path, Buffer.alloc(1_000_000))).rejects.toMatchObject({ code: 'ENOSPC' })
}
