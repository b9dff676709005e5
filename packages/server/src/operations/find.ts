import { OssError } from '../protocol/errors.ts'
import type {
  BucketConfiguration,
  BucketRecord,
  ObjectRecord,
  Store,
  UploadRecord,
} from '../store/store.ts'

/** The bucket, or NoSuchBucket. */
export async function findBucket(store: Store, name: string): Promise<BucketRecord> {
  const bucket = await store.getBucket(name)
  if (bucket === undefined) throw noSuchBucket(name)
  return bucket
}

/** The bucket may have gone since it was found: NoSuchBucket as well. */
export async function configureBucket(
  store: Store,
  name: string,
  change: BucketConfiguration,
): Promise<void> {
  if (!(await store.configureBucket(name, change))) throw noSuchBucket(name)
}

/** The object, or NoSuchKey. */
export async function findObject(
  store: Store,
  { bucket, key }: { bucket: string; key: string },
): Promise<ObjectRecord> {
  const object = await store.getObject(bucket, key)
  if (object === undefined) throw new OssError('NoSuchKey', { elements: { Key: key } })
  return object
}

/** The upload, or NoSuchUpload with the error cause that belongs to the operation. */
export async function findUpload(
  store: Store,
  { bucket, key, uploadId }: { bucket: string; key: string; uploadId: string },
  ec?: string,
): Promise<UploadRecord> {
  const upload = await store.getUpload(bucket, key, uploadId)
  if (upload === undefined) throw noSuchUpload(uploadId, ec)
  return upload
}

export function noSuchBucket(name: string): OssError {
  return new OssError('NoSuchBucket', { elements: { BucketName: name } })
}

export function noSuchUpload(uploadId: string, ec?: string): OssError {
  return new OssError('NoSuchUpload', {
    elements: { UploadId: uploadId },
    ...(ec === undefined ? {} : { ec }),
  })
}
