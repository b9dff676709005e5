import { dayOf, isTooOld, type UploadAge } from '../protocol/lifecycle-rule.ts'
import type { BucketRecord, Store, UploadRecord } from '../store/store.ts'

const PAGE = 1000

/**
 * Carries out what lifecycle rules say of uploads, before the first request of each day of UTC is
 * served: what falls due does so at midnight, and nobody can see that it was there a while longer.
 * The function it gives resolves when everything that is due is done.
 */
export function createLifecycleSweep(store: Store, now: () => number): () => Promise<void> {
  let swept: number | undefined
  let sweeping: Promise<void> | undefined
  return async () => {
    const time = now()
    if (dayOf(time) !== swept) {
      swept = dayOf(time)
      // When it fails, those who wait hear of it, and it is tried again the next day.
      sweeping = sweep(store, time).finally(() => {
        sweeping = undefined
      })
    }
    await sweeping
  }
}

async function sweep(store: Store, now: number): Promise<void> {
  for await (const { name, lifecycle } of allBuckets(store)) {
    for (const { enabled, prefix, abortMultipartUpload: age } of lifecycle?.rules ?? []) {
      if (enabled && age !== undefined) await abortOld(store, { bucket: name, prefix }, age, now)
    }
  }
}

async function abortOld(
  store: Store,
  where: { bucket: string; prefix: string },
  age: UploadAge,
  now: number,
): Promise<void> {
  for await (const upload of allUploads(store, where)) {
    if (isTooOld(age, upload.initiatedAt, now)) await store.abortUpload(upload)
  }
}

async function* allBuckets(store: Store): AsyncGenerator<BucketRecord> {
  let page: BucketRecord[]
  let after: string | undefined
  do {
    page = await store.listBuckets({ after, limit: PAGE })
    yield* page
    after = page.at(-1)?.name
  } while (page.length === PAGE)
}

async function* allUploads(
  store: Store,
  { bucket, prefix }: { bucket: string; prefix: string },
): AsyncGenerator<UploadRecord> {
  let page: UploadRecord[]
  let last: UploadRecord | undefined
  do {
    const start = { after: last?.key, afterUploadId: last?.uploadId }
    page = await store.listUploads(bucket, { prefix, ...start, limit: PAGE })
    yield* page
    last = page.at(-1)
  } while (page.length === PAGE)
}
