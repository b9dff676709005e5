import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import { crc64 } from './crc64.ts'
import type { Store } from './store.ts'
import {
  arriving,
  BUCKET,
  collect,
  contentOf,
  objectRecord,
  storeObject,
  uploadRecord,
} from './store-samples.contract.ts'

/** What a store promises of bytes: how they come, how long they stay, how they are read. */
export function blobContract(opened: () => Store): void {
  let store: Store

  beforeEach(() => {
    store = opened()
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
      await expect(store.putObject(BUCKET.name, objectRecord('a', [blob]))).rejects.toThrow(blob.id)
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
      const first = Buffer.from((await begun.next()).value ?? '')
      const waiting = store.read(object, 0, object.size)
      await storeObject(store, 'a', 'new')
      await store.deleteObject(BUCKET.name, 'a')

      const rest = await collect(begun)
      expect(String(Buffer.concat([first, rest]))).toBe(old)
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
        for (let version = 1; version <= 20; version++) await storeObject(store, 'a', `${version}`)
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
}
