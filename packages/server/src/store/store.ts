/**
 * What oss-local needs from the place where it keeps things. A store knows nothing of HTTP, XML or
 * signatures; the protocol code knows nothing of disks. Every implementation runs `store.contract.ts`.
 *
 * Names are compared by the bytes of their UTF-8, as OSS does: a store never normalises a key and
 * never uses one as a file path.
 */
export interface Store {
  /**
   * Creates the bucket, or replaces the settings of the one that has this name. What is not said of
   * its configuration stays as it was.
   */
  putBucket(bucket: BucketRecord): Promise<void>
  /**
   * Puts what `change` names in the place of what the bucket had, and takes away what it names as
   * undefined. Everything else of the bucket stays. False when there is no such bucket.
   */
  configureBucket(name: string, change: BucketConfiguration): Promise<boolean>
  getBucket(name: string): Promise<BucketRecord | undefined>
  /** Buckets by name, those strictly after `after` first. */
  listBuckets(query: NameQuery): Promise<BucketRecord[]>
  /** Only an empty bucket without pending uploads is deleted; otherwise the answer says what is in the way. */
  deleteBucket(name: string): Promise<'deleted' | 'missing' | 'has-objects' | 'has-uploads'>

  /**
   * Streams `bytes` to a durable place. Nothing sees them until they are named by `putObject`,
   * `putPart` or `completeUpload`. When `bytes` throws, nothing is left behind and the error is passed on.
   * When the store itself fails, `bytes` is left by its `return()`. A chunk may be reused by its
   * producer as soon as the next one is asked for.
   */
  writeBlob(bytes: AsyncIterable<Uint8Array>): Promise<Blob>
  /** Throws away a blob that will not be named. Does nothing to one that is. */
  discardBlob(blob: Blob): Promise<void>

  /**
   * Puts the object in the place of any earlier one with its key. A blob may be named by several
   * records (a copy, or new metadata for the same bytes), and is given back with the last of them.
   * Rejects when a blob of `object` is gone already.
   */
  putObject(
    bucket: string,
    object: ObjectRecord,
    options?: { overwrite?: boolean },
  ): Promise<'stored' | 'exists' | 'missing-bucket'>
  getObject(bucket: string, key: string): Promise<ObjectRecord | undefined>
  /** False when there was none. */
  deleteObject(bucket: string, key: string): Promise<boolean>
  listObjects(bucket: string, query: NameQuery): Promise<ObjectRecord[]>
  /**
   * The object's bytes from `start` (inclusive) to `end` (exclusive). From the moment of this call a
   * reader gets this version to the end, even when the object is deleted or replaced meanwhile;
   * the reader must therefore be iterated to its end or have its `return()` called. It throws rather
   * than end early. A chunk is good until the next is asked for. A record is sure to have its bytes in the turn of the event loop in which it
   * was got: ask for the reader before you wait for anything but this store's `get` and `list`.
   */
  read(object: ObjectRecord, start: number, end: number): AsyncIterableIterator<Uint8Array>

  createUpload(upload: UploadRecord): Promise<'created' | 'missing-bucket'>
  /** Undefined as well when the id belongs to another bucket or key. */
  getUpload(bucket: string, key: string, uploadId: string): Promise<UploadRecord | undefined>
  /** By key, then by upload id; strictly after (`after`, `afterUploadId`). */
  listUploads(
    bucket: string,
    query: NameQuery & { afterUploadId?: string | undefined },
  ): Promise<UploadRecord[]>
  /** Replaces the part of the same number. False when the upload is gone: the blob is then still the caller's to discard. */
  putPart(upload: UploadRecord, part: PartRecord): Promise<boolean>
  /** By number, those strictly above `after`. */
  listParts(
    upload: UploadRecord,
    query: { after?: number | undefined; limit: number },
  ): Promise<PartRecord[]>
  /** Drops the upload and all its parts, for good. False when it was gone already. */
  abortUpload(upload: UploadRecord): Promise<boolean>
  /**
   * In one atomic step: checks that each of `parts` is still the current one of its number, makes them
   * the object (without copying bytes), drops the upload and its other parts. 'changed' means that a
   * part was replaced since it was read; nothing has happened then, nor for 'exists' and 'missing'.
   */
  completeUpload(
    upload: UploadRecord,
    parts: readonly PartRecord[],
    object: ObjectRecord,
    options?: { overwrite?: boolean },
  ): Promise<'stored' | 'exists' | 'missing' | 'changed'>

  close(): Promise<void>
}

/** Names that start with `prefix`, strictly after `after`, in UTF-8 byte order, at most `limit`. */
export interface NameQuery {
  prefix?: string | undefined
  after?: string | undefined
  limit: number
}

export interface BucketRecord extends BucketConfiguration {
  readonly name: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly acl: Acl
  readonly storageClass: string
  readonly dataRedundancyType: string
}

/** What is put to a bucket after it is there, each of it by a request of its own. */
export interface BucketConfiguration {
  readonly cors?: CorsRecord | undefined
  readonly lifecycle?: LifecycleRecord | undefined
}

/** Which pages of other origins may use the bucket. */
export interface CorsRecord {
  readonly rules: readonly {
    readonly allowedOrigin: readonly string[]
    readonly allowedMethod: readonly string[]
    readonly allowedHeader: readonly string[]
    readonly exposeHeader: readonly string[]
    readonly maxAgeSeconds?: number | undefined
  }[]
  /** Answers say that they differ by the origin, whoever asks. */
  readonly responseVary: boolean
}

/** What is to become of objects and uploads, and when. */
export interface LifecycleRecord {
  readonly rules: readonly {
    readonly id: string
    readonly prefix: string
    readonly enabled: boolean
    /** Days after an upload began, or milliseconds since 1970. */
    readonly abortMultipartUpload?:
      | { readonly days: number }
      | { readonly createdBefore: number }
      | undefined
    /** Elements that nobody acts upon. */
    readonly others: readonly ElementRecord[]
  }[]
}

/** An element with its text or its children. */
export type ElementRecord = readonly [name: string, content: string | readonly ElementRecord[]]

export type Acl = 'private' | 'public-read' | 'public-read-write'

/** Bytes at rest. */
export interface Blob {
  readonly id: string
  readonly size: number
  /** 32 upper-case hexadecimal digits. */
  readonly md5: string
  readonly crc64: bigint
}

export interface ObjectRecord {
  readonly key: string
  readonly type: 'Normal' | 'Multipart'
  readonly size: number
  /** Without quotes. */
  readonly etag: string
  readonly crc64: bigint
  /** Milliseconds since 1970. */
  readonly lastModified: number
  readonly storageClass: string
  readonly acl: Acl | 'default'
  /** Response headers that were set with the object, names in lower case: `content-type`, `x-oss-meta-…`. */
  readonly headers: Readonly<Record<string, string>>
  /** The object's bytes, in order. */
  readonly blobs: readonly Pick<Blob, 'id' | 'size'>[]
}

export interface UploadRecord {
  readonly bucket: string
  readonly key: string
  /** 32 upper-case hexadecimal digits. */
  readonly uploadId: string
  /** Milliseconds since 1970. */
  readonly initiatedAt: number
  readonly storageClass: string
  readonly acl: Acl | 'default'
  /** As in ObjectRecord. */
  readonly headers: Readonly<Record<string, string>>
  /** Parts must arrive as 1, 2, 3 … and none may be replaced. */
  readonly sequential: boolean
}

export interface PartRecord {
  readonly partNumber: number
  readonly blob: Blob
  /** Milliseconds since 1970. */
  readonly lastModified: number
}
