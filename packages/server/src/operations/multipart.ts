import { nameEncoding } from '../protocol/encoding-type.ts'
import { invalidArgument, OssError } from '../protocol/errors.ts'
import { quoted } from '../protocol/etag.ts'
import { encryptionHeaders, readObjectSettings } from '../protocol/object-settings.ts'
import { emptyReply, xmlReply } from '../protocol/reply.ts'
import { newUploadId } from '../protocol/request-id.ts'
import type { Blob, Store, UploadRecord } from '../store/store.ts'
import type { Call, Handler } from './call.ts'
import { findBucket, findUpload, noSuchBucket, noSuchUpload } from './find.ts'
import { KeyedQueue } from './keyed-queue.ts'
import { blobHeaders, checkOverwrite } from './put-object.ts'
import { nameOrDiscard, receiveBlob } from './receive.ts'

export const initiateMultipartUpload: Handler<'InitiateMultipartUpload'> = async (
  { bucket, key },
  call,
) => {
  const { request, store, now } = call
  const { type, encode } = nameEncoding(request.query.get('encoding-type'))
  const settings = readObjectSettings(request.headers)
  const { storageClass } = await findBucket(store, bucket)
  await checkOverwrite(call, { bucket, key })
  const upload: UploadRecord = {
    bucket,
    key,
    uploadId: newUploadId(),
    initiatedAt: now(),
    storageClass: settings.storageClass ?? storageClass,
    acl: settings.acl ?? 'default',
    headers: settings.headers,
    sequential: request.query.has('sequential'),
  }
  if ((await store.createUpload(upload)) === 'missing-bucket') throw noSuchBucket(bucket)
  return xmlReply(
    [
      'InitiateMultipartUploadResult',
      [
        type && ['EncodingType', type],
        ['Bucket', bucket],
        ['Key', encode(key)],
        ['UploadId', upload.uploadId],
      ],
    ],
    encryptionHeaders(request.headers),
  )
}

/** SDKs repeat the headers of the object on its parts; all but the body's own are passed over. */
export const uploadPart: Handler<'UploadPart'> = async (operation, call) => {
  const { request, store } = call
  refuseEncryption(call)
  const upload = await findUpload(store, operation)
  await checkSequence(store, upload, operation.partNumber)
  const blob = await receiveBlob(request, store)
  await keepPart(call, upload, operation.partNumber, blob)
  return emptyReply(200, blobHeaders(blob))
}

/** Between the check and the keeping of a part no other may come in. */
const sequences = new KeyedQueue()

/** Makes `blob` the part, in the place of an earlier one, or discards it. */
export async function keepPart(
  { store, now }: Call,
  upload: UploadRecord,
  partNumber: number,
  blob: Blob,
): Promise<void> {
  const keep = async () => {
    await checkSequence(store, upload, partNumber)
    const kept = await store.putPart(upload, { partNumber, blob, lastModified: now() })
    if (!kept) throw noSuchUpload(upload.uploadId)
  }
  await nameOrDiscard(store, blob, () =>
    upload.sequential ? sequences.run(upload.uploadId, keep) : keep(),
  )
}

/** In a sequential upload the parts arrive as 1, 2, 3 …, each once. */
export async function checkSequence(
  store: Store,
  upload: UploadRecord,
  partNumber: number,
): Promise<void> {
  if (!upload.sequential) return
  const around = await store.listParts(upload, { after: partNumber - 2, limit: 2 })
  const same = around.find((part) => part.partNumber === partNumber)
  if (same !== undefined) {
    throw new OssError('PartAlreadyExist', {
      elements: { PartNumber: partNumber, PartEtag: quoted(same.blob.md5) },
    })
  }
  if (partNumber > 1 && around[0]?.partNumber !== partNumber - 1) {
    throw new OssError('PartNotSequential')
  }
}

export function refuseEncryption({ request: { headers } }: Call): void {
  const algorithm = headers.get('x-oss-server-side-encryption')
  if (algorithm === undefined) return
  throw invalidArgument('x-oss-server-side-encryption', algorithm, {
    message: 'The encryption is chosen by InitiateMultipartUpload, not by its parts.',
  })
}

export const abortMultipartUpload: Handler<'AbortMultipartUpload'> = async (
  operation,
  { store },
) => {
  const ec = '0042-00000002'
  const upload = await findUpload(store, operation, ec)
  if (!(await store.abortUpload(upload))) throw noSuchUpload(operation.uploadId, ec)
  return emptyReply(204)
}
