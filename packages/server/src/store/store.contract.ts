import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { crc64 } from './crc64.ts'
import type { Store } from './store.ts'
import {
  arriving,
  BUCKET,
  collect,
  contentOf,
  objectOf,
  objectRecord,
  storeObject,
  storePart,
  uploadIdOf,
  uploadRecord,
} from './store-samples.contract.ts'

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
    let store: Store

    beforeEach(async () => {
      opened = await open()
      store = opened.store
      await store.putBucket(BUCKET)
    })

    afterEach(() => opened.dispose())

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

    describe('blobs', () => {
      it.each([0, 1, 262_143, 262_144, 262_145, 1_000_000])(
        'have their checksums: %i bytes',
        async (size) => {
          const bytes = Uint8Array.from({ length: size }, (_, at) => (at * 7919) >> 3)
          const blob = await store.writeBlob(
            arriving(bytes.subarray(0, 100_000), bytes.subarray(100_000)),
          )
          expect(blob).toMatchObject({
            size,
            md5: createHash('md5').update(bytes).digest('hex').toUpperCase(),
            crc64: crc64(bytes),
          })
          const object = objectRecord('a', [blob])
          await store.putObject(BUCKET.name, object)
          expect(Buffer.compare(await collect(store.read(object, 0, size)), bytes)).toBe(0)
        },
      )

      it('may arrive in chunks that are used again', async () => {
        const chunk = Buffer.alloc(3)
        async function* reusing() {
          for (const text of ['one', 'two', 'six']) {
            chunk.write(text)
            yield chunk
          }
        }
        const blob = await store.writeBlob(reusing())
        await store.putObject(BUCKET.name, objectRecord('a', [blob]))
        expect(await contentOf(store, 'a')).toBe('onetwosix')
      })

      it('pass on the error of a body that fails', async () => {
        const failure = new Error('The client went away.')
        async function* failing() {
          yield Buffer.alloc(300_000)
          throw failure
        }
        await expect(store.writeBlob(failing())).rejects.toBe(failure)
      })

      it('cannot be named once they are discarded', async () => {
        const blob = await store.writeBlob(arriving('text'))
        await store.discardBlob(blob)
        await expect(store.putObject(BUCKET.name, objectRecord('a', [blob]))).rejects.toThrow(
          blob.id,
        )
        expect(await store.getObject(BUCKET.name, 'a')).toBeUndefined()
        await store.createUpload(uploadRecord('a'))
        const part = { partNumber: 1, blob, lastModified: 1 }
        await expect(store.putPart(uploadRecord('a'), part)).rejects.toThrow(blob.id)
        expect(await store.listParts(uploadRecord('a'), { limit: 10 })).toEqual([])
      })

      it('are not discarded once they are named', async () => {
        const blob = await store.writeBlob(arriving('text'))
        await store.putObject(BUCKET.name, objectRecord('a', [blob]))
        await store.discardBlob(blob)
        expect(await contentOf(store, 'a')).toBe('text')
      })

      it('stay as long as one of several records names them', async () => {
        const object = await storeObject(store, 'a', 'text')
        await store.putObject(BUCKET.name, { ...object, key: 'copy' })
        await store.putObject(BUCKET.name, { ...object, acl: 'private' })
        expect(await contentOf(store, 'a')).toBe('text')
        await store.deleteObject(BUCKET.name, 'a')
        expect(await contentOf(store, 'copy')).toBe('text')
        await store.deleteObject(BUCKET.name, 'copy')
        await expect(store.putObject(BUCKET.name, object)).rejects.toThrow('deleted')
      })
    })

    describe('objects', () => {
      it('are given back as they were put, every bit and header', async () => {
        const blob = await store.writeBlob(arriving('text'))
        const object = {
          ...objectRecord('a', [blob]),
          crc64: 2n ** 64n - 1n,
          // The literal `__proto__: …` would set the prototype.
          headers: JSON.parse(
            '{"__proto__":"p","x-oss-meta-a":"é 中 \\u0001 😀","content-type":""}',
          ),
        }
        await store.putObject(BUCKET.name, object)
        const found = await store.getObject(BUCKET.name, 'a')
        expect(found).toEqual(object)
        expect(Object.entries(found?.headers ?? {})).toEqual(Object.entries(object.headers))
      })

      it('do not change when the caller later changes what it gave or got', async () => {
        const headers: Record<string, string> = { 'content-type': 'text/plain' }
        const blob = await store.writeBlob(arriving('text'))
        await store.putObject(BUCKET.name, { ...objectRecord('a', [blob]), headers })
        headers['content-type'] = 'changed'
        const found = await store.getObject(BUCKET.name, 'a')
        expect(found?.headers).toEqual({ 'content-type': 'text/plain' })
        Object.assign(found?.headers ?? {}, headers)
        expect((await store.getObject(BUCKET.name, 'a'))?.headers).not.toEqual(headers)
      })

      it('may be put with whole blobs, of which ids and sizes are kept', async () => {
        const blob = await store.writeBlob(arriving('text'))
        const object = objectRecord('a', [blob])
        await store.putObject(BUCKET.name, { ...object, blobs: [blob] })
        expect(await store.getObject(BUCKET.name, 'a')).toEqual(object)
      })

      it('need their bucket', async () => {
        const object = objectRecord('a', [await store.writeBlob(arriving('text'))])
        expect(await store.putObject('unknown', object)).toBe('missing-bucket')
        expect(await store.getObject('unknown', 'a')).toBeUndefined()
      })

      it('are replaced, unless that is forbidden', async () => {
        await storeObject(store, 'a', 'old')
        const object = objectRecord('a', [await store.writeBlob(arriving('new'))])
        expect(await store.putObject(BUCKET.name, object, { overwrite: false })).toBe('exists')
        expect(await contentOf(store, 'a')).toBe('old')
        expect(await store.putObject(BUCKET.name, object)).toBe('stored')
        expect(await contentOf(store, 'a')).toBe('new')
        const other = { ...object, key: 'b' }
        expect(await store.putObject(BUCKET.name, other, { overwrite: false })).toBe('stored')
      })

      it('are deleted, which can be done once', async () => {
        await storeObject(store, 'a', 'text')
        expect(await store.deleteObject(BUCKET.name, 'a')).toBe(true)
        expect(await store.deleteObject(BUCKET.name, 'a')).toBe(false)
        expect(await store.getObject(BUCKET.name, 'a')).toBeUndefined()
        expect(await store.listObjects(BUCKET.name, { limit: 10 })).toEqual([])
      })

      it('of buckets whose names begin alike are kept apart', async () => {
        for (const bucket of ['med', 'media-2']) {
          await store.putBucket({ ...BUCKET, name: bucket })
          await storeObject(store, 'a', bucket, bucket)
        }
        expect(await store.listObjects(BUCKET.name, { limit: 10 })).toEqual([])
        expect(await store.listObjects('med', { limit: 10 })).toHaveLength(1)
        expect(await contentOf(store, 'a', 'media-2')).toBe('media-2')
      })
    })

    describe('keys', () => {
      it('are told apart byte by byte, and are no paths', async () => {
        for (const key of KEYS) await storeObject(store, key, `content of ${key}`)
        for (const key of KEYS) {
          expect(await contentOf(store, key)).toBe(`content of ${key}`)
          expect((await store.getObject(BUCKET.name, key))?.key).toBe(key)
        }
        const listed = await store.listObjects(BUCKET.name, { limit: 1000 })
        expect(listed.map(({ key }) => key)).toEqual(KEYS.toSorted(compareBytes))
        for (const key of KEYS) expect(await store.deleteObject(BUCKET.name, key)).toBe(true)
        expect(await store.listObjects(BUCKET.name, { limit: 1000 })).toEqual([])
      })

      it('are listed by prefix, after a name, up to a limit', async () => {
        const blob = await store.writeBlob(arriving('text'))
        await Promise.all(
          KEYS.map((key) => store.putObject(BUCKET.name, objectRecord(key, [blob]))),
        )
        await fc.assert(
          fc.asyncProperty(
            fc.option(fc.constantFrom('', 'a', 'a/', '\0', '😀', 'é', 'zz'), { nil: undefined }),
            fc.option(fc.constantFrom('', 'zzz', 'a0', '😀😀', ...KEYS), { nil: undefined }),
            fc.nat(KEYS.length + 1),
            async (prefix, after, limit) => {
              const listed = await store.listObjects(BUCKET.name, { prefix, after, limit })
              const expected = KEYS.toSorted(compareBytes)
                .filter((key) => prefix === undefined || key.startsWith(prefix))
                .filter((key) => after === undefined || compareBytes(key, after) > 0)
                .slice(0, limit)
              expect(listed.map(({ key }) => key)).toEqual(expected)
            },
          ),
        )
      })

      it('must be text: half a surrogate pair is refused rather than taken for U+FFFD', async () => {
        await storeObject(store, '\ufffd', 'text')
        const object = objectRecord('\ud83d', [await store.writeBlob(arriving('other'))])
        await expect(store.putObject(BUCKET.name, object)).rejects.toThrow(RangeError)
        await expect(store.getObject(BUCKET.name, '\ud83d')).rejects.toThrow(RangeError)
        expect(await contentOf(store, '\ufffd')).toBe('text')
      })
    })

    describe('reading', () => {
      it('gives any range of an object made of several blobs', async () => {
        const texts = ['', 'ab', '', 'cdef', 'g']
        const blobs = await Promise.all(texts.map((text) => store.writeBlob(arriving(text))))
        const object = objectRecord('a', blobs)
        await store.putObject(BUCKET.name, object)
        for (let start = 0; start <= 7; start++) {
          for (let end = start; end <= 7; end++) {
            const read = String(await collect(store.read(object, start, end)))
            expect(read).toBe('abcdefg'.slice(start, end))
          }
        }
        expect(() => store.read(object, 0, 8)).toThrow(RangeError)
        expect(() => store.read(object, -1, 2)).toThrow(RangeError)
        expect(() => store.read(object, 2, 1)).toThrow(RangeError)
      })

      it('goes on with its version while the object is replaced and deleted', async () => {
        const old = 'old'.repeat(200_000)
        const object = await storeObject(store, 'a', old)
        const begun = store.read(object, 0, object.size)
        const first = await begun.next()
        const waiting = store.read(object, 0, object.size)
        await storeObject(store, 'a', 'new')
        await store.deleteObject(BUCKET.name, 'a')

        const rest = await collect(begun)
        expect(String(Buffer.concat([first.value ?? Buffer.of(), rest]))).toBe(old)
        expect(String(await collect(waiting))).toBe(old)
        await expect(collect(store.read(object, 0, object.size))).rejects.toThrow(
          'replaced or deleted',
        )
      })

      it('can be stopped before, at and after the first piece', async () => {
        const object = await storeObject(store, 'a', 'text')
        const before = store.read(object, 0, 4)
        await before.return?.()
        expect(await before.next()).toEqual({ done: true, value: undefined })
        for await (const piece of store.read(object, 0, 4)) {
          expect(String(piece)).toBe('text')
          break
        }
        expect(await contentOf(store, 'a')).toBe('text')
      })

      it('is possible with a record that was got in the same turn, whatever else happens', async () => {
        await storeObject(store, 'a', '0')
        let replacing = true
        const replaced = (async () => {
          for (let version = 1; version <= 20; version++)
            await storeObject(store, 'a', `${version}`)
        })().finally(() => {
          replacing = false
        })
        let reads = 0
        for (; replacing; reads++) {
          expect(Number(await contentOf(store, 'a'))).toBeGreaterThanOrEqual(0)
          await setImmediate()
        }
        await replaced
        expect(reads).toBeGreaterThan(1)
      })
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
        await expect(
          store.putObject(BUCKET.name, objectRecord('b', [dropped.blob])),
        ).rejects.toThrow('deleted')
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

    describe('many at once', () => {
      it('let one of two Completes win', async () => {
        const upload = uploadRecord('a')
        await store.createUpload(upload)
        const part = await storePart(store, upload, 1, 'text')
        const complete = () => store.completeUpload(upload, [part], objectOf('a', [part]))
        expect((await Promise.all([complete(), complete()])).toSorted()).toEqual([
          'missing',
          'stored',
        ])
        expect(await contentOf(store, 'a')).toBe('text')
      })

      it('run Complete, Abort and UploadPart of one upload as if one after the other', async () => {
        for (let round = 0; round < 12; round++) {
          const upload = uploadRecord(`key ${round}`, uploadIdOf(round))
          await store.createUpload(upload)
          const part = await storePart(store, upload, 1, 'first')
          const blob = await store.writeBlob(arriving('second'))
          const calls = {
            complete: () => store.completeUpload(upload, [part], objectOf(upload.key, [part])),
            abort: () => store.abortUpload(upload),
            replace: () => store.putPart(upload, { partNumber: 1, blob, lastModified: 1 }),
          }
          const order = ORDERS[round % ORDERS.length] ?? []
          const started = order.map((call) => ({ call, answer: calls[call]() }))
          const answers = Object.fromEntries(
            await Promise.all(
              started.map(async ({ call, answer }) => [call, await answer] as const),
            ),
          )

          const outcome = JSON.stringify(answers)
          expect(LINEARIZABLE.map((answer) => JSON.stringify({ ...answers, ...answer }))).toContain(
            outcome,
          )
          const stored = answers.complete === 'stored'
          expect(await contentOf(store, upload.key)).toBe(stored ? 'first' : undefined)
          expect(await store.listParts(upload, { limit: 10 })).toEqual([])
          expect(await store.getUpload(BUCKET.name, upload.key, upload.uploadId)).toBeUndefined()
        }
      })

      it('put and get one key without ever mixing versions', async () => {
        await storeObject(store, 'a', 'start')
        const versions = Array.from({ length: 20 }, (_, version) => `${version}`.repeat(1000))
        const puts = versions.map((version) => storeObject(store, 'a', version))
        const gets = versions.map(async () => {
          await store.writeBlob(arriving('some time')).then((blob) => store.discardBlob(blob))
          return contentOf(store, 'a')
        })
        await Promise.all(puts)
        for (const content of await Promise.all(gets))
          expect(['start', ...versions]).toContain(content)
        expect(versions).toContain(await contentOf(store, 'a'))
        expect(await store.listObjects(BUCKET.name, { limit: 10 })).toHaveLength(1)
      })

      it('refuse to delete a bucket or to fill a deleted one, never both succeed', async () => {
        const object = objectRecord('a', [await store.writeBlob(arriving('text'))])
        const [deleted, put] = await Promise.all([
          store.deleteBucket(BUCKET.name),
          store.putObject(BUCKET.name, object),
        ])
        expect([
          ['deleted', 'missing-bucket'],
          ['has-objects', 'stored'],
        ]).toContainEqual([deleted, put])
      })
    })

    it('forgets nothing when closed and opened again', async () => {
      if (!opened.reopen) return
      const object = await storeObject(store, 'a', 'text')
      const upload = uploadRecord('b')
      await store.createUpload(upload)
      const part = await storePart(store, upload, 7, 'part')

      const again = await opened.reopen()
      expect(await again.listBuckets({ limit: 10 })).toEqual([BUCKET])
      expect(await again.listObjects(BUCKET.name, { limit: 10 })).toEqual([object])
      expect(await contentOf(again, 'a')).toBe('text')
      expect(await again.listUploads(BUCKET.name, { limit: 10 })).toEqual([upload])
      expect(await again.listParts(upload, { limit: 10 })).toEqual([part])
      expect(await again.completeUpload(upload, [part], objectOf('b', [part]))).toBe('stored')
      expect(await contentOf(again, 'b')).toBe('part')
    })
  })
}

/** Keys that file systems, prototypes, normalisers or UTF-16 order would confuse. */
const KEYS = [
  ...['a', 'a/', 'a/b', 'a//b', '/', '//', '.', '..', '../x', './a', 'a\\b', 'A', 'a '],
  ...['__proto__', 'constructor', 'con.txt', '%2e%2e', 'a\0', 'a\0b', '\0', 'a\x01', '\x7f', '\n'],
  ...['caf\u00e9', 'cafe\u0301', '中文', '\ufffd', '\uffff', '😀', '😀/a'],
  ...['k'.repeat(1023), `${'k'.repeat(1022)}l`, '中'.repeat(341), '\0'.repeat(200)],
]

function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

const ORDERS = [
  ['complete', 'abort', 'replace'],
  ['complete', 'replace', 'abort'],
  ['abort', 'complete', 'replace'],
  ['abort', 'replace', 'complete'],
  ['replace', 'complete', 'abort'],
  ['replace', 'abort', 'complete'],
] as const

/** What the three calls may answer, by which of them comes first and second. */
const LINEARIZABLE = [
  { complete: 'stored', abort: false, replace: false },
  { abort: true, complete: 'missing', replace: false },
  { replace: true, complete: 'changed', abort: true },
  { replace: true, abort: true, complete: 'missing' },
]
