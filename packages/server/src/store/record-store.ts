import { BlobNames } from './blob-names.ts'
import { type BlobSlice, sliceBlobs } from './blob-slices.ts'
import type { Metadata } from './metadata.ts'
import {
  bucketKey,
  bucketsIn,
  objectKey,
  objectsIn,
  partKey,
  partsOf,
  uploadKey,
  uploadsIn,
} from './metadata-key.ts'
import { openRecords, type Records } from './records.ts'
import type {
  Blob,
  BucketConfiguration,
  BucketRecord,
  NameQuery,
  ObjectRecord,
  PartRecord,
  Store,
  UploadRecord,
} from './store.ts'

/** Where the bytes are. */
export interface Blobs {
  /** Durable when the promise resolves. Leaves nothing when `bytes` fails. */
  write(bytes: AsyncIterable<Uint8Array>): Promise<Blob>
  /** The bytes of `slices` in a row, whatever is removed from now on. */
  read(slices: readonly BlobSlice[]): AsyncIterableIterator<Uint8Array>
  /** Never fails: what could not be removed only takes up space. */
  remove(ids: readonly string[]): Promise<void>
}

/** Within a change: records that named `lost` now name `gained`. */
type Exchange = (lost: readonly BlobName[], gained: readonly BlobName[]) => void
type BlobName = Pick<Blob, 'id'>

interface HeldPart {
  readonly key: Uint8Array
  readonly record: PartRecord
}

/** What every store has in common: the verbs of the port, as changes to records that name blobs. */
export class RecordStore implements Store {
  readonly #metadata: Metadata
  readonly #blobs: Blobs
  readonly #records: Records
  readonly #names: BlobNames
  readonly #close: () => Promise<void>
  #closed: Promise<void> | undefined

  constructor(metadata: Metadata, blobs: Blobs, close: () => Promise<void>) {
    this.#metadata = metadata
    this.#blobs = blobs
    this.#records = openRecords(metadata)
    this.#names = new BlobNames(this.#records.blobCounts)
    this.#close = close
  }

  async putBucket(bucket: BucketRecord): Promise<void> {
    const { buckets } = this.#records
    const key = bucketKey(bucket.name)
    await this.#change(() => buckets.put(key, { ...buckets.get(key), ...bucket }))
  }

  async configureBucket(name: string, change: BucketConfiguration): Promise<boolean> {
    const { buckets } = this.#records
    return this.#change(() => {
      const bucket = buckets.get(bucketKey(name))
      if (!bucket) return false
      // What is undefined is not written: JSON has no word for it.
      buckets.put(bucketKey(name), { ...bucket, ...change })
      return true
    })
  }

  async getBucket(name: string): Promise<BucketRecord | undefined> {
    return this.#records.buckets.get(bucketKey(name))
  }

  async listBuckets(query: NameQuery): Promise<BucketRecord[]> {
    return this.#records.buckets.list(bucketsIn(query), query.limit)
  }

  async deleteBucket(name: string): Promise<'deleted' | 'missing' | 'has-objects' | 'has-uploads'> {
    const { buckets, objects, uploads } = this.#records
    return this.#change(() => {
      if (!buckets.get(bucketKey(name))) return 'missing'
      if (objects.list(objectsIn(name), 1).length > 0) return 'has-objects'
      if (uploads.list(uploadsIn(name), 1).length > 0) return 'has-uploads'
      buckets.remove(bucketKey(name))
      return 'deleted'
    })
  }

  async writeBlob(bytes: AsyncIterable<Uint8Array>): Promise<Blob> {
    const blob = await this.#blobs.write(bytes)
    this.#names.add(blob)
    return blob
  }

  async discardBlob(blob: Blob): Promise<void> {
    if (this.#names.drop(blob)) await this.#blobs.remove([blob.id])
  }

  async putObject(
    bucket: string,
    object: ObjectRecord,
    { overwrite = true }: { overwrite?: boolean } = {},
  ): Promise<'stored' | 'exists' | 'missing-bucket'> {
    const { buckets, objects } = this.#records
    const key = objectKey(bucket, object.key)
    return this.#change((exchange) => {
      if (!buckets.get(bucketKey(bucket))) return 'missing-bucket'
      const earlier = objects.get(key)
      if (earlier && !overwrite) return 'exists'
      objects.put(key, object)
      exchange(earlier?.blobs ?? [], object.blobs)
      return 'stored'
    })
  }

  async getObject(bucket: string, key: string): Promise<ObjectRecord | undefined> {
    return this.#records.objects.get(objectKey(bucket, key))
  }

  async deleteObject(bucket: string, key: string): Promise<boolean> {
    const { objects } = this.#records
    return this.#change((exchange) => {
      const object = objects.get(objectKey(bucket, key))
      if (!object) return false
      objects.remove(objectKey(bucket, key))
      exchange(object.blobs, [])
      return true
    })
  }

  async listObjects(bucket: string, query: NameQuery): Promise<ObjectRecord[]> {
    return this.#records.objects.list(objectsIn(bucket, query), query.limit)
  }

  read(object: ObjectRecord, start: number, end: number): AsyncIterableIterator<Uint8Array> {
    return this.#blobs.read(sliceBlobs(object.blobs, start, end))
  }

  async createUpload(upload: UploadRecord): Promise<'created' | 'missing-bucket'> {
    const { buckets, uploads } = this.#records
    return this.#change(() => {
      if (!buckets.get(bucketKey(upload.bucket))) return 'missing-bucket'
      uploads.put(uploadKey(upload), upload)
      return 'created'
    })
  }

  async getUpload(
    bucket: string,
    key: string,
    uploadId: string,
  ): Promise<UploadRecord | undefined> {
    return this.#records.uploads.get(uploadKey({ bucket, key, uploadId }))
  }

  async listUploads(
    bucket: string,
    query: NameQuery & { afterUploadId?: string | undefined },
  ): Promise<UploadRecord[]> {
    return this.#records.uploads.list(uploadsIn(bucket, query), query.limit)
  }

  async putPart(upload: UploadRecord, part: PartRecord): Promise<boolean> {
    const { uploads, parts } = this.#records
    const key = partKey(upload, part.partNumber)
    return this.#change((exchange) => {
      if (!uploads.get(uploadKey(upload))) return false
      const earlier = parts.get(key)
      parts.put(key, part)
      exchange(earlier ? [earlier.blob] : [], [part.blob])
      return true
    })
  }

  async listParts(
    upload: UploadRecord,
    { after, limit }: { after?: number | undefined; limit: number },
  ): Promise<PartRecord[]> {
    return this.#records.parts.list(partsOf(upload, after), limit)
  }

  async abortUpload(upload: UploadRecord): Promise<boolean> {
    const { uploads, parts } = this.#records
    return this.#change((exchange) => {
      if (!uploads.get(uploadKey(upload))) return false
      const held = parts.entries(partsOf(upload))
      this.#remove(upload, held)
      exchange(blobsOf(held), [])
      return true
    })
  }

  async completeUpload(
    upload: UploadRecord,
    parts: readonly PartRecord[],
    object: ObjectRecord,
    { overwrite = true }: { overwrite?: boolean } = {},
  ): Promise<'stored' | 'exists' | 'missing' | 'changed'> {
    const { uploads, objects } = this.#records
    const key = objectKey(upload.bucket, object.key)
    return this.#change((exchange) => {
      if (!uploads.get(uploadKey(upload))) return 'missing'
      const held = this.#records.parts.entries(partsOf(upload))
      if (!areAmong(held, parts)) return 'changed'
      const earlier = objects.get(key)
      if (earlier && !overwrite) return 'exists'
      objects.put(key, object)
      this.#remove(upload, held)
      exchange([...(earlier?.blobs ?? []), ...blobsOf(held)], object.blobs)
      return 'stored'
    })
  }

  async close(): Promise<void> {
    this.#closed ??= this.#close()
    await this.#closed
  }

  #remove(upload: UploadRecord, held: readonly HeldPart[]): void {
    for (const { key } of held) this.#records.parts.remove(key)
    this.#records.uploads.remove(uploadKey(upload))
  }

  /** Runs `change` as one transaction, then deletes the blobs it left without a name. */
  async #change<result>(change: (exchange: Exchange) => result): Promise<result> {
    let freed: string[] = []
    let named: readonly BlobName[] = []
    const result = await this.#metadata.commit(() =>
      change((lost, gained) => {
        freed = this.#names.exchange(lost, gained)
        named = gained
      }),
    )
    this.#names.settle(named)
    await this.#blobs.remove(freed)
    return result
  }
}

/** Every blob has an id of its own: a part that was sent again differs, even with the same bytes. */
function areAmong(held: readonly HeldPart[], parts: readonly PartRecord[]): boolean {
  const blobs = new Map(held.map(({ record }) => [record.partNumber, record.blob.id]))
  return parts.every(({ partNumber, blob }) => blobs.get(partNumber) === blob.id)
}

function blobsOf(held: readonly HeldPart[]): Blob[] {
  return held.map(({ record }) => record.blob)
}
