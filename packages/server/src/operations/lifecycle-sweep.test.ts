import { describe, expect, it } from 'vitest'
import type { LifecycleRule } from '../protocol/lifecycle-rule.ts'
import { createMemoryStore } from '../store/memory-store.ts'
import type { Store } from '../store/store.ts'
import { createLifecycleSweep } from './lifecycle-sweep.ts'

const DAY = 24 * 60 * 60 * 1000
const START = Date.UTC(2026, 0, 2, 3, 4, 5)

/** A store with one bucket that has `rules`, and a clock that a test moves. */
async function withRules(...rules: Partial<LifecycleRule>[]) {
  const store = createMemoryStore()
  await addBucket(store, 'media', rules)
  const clock = { now: START }
  return { store, clock, sweep: createLifecycleSweep(store, () => clock.now) }
}

async function addBucket(store: Store, name: string, rules: readonly Partial<LifecycleRule>[]) {
  await store.putBucket({
    name,
    createdAt: START,
    acl: 'private',
    storageClass: 'Standard',
    dataRedundancyType: 'LRS',
    lifecycle: {
      rules: rules.map((rule) => ({
        id: 'rule',
        prefix: '',
        enabled: true,
        abortMultipartUpload: { days: 1 },
        others: [],
        ...rule,
      })),
    },
  })
}

async function begin(store: Store, key: string, { bucket = 'media', at = START, id = '0' } = {}) {
  const settings = { storageClass: 'Standard', acl: 'default', headers: {} } as const
  const upload = { bucket, key, uploadId: id.padStart(32, '0'), initiatedAt: at, ...settings }
  await store.createUpload({ ...upload, sequential: false })
}

async function keys(store: Store, bucket = 'media'): Promise<string[]> {
  return (await store.listUploads(bucket, { limit: 10_000 })).map(({ key }) => key)
}

describe('createLifecycleSweep', () => {
  it('aborts what has been there for too long, at the midnight after', async () => {
    const { store, clock, sweep } = await withRules({ abortMultipartUpload: { days: 2 } })
    await begin(store, 'old')
    await begin(store, 'new', { at: START + DAY })
    for (const [passed, left] of [
      [0, ['new', 'old']],
      [2, ['new', 'old']],
      [3, ['new']],
      [4, []],
    ] as const) {
      clock.now = START + passed * DAY
      await sweep()
      expect(await keys(store)).toEqual(left)
    }
  })

  it('looks only once a day', async () => {
    const { store, clock, sweep } = await withRules({})
    clock.now = START + 5 * DAY
    await sweep()
    await begin(store, 'old')
    await sweep()
    expect(await keys(store)).toEqual(['old'])
    clock.now = Date.UTC(2026, 0, 8)
    await sweep()
    expect(await keys(store)).toEqual([])
  })

  it('goes by each rule and no other: its bucket, its prefix, whether it is enabled', async () => {
    const { store, clock, sweep } = await withRules(
      { prefix: 'a/' },
      { prefix: 'b/', enabled: false },
      { prefix: 'c/', abortMultipartUpload: { createdBefore: Date.UTC(2026, 0, 2) } },
      { prefix: 'd/', abortMultipartUpload: undefined, others: [['Expiration', [['Days', '1']]]] },
    )
    await addBucket(store, 'other', [{ prefix: 'b/' }])
    for (const key of ['a', 'a/1', 'a/2', 'b/1', 'd/1']) await begin(store, key)
    await begin(store, 'c/1', { at: Date.UTC(2026, 0, 1) })
    await begin(store, 'c/2')
    for (const key of ['a/1', 'b/1']) await begin(store, key, { bucket: 'other' })
    clock.now = START + 9 * DAY
    await sweep()
    expect(await keys(store)).toEqual(['a', 'b/1', 'c/2', 'd/1'])
    expect(await keys(store, 'other')).toEqual(['a/1'])
  })

  it('finds what is beyond the first page, of keys and of uploads of one key', async () => {
    const { store, clock, sweep } = await withRules({})
    for (let index = 0; index < 1001; index++) await begin(store, 'same', { id: String(index) })
    await begin(store, 'same-too', { at: START + 9 * DAY })
    await begin(store, 'z')
    clock.now = START + 3 * DAY
    await sweep()
    expect(await keys(store)).toEqual(['same-too'])
  })

  it('is waited for by everyone who comes while it goes on', async () => {
    const { store, clock, sweep } = await withRules({})
    await begin(store, 'old')
    clock.now = START + 3 * DAY
    void sweep()
    await sweep()
    expect(await keys(store)).toEqual([])
  })

  it('fails for those who wait, and for nobody afterwards', async () => {
    const { store, clock, sweep } = await withRules({})
    await begin(store, 'old')
    clock.now = START + 3 * DAY
    const { listUploads } = store
    store.listUploads = () => Promise.reject(new Error('damaged'))
    await expect(sweep()).rejects.toThrow('damaged')
    await sweep()
    store.listUploads = listUploads
    clock.now += DAY
    await sweep()
    expect(await keys(store)).toEqual([])
  })
})
