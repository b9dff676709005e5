import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDiskStore } from './disk-store.ts'
import { storeContract } from './store.contract.ts'
import { buildProgram, run } from './store-program.contract.ts'
import {
  arriving,
  BUCKET,
  contentOf,
  objectOf,
  storeObject,
  storePart,
  uploadRecord,
} from './store-samples.contract.ts'

storeContract('A disk store', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'oss-local-'))
  let store = await openDiskStore(dir)
  return {
    store,
    async reopen() {
      await store.close()
      store = await openDiskStore(dir)
      return store
    },
    async dispose() {
      await store.close()
      await rm(dir, { recursive: true })
    },
  }
})

/** Fills a disk, here one on which no file may grow beyond a limit, and tells how that went. */
const FULL_DISK = `
  import { openDiskStore } from './disk-store.ts'
  import { arriving, BUCKET, objectRecord, storeObject } from './store-samples.contract.ts'
  const store = await openDiskStore(process.argv[2])
  await store.putBucket(BUCKET)
  const refused = (what) => (error) => console.log(what + ' refused: ' + error.message)

  await storeObject(store, 'before', 'text')
  await store.writeBlob(arriving(Buffer.alloc(4_000_000))).catch(refused('bytes'))
  const blob = await store.writeBlob(arriving('text'))
  const headers = { 'x-oss-meta-large': 'x'.repeat(4_000_000) }
  await Promise.all([
    store.putObject('media', { ...objectRecord('large', [blob]), headers }).catch(refused('record')),
    storeObject(store, 'meanwhile', 'text').catch(refused('others of its time')),
  ])
  await store.discardBlob(blob)
  await storeObject(store, 'after', 'text')
  await store.close()
  console.log('closed')
`

describe('A disk store', () => {
  let dir: string

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'oss-local-'))
  })

  afterEach(() => rm(dir, { recursive: true }))

  const blobFiles = async () => {
    const folders = [join(dir, 'blobs'), join(dir, 'incoming')]
    const entries = await Promise.all(
      folders.map((folder) => readdir(folder, { recursive: true, withFileTypes: true })),
    )
    return entries.flat().filter((entry) => entry.isFile())
  }

  it('gives back the disk space of everything that was replaced, dropped or deleted', async () => {
    const store = await openDiskStore(dir)
    await store.putBucket(BUCKET)
    await storeObject(store, 'a', 'old')
    await storeObject(store, 'a', 'new')
    await store.discardBlob(await store.writeBlob(arriving('discarded')))
    const upload = uploadRecord('a')
    await store.createUpload(upload)
    await storePart(store, upload, 1, 'replaced')
    const part = await storePart(store, upload, 1, 'one')
    await storePart(store, upload, 2, 'dropped')
    expect(await blobFiles()).toHaveLength(3)
    await store.completeUpload(upload, [part], objectOf('a', [part]))
    expect(await blobFiles()).toHaveLength(1)
    await store.createUpload(upload)
    await storePart(store, upload, 1, 'aborted')
    await store.abortUpload(upload)
    expect(await blobFiles()).toHaveLength(1)
    await store.deleteObject(BUCKET.name, 'a')
    expect(await blobFiles()).toEqual([])
    await store.close()
  })

  it('sweeps blobs that were never named when it is opened again', async () => {
    const store = await openDiskStore(dir)
    await store.putBucket(BUCKET)
    await storeObject(store, 'a', 'text')
    await store.writeBlob(arriving('forgotten'))
    await store.close()
    expect(await blobFiles()).toHaveLength(2)
    const again = await openDiskStore(dir)
    expect(await blobFiles()).toHaveLength(1)
    expect(await contentOf(again, 'a')).toBe('text')
    await again.close()
  })

  it('can be open once only, and can be closed twice', async () => {
    const store = await openDiskStore(dir)
    await expect(openDiskStore(dir)).rejects.toThrow('already open')
    await Promise.all([store.close(), store.close()])
    const again = await openDiskStore(dir)
    await store.close()
    await expect(openDiskStore(dir)).rejects.toThrow('already open')
    await again.close()
  })

  it('lets go of the folder when it cannot be opened', async () => {
    const inTheWay = join(dir, 'metadata', 'data.mdb')
    await mkdir(inTheWay, { recursive: true })
    await expect(openDiskStore(dir)).rejects.toThrow('directory')
    await rm(inTheWay, { recursive: true })
    await (await openDiskStore(dir)).close()
  })

  it('finishes what was asked for before it closes, and refuses what comes after', async () => {
    const store = await openDiskStore(dir)
    const put = store.putBucket(BUCKET)
    await store.close()
    await put
    await expect(store.putBucket(BUCKET)).rejects.toThrow('closed')
    await expect(store.getBucket(BUCKET.name)).rejects.toThrow('closed')
    const again = await openDiskStore(dir)
    expect(await again.getBucket(BUCKET.name)).toEqual(BUCKET)
    await again.close()
  })

  // The shell's `ulimit -f` stands for a full disk: nothing else can be filled without being root.
  it.skipIf(process.platform === 'win32')(
    'refuses what does not fit on the disk, keeps the rest, and goes on',
    async () => {
      const program = await buildProgram(dir, FULL_DISK)
      const limited = run('sh', [
        '-c',
        `ulimit -f 2000; exec "$0" "$@"`,
        process.execPath,
        program,
        dir,
      ])
      await limited.said('closed')
      await limited.kill()
      expect(limited.lines[0]).toContain('bytes refused: EFBIG')
      expect(limited.lines).toContainEqual(
        expect.stringMatching(/^record refused: .* could not be written: /),
      )

      const store = await openDiskStore(dir)
      const objects = await store.listObjects(BUCKET.name, { limit: 10 })
      const keys = objects.map(({ key }) => key)
      expect(keys).toEqual(expect.arrayContaining(['after', 'before']))
      expect(keys).not.toContain('large')
      for (const key of keys) expect(await contentOf(store, key)).toBe('text')
      expect(await blobFiles()).toHaveLength(keys.length)
      await store.close()
    },
  )
})
