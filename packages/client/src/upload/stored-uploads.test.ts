import { describe, expect, it, vi } from 'vitest'
import { failureOf } from '../oss/testing.contract.ts'
import type { CheckpointStore } from './checkpoint-store.ts'
import { memoryCheckpoints } from './memory-checkpoints.ts'
import { findCheckpoints, forgetStaleCheckpoints } from './stored-uploads.ts'
import { noSuchUpload, PART, reset } from './testing.contract.ts'

const DAY = 24 * 60 * 60 * 1000

/** A store with an upload of `name`, saved so many days ago, for each. */
async function storeOf(ages: Record<string, number>): Promise<CheckpointStore> {
  vi.useFakeTimers({ now: 0, toFake: ['Date'] })
  try {
    const store = memoryCheckpoints()
    for (const [name, days] of Object.entries(ages)) {
      vi.setSystemTime(-days * DAY)
      const claim = await store.claim(name)
      const bucket = name.startsWith('other') ? 'other' : 'media'
      const upload = { name, uploadId: `upload of ${name}`, partSize: PART, doneParts: [] }
      await claim.save({ ...upload, bucket, file: `/files/${name}` })
      await claim.release()
    }
    return store
  } finally {
    vi.useRealTimers()
  }
}

const names = (found: readonly { key: string }[]) => found.map(({ key }) => key)

describe('findCheckpoints', () => {
  it('gives all there are, the latest first', async () => {
    const store = await storeOf({ a: 3, b: 1, c: 2 })
    expect(names(await findCheckpoints(store))).toEqual(['b', 'c', 'a'])
  })

  it.each([
    [{ name: 'a' }, ['a']],
    [{ bucket: 'media' }, ['b', 'a']],
    [{ file: '/files/other-c' }, ['other-c']],
    [{ bucket: 'other', name: 'a' }, []],
  ])('gives those that agree with %j', async (query, expected) => {
    const store = await storeOf({ a: 3, b: 1, 'other-c': 2 })
    expect(names(await findCheckpoints(store, query))).toEqual(expected)
  })
})

describe('forgetStaleCheckpoints', () => {
  const twoDays = { olderThan: 2 * DAY, now: 0 }

  it('forgets those that are older, and no others', async () => {
    const store = await storeOf({ a: 3, b: 1, c: 2 })
    expect(names(await forgetStaleCheckpoints(store, twoDays))).toEqual(['a'])
    expect(names(await findCheckpoints(store))).toEqual(['b', 'c'])
  })

  it('has each of them aborted before it is forgotten, also one that is gone', async () => {
    const store = await storeOf({ a: 3, b: 4 })
    const aborted: unknown[] = []
    const abort = async ({ checkpoint: { uploadId } }: { checkpoint: { uploadId: string } }) => {
      aborted.push([uploadId, names(await store.list()).length])
      throw noSuchUpload()
    }
    expect(names(await forgetStaleCheckpoints(store, { ...twoDays, abort }))).toEqual(['a', 'b'])
    expect(aborted).toEqual([
      ['upload of a', 2],
      ['upload of b', 1],
    ])
  })

  it('keeps one that could not be aborted, goes on with the others, and says why', async () => {
    const store = await storeOf({ a: 3, b: 3 })
    const abort = async ({ key }: { key: string }) => {
      if (key === 'a') throw reset()
    }
    const error = await failureOf(forgetStaleCheckpoints(store, { ...twoDays, abort }))
    expect(error.status).toBe(-1)
    expect(names(await store.list())).toEqual(['a'])
    // It was given back.
    await (await store.claim('a')).release()
  })

  it('leaves alone what is under way', async () => {
    const store = await storeOf({ a: 3 })
    const claim = await store.claim('a')
    const abort = vi.fn()
    expect(await forgetStaleCheckpoints(store, { ...twoDays, abort })).toEqual([])
    expect(abort).not.toHaveBeenCalled()
    await claim.release()
  })

  it('leaves alone what has been begun anew since it was listed', async () => {
    const store = await storeOf({ a: 3 })
    const list = await store.list()
    const late = { ...store, list: async () => list }
    const claim = await store.claim('a')
    await claim.save({ name: 'a', uploadId: 'new', partSize: PART, doneParts: [] })
    await claim.release()
    expect(await forgetStaleCheckpoints(late, twoDays)).toEqual([])
    expect(await store.list()).toHaveLength(1)
  })

  it('refuses an age that is none', async () => {
    const error = await failureOf(forgetStaleCheckpoints(await storeOf({}), { olderThan: -1 }))
    expect(error).toMatchObject({ name: 'InvalidArgumentError' })
  })
})
