import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Store } from './store.ts'
import {
  arriving,
  BUCKET,
  compareBytes,
  contentOf,
  objectRecord,
  storeObject,
} from './store-samples.contract.ts'

/** What a store promises of objects and their keys. */
export function objectContract(opened: () => Store): void {
  let store: Store

  beforeEach(() => {
    store = opened()
  })

  describe('objects', () => {
    it('are given back as they were put, every bit and header', async () => {
      const blob = await store.writeBlob(arriving('text'))
      const object = {
        ...objectRecord('a', [blob]),
        crc64: 2n ** 64n - 1n,
        // The literal `__proto__: …` would set the prototype.
        headers: JSON.parse('{"__proto__":"p","x-oss-meta-a":"é 中 \\u0001 😀","content-type":""}'),
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
      await Promise.all(KEYS.map((key) => store.putObject(BUCKET.name, objectRecord(key, [blob]))))
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
}

/** Keys that file systems, prototypes, normalisers or UTF-16 order would confuse. */
const KEYS = [
  ...['a', 'a/', 'a/b', 'a//b', '/', '//', '.', '..', '../x', './a', 'a\\b', 'A', 'a '],
  ...['__proto__', 'constructor', 'con.txt', '%2e%2e', 'a\0', 'a\0b', '\0', 'a\x01', '\x7f', '\n'],
  ...['caf\u00e9', 'cafe\u0301', '中文', '\ufffd', '\uffff', '😀', '😀/a'],
  ...['k'.repeat(1023), `${'k'.repeat(1022)}l`, '中'.repeat(341), '\0'.repeat(200)],
]
