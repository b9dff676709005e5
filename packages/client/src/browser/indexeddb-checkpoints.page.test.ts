import { afterAll, describe, expect, it, vi } from 'vitest'
import { CHECKPOINT, checkpointStoreContract } from '../upload/checkpoint-store.contract.ts'
import { openDatabase } from './database.ts'
import { indexedDbCheckpoints } from './indexeddb-checkpoints.ts'
import { LEASES, leases } from './tab-locks.ts'

const used: string[] = []
afterAll(() => {
  for (const name of used) indexedDB.deleteDatabase(name)
})

function freshName(): string {
  const name = `test ${crypto.randomUUID()}`
  used.push(name)
  return name
}

/** As on a page without Web Locks. */
function leasedStore(name = freshName(), now?: () => number) {
  return indexedDbCheckpoints(name, leases(openDatabase(`${name} leases`, [LEASES]), now))
}

checkpointStoreContract('indexedDbCheckpoints', () => indexedDbCheckpoints(freshName()))
checkpointStoreContract('indexedDbCheckpoints with leases', () => leasedStore())

describe('indexedDbCheckpoints', () => {
  it('finds what another page of the same origin has saved', async () => {
    const name = freshName()
    const claim = await indexedDbCheckpoints(name).claim('a')
    await claim.save(CHECKPOINT)
    await claim.release()
    expect(await indexedDbCheckpoints(name).list()).toMatchObject([{ checkpoint: CHECKPOINT }])
  })

  it('keeps the handle of the file beside the checkpoint, of which it is no part', async () => {
    const name = freshName()
    const folder = await navigator.storage.getDirectory()
    const handle = await folder.getFileHandle('a film.mp4', { create: true })
    const claim = await indexedDbCheckpoints(name).claim('a')
    await claim.save(CHECKPOINT, handle)
    await claim.release()
    const [found] = await indexedDbCheckpoints(name).list()
    expect(found?.checkpoint).toEqual(CHECKPOINT)
    expect(await handle.isSameEntry(Object(found?.handle))).toBe(true)
  })

  it.each([
    ['Web Locks', (name: string) => indexedDbCheckpoints(name)],
    ['leases', (name: string) => leasedStore(name)],
  ])('tells a second tab that another has the upload, with %s', async (_, open) => {
    const name = freshName()
    const claim = await open(name).claim('films/a')
    await expect(open(name).claim('films/a')).rejects.toThrow(
      /"films\/a" is in the hands of another tab\. Wait/,
    )
    await claim.release()
    await (await open(name).claim('films/a')).release()
  })

  it('takes no notice of what it did not write', async () => {
    const name = freshName()
    const store = indexedDbCheckpoints(name)
    await store.list()
    const database = openDatabase(name, [])
    await database.change('checkpoints', async ({ put }) => {
      await put('a', { key: 'a', savedAt: 1, checkpoint: { uploadId: 5 } })
      await put('b', 'garbage')
      await put('c', { key: 'c', savedAt: 1, checkpoint: CHECKPOINT, handle: { kind: 'file' } })
    })
    expect(await store.list()).toEqual([{ key: 'c', savedAt: 1, checkpoint: CHECKPOINT }])
    const claim = await store.claim('a')
    expect(await claim.load()).toBeUndefined()
    await claim.release()
  })

  it('gives the upload of a tab that crashed to the next one when its lease has run out', async () => {
    const name = freshName()
    let now = 1_000_000
    await leasedStore(name, () => now).claim('a')
    now += 149_000
    await expect(leasedStore(name, () => now).claim('a')).rejects.toThrow('another tab')
    now += 2_000
    await (await leasedStore(name, () => now).claim('a')).release()
  })

  it('renews the lease of a tab that is alive', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    try {
      const name = freshName()
      let now = 1_000_000
      const claim = await leasedStore(name, () => now).claim('a')
      now += 149_000
      vi.advanceTimersByTime(20_000)
      // Transactions come in order: this one sees what the renewal wrote.
      await expect(leasedStore(name, () => now).claim('a')).rejects.toThrow('another tab')
      now += 100_000
      await expect(leasedStore(name, () => now).claim('a')).rejects.toThrow('another tab')
      await claim.release()
      await (await leasedStore(name, () => now).claim('a')).release()
    } finally {
      vi.useRealTimers()
    }
  })

  it('gives leases back when the page goes away', async () => {
    const name = freshName()
    const claim = await leasedStore(name).claim('a')
    dispatchEvent(new Event('pagehide'))
    await (await leasedStore(name).claim('a')).release()
    await claim.release()
  })

  it('takes its lease again when the page comes back, unless another has it by then', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    try {
      const name = freshName()
      const claim = await leasedStore(name).claim('a')
      dispatchEvent(new Event('pagehide'))
      vi.advanceTimersByTime(20_000)
      await expect(leasedStore(name).claim('a')).rejects.toThrow('another tab')
      dispatchEvent(new Event('pagehide'))
      vi.advanceTimersByTime(10_000)
      const other = await leasedStore(name).claim('a')
      // The other renews its own ten seconds later.
      vi.advanceTimersByTime(10_000)
      await claim.release()
      await expect(leasedStore(name).claim('a')).rejects.toThrow('another tab')
      await other.release()
    } finally {
      vi.useRealTimers()
    }
  })
})
