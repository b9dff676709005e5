import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Store } from './store.ts'
import {
  arriving,
  BUCKET,
  compareBytes,
  contentOf,
  objectOf,
  objectRecord,
  storeObject,
  storePart,
  uploadIdOf,
  uploadRecord,
} from './store-samples.contract.ts'

/** What a store promises of uploads and their parts. */
export function uploadContract(opened: () => Store): void {
  let store: Store

  beforeEach(() => {
    store = opened()
  })

  describe('uploads', () => {
    it('are found by bucket, key and id together', async () => {
      const upload = uploadRecord('a')
      expect(await store.createUpload(upload)).toBe('created')
      expect(await store.getUpload(BUCKET.name, 'a', upload.uploadId)).toEqual(upload)
      expect(await store.getUpload(BUCKET.name, 'b', upload.uploadId)).toBeUndefined()
      expect(await store.getUpload('other', 'a', upload.uploadId)).toBeUndefined()
      expect(await store.getUpload(BUCKET.name, 'a', uploadIdOf(2))).toBeUndefined()
    })

    it('need their bucket', async () => {
      const upload = { ...uploadRecord('a'), bucket: 'unknown' }
      expect(await store.createUpload(upload)).toBe('missing-bucket')
      expect(await store.getUpload('unknown', 'a', upload.uploadId)).toBeUndefined()
    })

    it('are not objects before they are complete', async () => {
      await store.createUpload(uploadRecord('a'))
      await storePart(store, uploadRecord('a'), 1, 'text')
      expect(await store.getObject(BUCKET.name, 'a')).toBeUndefined()
      expect(await store.listObjects(BUCKET.name, { limit: 10 })).toEqual([])
    })

    it('are listed by key, then by id, from any point on', async () => {
      const keys = ['a', 'a\0', 'a\x01', 'a/b', 'b', '\uffff', '😀']
      const uploads = keys.flatMap((key) =>
        [1, 2, 3].map((id) => uploadRecord(key, uploadIdOf(id))),
      )
      await Promise.all(uploads.toReversed().map((upload) => store.createUpload(upload)))
      await fc.assert(
        fc.asyncProperty(
          fc.option(fc.constantFrom('', 'a', 'a\0', '😀'), { nil: undefined }),
          fc.option(fc.constantFrom('', 'aa', ...keys), { nil: undefined }),
          fc.option(fc.constantFrom('', ...[1, 2, 3].map(uploadIdOf), 'F'), { nil: undefined }),
          fc.nat(uploads.length + 1),
          async (prefix, after, afterUploadId, limit) => {
            const query = { prefix, after, afterUploadId, limit }
            const expected = uploads
              .filter(({ key }) => prefix === undefined || key.startsWith(prefix))
              .filter(({ key, uploadId }) => {
                if (after === undefined) return true
                if (key !== after || afterUploadId === undefined)
                  return compareBytes(key, after) > 0
                return uploadId > afterUploadId
              })
              .slice(0, limit)
            expect(await store.listUploads(BUCKET.name, query)).toEqual(expected)
          },
        ),
      )
    })
  })

  describe('parts', () => {
    const upload = uploadRecord('a')

    beforeEach(async () => {
      await store.createUpload(upload)
    })

    it('are listed by number, whatever order they came in', async () => {
      for (const number of [10_000, 2, 1, 10]) await storePart(store, upload, number, `${number}`)
      const numbers = async (query: { after?: number; limit: number }) =>
        (await store.listParts(upload, query)).map((part) => part.partNumber)
      expect(await numbers({ limit: 10 })).toEqual([1, 2, 10, 10_000])
      expect(await numbers({ after: 0, limit: 2 })).toEqual([1, 2])
      expect(await numbers({ after: 2, limit: 10 })).toEqual([10, 10_000])
      expect(await numbers({ after: 3, limit: 1 })).toEqual([10])
      expect(await numbers({ after: 10_000, limit: 10 })).toEqual([])
      expect(await numbers({ after: Number.MAX_SAFE_INTEGER, limit: 10 })).toEqual([])
    })

    it('are given back as they were put, and replaced when sent again', async () => {
      await storePart(store, upload, 1, 'old')
      const part = await storePart(store, upload, 1, 'new')
      expect(await store.listParts(upload, { limit: 10 })).toEqual([part])
    })

    it('belong to one upload, even of several for one key', async () => {
      const other = uploadRecord('a', uploadIdOf(2))
      await store.createUpload(other)
      await storePart(store, upload, 1, 'text')
      expect(await store.listParts(other, { limit: 10 })).toEqual([])
      await store.abortUpload(other)
      expect(await store.listParts(upload, { limit: 10 })).toHaveLength(1)
    })

    it('are refused when the upload is gone, and the blob is still the caller’s', async () => {
      await store.abortUpload(upload)
      const part = {
        partNumber: 1,
        blob: await store.writeBlob(arriving('text')),
        lastModified: 1,
      }
      expect(await store.putPart(upload, part)).toBe(false)
      expect(await store.listParts(upload, { limit: 10 })).toEqual([])
      await store.discardBlob(part.blob)
      await expect(store.putObject(BUCKET.name, objectRecord('b', [part.blob]))).rejects.toThrow(
        'discarded',
      )
    })

    it('go with the upload when it is aborted, once', async () => {
      const part = await storePart(store, upload, 1, 'text')
      expect(await store.abortUpload(upload)).toBe(true)
      expect(await store.abortUpload(upload)).toBe(false)
      expect(await store.getUpload(BUCKET.name, 'a', upload.uploadId)).toBeUndefined()
      expect(await store.listUploads(BUCKET.name, { limit: 10 })).toEqual([])
      expect(await store.listParts(upload, { limit: 10 })).toEqual([])
      expect(await store.completeUpload(upload, [part], objectOf('a', [part]))).toBe('missing')
    })
  })

  describe('completing', () => {
    const upload = uploadRecord('a')

    beforeEach(async () => {
      await store.createUpload(upload)
    })

    it('makes the listed parts the object and drops everything else of the upload', async () => {
      const one = await storePart(store, upload, 1, 'one ')
      const dropped = await storePart(store, upload, 2, 'two ')
      const five = await storePart(store, upload, 5, 'five')
      const object = objectOf('a', [one, five])
      expect(await store.completeUpload(upload, [one, five], object)).toBe('stored')
      expect(await store.getObject(BUCKET.name, 'a')).toEqual(object)
      expect(await contentOf(store, 'a')).toBe('one five')
      expect(await store.getUpload(BUCKET.name, 'a', upload.uploadId)).toBeUndefined()
      expect(await store.listParts(upload, { limit: 10 })).toEqual([])
      expect(await store.completeUpload(upload, [one, five], object)).toBe('missing')
      expect(await contentOf(store, 'a')).toBe('one five')
      await expect(store.putObject(BUCKET.name, objectRecord('b', [dropped.blob]))).rejects.toThrow(
        'deleted',
      )
    })

    it('replaces an earlier object, unless that is forbidden', async () => {
      await storeObject(store, 'a', 'old')
      const part = await storePart(store, upload, 1, 'new')
      const object = objectOf('a', [part])
      const refused = await store.completeUpload(upload, [part], object, { overwrite: false })
      expect(refused).toBe('exists')
      expect(await contentOf(store, 'a')).toBe('old')
      expect(await store.listParts(upload, { limit: 10 })).toEqual([part])
      expect(await store.completeUpload(upload, [part], object)).toBe('stored')
      expect(await contentOf(store, 'a')).toBe('new')
    })

    it('does nothing when a part was replaced, even by the same bytes, or is missing', async () => {
      const seen = await storePart(store, upload, 1, 'text')
      const current = await storePart(store, upload, 1, 'text')
      const missing = { ...current, partNumber: 2 }
      for (const parts of [[seen], [current, missing]]) {
        expect(await store.completeUpload(upload, parts, objectOf('a', parts))).toBe('changed')
        expect(await store.getObject(BUCKET.name, 'a')).toBeUndefined()
        expect(await store.listParts(upload, { limit: 10 })).toEqual([current])
      }
      const object = objectOf('a', [current])
      expect(await store.completeUpload(upload, [current], object)).toBe('stored')
    })

    it('with no parts makes an empty object', async () => {
      expect(await store.completeUpload(upload, [], objectOf('a', []))).toBe('stored')
      expect(await contentOf(store, 'a')).toBe('')
    })
  })
}
