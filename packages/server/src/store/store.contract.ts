import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Store } from './store.ts'
import { blobContract } from './store-blobs.contract.ts'
import { bucketContract } from './store-buckets.contract.ts'
import { concurrencyContract } from './store-concurrency.contract.ts'
import { objectContract } from './store-objects.contract.ts'
import {
  BUCKET,
  CORS,
  contentOf,
  objectOf,
  storeObject,
  storePart,
  uploadRecord,
} from './store-samples.contract.ts'
import { uploadContract } from './store-uploads.contract.ts'

export interface OpenedStore {
  readonly store: Store
  /** Closes the store and opens it again, where it outlives its process. */
  readonly reopen?: () => Promise<Store>
  dispose(): Promise<void>
}

/** What every Store promises. Call it from the store's own test file. */
export function storeContract(name: string, open: () => Promise<OpenedStore>): void {
  describe(`${name} keeps the store contract`, () => {
    let opened: OpenedStore
    const store = () => opened.store

    beforeEach(async () => {
      opened = await open()
      await opened.store.putBucket(BUCKET)
    })

    afterEach(() => opened.dispose())

    bucketContract(store)
    blobContract(store)
    objectContract(store)
    uploadContract(store)
    concurrencyContract(store)

    it('forgets nothing when closed and opened again', async ({ skip }) => {
      if (!opened.reopen) return skip()
      const { store } = opened
      const object = await storeObject(store, 'a', 'text')
      const upload = uploadRecord('b')
      await store.createUpload(upload)
      const part = await storePart(store, upload, 7, 'part')
      await store.configureBucket(BUCKET.name, { cors: CORS })

      const again = await opened.reopen()
      expect(await again.listBuckets({ limit: 10 })).toEqual([{ ...BUCKET, cors: CORS }])
      expect(await again.listObjects(BUCKET.name, { limit: 10 })).toEqual([object])
      expect(await contentOf(again, 'a')).toBe('text')
      expect(await again.listUploads(BUCKET.name, { limit: 10 })).toEqual([upload])
      expect(await again.listParts(upload, { limit: 10 })).toEqual([part])
      expect(await again.completeUpload(upload, [part], objectOf('b', [part]))).toBe('stored')
      expect(await contentOf(again, 'b')).toBe('part')
    })
  })
}
