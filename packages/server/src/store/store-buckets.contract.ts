import { beforeEach, describe, expect, it } from 'vitest'
import type { Store } from './store.ts'
import {
  BUCKET,
  CORS,
  contentOf,
  LIFECYCLE,
  storeObject,
  uploadRecord,
} from './store-samples.contract.ts'

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

    it('are configured without a change to their settings', async () => {
      expect(await store.configureBucket(BUCKET.name, { cors: CORS })).toBe(true)
      expect(await store.getBucket(BUCKET.name)).toEqual({ ...BUCKET, cors: CORS })
      expect(await store.listBuckets({ limit: 10 })).toEqual([{ ...BUCKET, cors: CORS }])
      expect(await store.configureBucket(BUCKET.name, {})).toBe(true)
      expect(await store.getBucket(BUCKET.name)).toEqual({ ...BUCKET, cors: CORS })
      expect(await store.configureBucket(BUCKET.name, { cors: undefined })).toBe(true)
      expect(Object.keys((await store.getBucket(BUCKET.name)) ?? {})).toEqual(Object.keys(BUCKET))
    })

    it('have each of their configurations by itself', async () => {
      await store.configureBucket(BUCKET.name, { cors: CORS, lifecycle: LIFECYCLE })
      const both = { ...BUCKET, cors: CORS, lifecycle: LIFECYCLE }
      expect(await store.getBucket(BUCKET.name)).toEqual(both)
      await Promise.all([
        store.configureBucket(BUCKET.name, { cors: undefined }),
        store.configureBucket(BUCKET.name, { lifecycle: { rules: [] } }),
      ])
      expect(await store.getBucket(BUCKET.name)).toEqual({ ...BUCKET, lifecycle: { rules: [] } })
    })

    it('keep their configuration when their settings are replaced, however close together', async () => {
      const other = { ...CORS, responseVary: false }
      await Promise.all([
        store.configureBucket(BUCKET.name, { cors: other }),
        store.putBucket({ ...BUCKET, acl: 'public-read' }),
        store.configureBucket(BUCKET.name, { cors: CORS }),
        store.putBucket({ ...BUCKET, acl: 'public-read-write' }),
      ])
      const bucket = { ...BUCKET, acl: 'public-read-write', cors: CORS }
      expect(await store.getBucket(BUCKET.name)).toEqual(bucket)
    })

    it('are not created by being configured, and take their configuration along', async () => {
      expect(await store.configureBucket('unknown', { cors: CORS })).toBe(false)
      expect(await store.getBucket('unknown')).toBeUndefined()
      await store.configureBucket(BUCKET.name, { cors: CORS })
      await store.deleteBucket(BUCKET.name)
      await store.putBucket(BUCKET)
      expect(await store.getBucket(BUCKET.name)).toEqual(BUCKET)
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
