import { readCallback } from '../protocol/callback.ts'
import { refuseConditions } from '../protocol/conditions.ts'
import { OssError } from '../protocol/errors.ts'
import { contentMd5, quoted } from '../protocol/etag.ts'
import { encryptionHeaders, readObjectSettings } from '../protocol/object-settings.ts'
import { emptyReply, type ReplyHeaders } from '../protocol/reply.ts'
import type { Blob, ObjectRecord } from '../store/store.ts'
import type { Call, Handler } from './call.ts'
import { findBucket, noSuchBucket } from './find.ts'
import { nameOrDiscard, receiveBlob } from './receive.ts'
import { withCallback } from './upload-callback.ts'

export const putObject: Handler<'PutObject'> = async ({ bucket, key }, call) => {
  const { request, store, now } = call
  refuseConditions(request.headers)
  const settings = readObjectSettings(request.headers)
  const callback = readCallback(request)
  const { storageClass } = await findBucket(store, bucket)
  await checkOverwrite(call, { bucket, key })

  const blob = await receiveBlob(request, store)
  const object: ObjectRecord = {
    key,
    type: 'Normal',
    size: blob.size,
    etag: blob.md5,
    crc64: blob.crc64,
    lastModified: now(),
    storageClass: settings.storageClass ?? storageClass,
    acl: settings.acl ?? 'default',
    headers: settings.headers,
    blobs: [{ id: blob.id, size: blob.size }],
  }
  await nameOrDiscard(store, blob, () => placeObject(call, bucket, object))
  const reply = emptyReply(200, {
    ...blobHeaders(blob),
    ...encryptionHeaders(request.headers),
  })
  return withCallback(callback, { bucket, object, reply }, call)
}

/** ETag, Content-MD5 and CRC-64 of what was just received. SDKs compare the CRC with their own. */
export function blobHeaders(blob: Blob): ReplyHeaders {
  return {
    etag: quoted(blob.md5),
    'content-md5': contentMd5(blob.md5),
    'x-oss-hash-crc64ecma': String(blob.crc64),
  }
}

export function forbidsOverwrite({ request }: Call): boolean {
  return request.headers.get('x-oss-forbid-overwrite')?.toLowerCase() === 'true'
}

/** Spares the client the sending of a body that `placeObject` would refuse. */
export async function checkOverwrite(
  call: Call,
  { bucket, key }: { bucket: string; key: string },
  ec?: string,
): Promise<void> {
  if (!forbidsOverwrite(call)) return
  if ((await call.store.getObject(bucket, key)) !== undefined) throw fileAlreadyExists(ec)
}

export function fileAlreadyExists(ec?: string): OssError {
  return new OssError('FileAlreadyExists', ec === undefined ? {} : { ec })
}

/** Puts the object in its place, with the last word on what stands in the way. */
export async function placeObject(call: Call, bucket: string, object: ObjectRecord): Promise<void> {
  const outcome = await call.store.putObject(bucket, object, {
    overwrite: !forbidsOverwrite(call),
  })
  if (outcome === 'exists') throw fileAlreadyExists()
  if (outcome === 'missing-bucket') throw noSuchBucket(bucket)
}
