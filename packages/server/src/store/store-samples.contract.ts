import type {
  Blob,
  BucketRecord,
  CorsRecord,
  LifecycleRecord,
  ObjectRecord,
  PartRecord,
  Store,
  UploadRecord,
} from './store.ts'

/** Records and bytes for tests of stores. */
export const BUCKET: BucketRecord = {
  name: 'media',
  createdAt: 1_700_000_000_123,
  acl: 'private',
  storageClass: 'Standard',
  dataRedundancyType: 'LRS',
}

export const CORS: CorsRecord = {
  rules: [
    {
      allowedOrigin: ['http://www.example.com', 'http://*.example.net'],
      allowedMethod: ['PUT', 'GET'],
      allowedHeader: ['*'],
      exposeHeader: ['ETag'],
      maxAgeSeconds: 0,
    },
    { allowedOrigin: ['*'], allowedMethod: ['GET'], allowedHeader: [], exposeHeader: [] },
  ],
  responseVary: true,
}

export const LIFECYCLE: LifecycleRecord = {
  rules: [
    {
      id: 'rule',
      prefix: 'logs/',
      enabled: true,
      abortMultipartUpload: { days: 1 },
      others: [['Expiration', [['Days', '30']]]],
    },
  ],
}

export function objectRecord(key: string, blobs: readonly Blob[]): ObjectRecord {
  return {
    key,
    type: blobs.length === 1 ? 'Normal' : 'Multipart',
    size: blobs.reduce((size, blob) => size + blob.size, 0),
    etag: blobs[0]?.md5 ?? '',
    crc64: blobs[0]?.crc64 ?? 0n,
    lastModified: 1_700_000_001_234,
    storageClass: 'Standard',
    acl: 'default',
    headers: { 'content-type': 'text/plain', 'x-oss-meta-year': '2017' },
    blobs: blobs.map(({ id, size }) => ({ id, size })),
  }
}

export function uploadRecord(key: string, uploadId = uploadIdOf(1)): UploadRecord {
  return {
    bucket: BUCKET.name,
    key,
    uploadId,
    initiatedAt: 1_700_000_002_345,
    storageClass: 'IA',
    acl: 'public-read',
    headers: { 'content-type': 'video/mp4' },
    sequential: false,
  }
}

export function uploadIdOf(number: number): string {
  return number.toString(16).toUpperCase().padStart(32, '0')
}

/** Bytes in memory as a body that arrives in `pieces`. */
export async function* arriving(
  ...pieces: readonly (string | Uint8Array)[]
): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece)
}

export async function storeObject(
  store: Store,
  key: string,
  content: string | Uint8Array,
  bucket = BUCKET.name,
): Promise<ObjectRecord> {
  const object = objectRecord(key, [await store.writeBlob(arriving(content))])
  await store.putObject(bucket, object)
  return object
}

export async function storePart(
  store: Store,
  upload: UploadRecord,
  partNumber: number,
  content: string | Uint8Array,
): Promise<PartRecord> {
  const blob = await store.writeBlob(arriving(content))
  const part = { partNumber, blob, lastModified: 1_700_000_003_456 }
  await store.putPart(upload, part)
  return part
}

export function objectOf(key: string, parts: readonly PartRecord[]): ObjectRecord {
  return objectRecord(
    key,
    parts.map(({ blob }) => blob),
  )
}

export async function collect(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of bytes) pieces.push(Uint8Array.from(piece))
  return Buffer.concat(pieces)
}

/** The object's content as text, or undefined when there is no such object. */
export async function contentOf(
  store: Store,
  key: string,
  bucket = BUCKET.name,
): Promise<string | undefined> {
  const object = await store.getObject(bucket, key)
  return object && String(await collect(store.read(object, 0, object.size)))
}

/** The order of names in OSS. */
export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
