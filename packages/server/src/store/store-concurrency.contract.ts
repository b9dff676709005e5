import { beforeEach, describe, expect, it } from 'vitest'
import type { Store } from './store.ts'
import {
  arriving,
  BUCKET,
  contentOf,
  objectOf,
  objectRecord,
  storeObject,
  storePart,
  uploadIdOf,
  uploadRecord,
} from './store-samples.contract.ts'

/** What a store promises when much is asked of it at once. */
export function concurrencyContract(opened: () => Store): void {
  let store: Store

  beforeEach(() => {
    store = opened()
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
          await Promise.all(started.map(async ({ call, answer }) => [call, await answer] as const)),
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
