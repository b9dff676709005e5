import { beforeEach, describe, expect, it } from 'vitest'
import type { Store } from './store.ts'
import { BUCKET, contentOf, storeObject, uploadRecord } from './store-samples.contract.ts'

/** What a store promises of buckets. */
export function bucketContract(opened: () => Store): void {
  let store: Store

  beforeEach(() => {
    store = opened()
  })

  describe('buckets', () => {
    it('are kept as they were put, and replaced when put again', async () => {
      expect(await store.getBucket(BUCKET.name)).toEqual(BUCKET)
      await store.putBucket({ ...BUCKET, acl: 'public-read' })
      expect(await store.getBucket(BUCKET.name)).toEqual({ ...BUCKET, acl: 'public-read' })
      expect(await store.getBucket('unknown')).toBeUndefined()
    })

    it('keep their objects when their settings are replaced', async () => {
      await storeObject(store, 'a', 'text')
      await store.putBucket({ ...BUCKET, acl: 'public-read' })
      expect(await contentOf(store, 'a')).toBe('text')
    })

    it('are listed by name', async () => {
      for (const bucket of ['b', 'a-1', 'a', 'ab']) {
        await store.putBucket({ ...BUCKET, name: bucket })
      }
      const names = async (query: { prefix?: string; after?: string; limit: number }) =>
        (await store.listBuckets(query)).map((bucket) => bucket.name)
      expect(await names({ limit: 10 })).toEqual(['a', 'a-1', 'ab', 'b', 'media'])
      expect(await names({ prefix: 'a', after: 'a', limit: 1 })).toEqual(['a-1'])
    })

    it('are deleted only when empty, and the answer says what is in the way', async () => {
      await storeObject(store, 'a', 'text')
      await store.createUpload(uploadRecord('a'))
      expect(await store.deleteBucket(BUCKET.name)).toBe('has-objects')
      await store.deleteObject(BUCKET.name, 'a')
      expect(await store.deleteBucket(BUCKET.name)).toBe('has-uploads')
      await store.abortUpload(uploadRecord('a'))
      expect(await store.deleteBucket(BUCKET.name)).toBe('deleted')
      expect(await store.deleteBucket(BUCKET.name)).toBe('missing')
      expect(await store.getBucket(BUCKET.name)).toBeUndefined()
    })
  })
}
