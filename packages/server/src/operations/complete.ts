import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { readCallback } from '../protocol/callback.ts'
import { type ListedPart, readCompleteBody } from '../protocol/complete-body.ts'
import { nameEncoding } from '../protocol/encoding-type.ts'
import { invalidArgument, OssError } from '../protocol/errors.ts'
import { contentMd5, multipartEtag, quoted } from '../protocol/etag.ts'
import { MAX_COMPLETE_XML_BYTES, MIN_PART_BYTES } from '../protocol/limits.ts'
import { encryptionHeaders, readObjectAcl } from '../protocol/object-settings.ts'
import { percentEncodePath } from '../protocol/percent.ts'
import { type Reply, type ReplyHeaders, xmlReply } from '../protocol/reply.ts'
import { combineCrc64 } from '../store/crc64.ts'
import type { ObjectRecord, PartRecord, Store, UploadRecord } from '../store/store.ts'
import type { Call, Handler } from './call.ts'
import { findUpload, noSuchUpload } from './find.ts'
import { checkOverwrite, fileAlreadyExists, forbidsOverwrite } from './put-object.ts'
import { receiveDocument } from './receive.ts'
import { withCallback } from './upload-callback.ts'

const NO_SUCH_UPLOAD_EC = '0042-00000203'
const FILE_EXISTS_EC = '0042-00000214'

const PARTS_AT_ONCE = 1000

/** How often to look again when a part is replaced between the check and the assembly. */
const MAX_ATTEMPTS = 5

export const completeMultipartUpload: Handler<'CompleteMultipartUpload'> = async (
  operation,
  call,
) => {
  const { request, store } = call
  const upload = await findUpload(store, operation, NO_SUCH_UPLOAD_EC)
  const listed = await readListedParts(call)
  const callback = readCallback(request)
  const acl = readObjectAcl(request.headers)
  await checkOverwrite(call, upload, FILE_EXISTS_EC)
  const object = await assemble(call, acl === undefined ? upload : { ...upload, acl }, listed)
  const reply = completed(call, operation.bucket, object)
  return withCallback(callback, { bucket: operation.bucket, object, reply }, call)
}

/** Undefined means all that there are. */
async function readListedParts({ request }: Call): Promise<ListedPart[] | undefined> {
  const body = await receiveDocument(request, MAX_COMPLETE_XML_BYTES)
  const all = request.headers.get('x-oss-complete-all')
  if (all === undefined) return readCompleteBody(body)
  if (all.toLowerCase() !== 'yes') throw invalidArgument('x-oss-complete-all', all)
  if (body.length === 0) return undefined
  throw invalidArgument('x-oss-complete-all', all, {
    // The spelling is the service's.
    message: 'Should not speficy both complete all header and http body.',
    ec: '0042-00000216',
  })
}

async function assemble(
  call: Call,
  upload: UploadRecord,
  listed: readonly ListedPart[] | undefined,
): Promise<ObjectRecord> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const held = await allParts(call.store, upload)
    const parts = listed === undefined ? held : matchParts(listed, held, upload.uploadId)
    checkSizes(parts)
    const object = await joinParts(call, upload, parts)
    const outcome = await call.store.completeUpload(upload, parts, object, {
      overwrite: !forbidsOverwrite(call),
    })
    if (outcome === 'stored') return object
    if (outcome === 'exists') throw fileAlreadyExists(FILE_EXISTS_EC)
    if (outcome === 'missing') throw noSuchUpload(upload.uploadId, NO_SUCH_UPLOAD_EC)
  }
  throw new Error(`The parts of upload ${upload.uploadId} were replaced all the while.`)
}

/** A page at a time: other requests have their turn in between. */
async function allParts(store: Store, upload: UploadRecord): Promise<PartRecord[]> {
  const parts: PartRecord[] = []
  for (;;) {
    const after = parts.at(-1)?.partNumber
    const page = await store.listParts(upload, { after, limit: PARTS_AT_ONCE })
    parts.push(...page)
    if (page.length < PARTS_AT_ONCE) return parts
    await setImmediate()
  }
}

/** The held parts that the client listed; those that it did not list are dropped. */
function matchParts(
  listed: readonly ListedPart[],
  held: readonly PartRecord[],
  uploadId: string,
): PartRecord[] {
  const byNumber = new Map(held.map((part) => [part.partNumber, part]))
  return listed.map(({ partNumber, etag }) => {
    const part = byNumber.get(partNumber)
    if (part?.blob.md5 === etag) return part
    throw new OssError('InvalidPart', {
      elements: { ETag: quoted(etag), PartNumber: partNumber, UploadId: uploadId },
    })
  })
}

function checkSizes(parts: readonly PartRecord[]): void {
  const small = parts.slice(0, -1).find(({ blob }) => blob.size < MIN_PART_BYTES)
  if (small === undefined) return
  throw new OssError('EntityTooSmall', {
    elements: {
      ProposedSize: small.blob.size,
      MinSizeAllowed: MIN_PART_BYTES,
      PartNumber: small.partNumber,
      ETag: quoted(small.blob.md5),
    },
  })
}

async function joinParts(
  { store, now }: Call,
  upload: UploadRecord,
  parts: readonly PartRecord[],
): Promise<ObjectRecord> {
  const blobs = parts.map(({ blob }) => blob)
  const object: ObjectRecord = {
    key: upload.key,
    type: 'Multipart',
    size: blobs.reduce((sum, { size }) => sum + size, 0),
    etag: multipartEtag(blobs.map(({ md5 }) => md5)),
    crc64: blobs.reduce((crc, blob) => combineCrc64(crc, blob.crc64, blob.size), 0n),
    lastModified: now(),
    storageClass: upload.storageClass,
    acl: upload.acl,
    headers: upload.headers,
    blobs: blobs.map(({ id, size }) => ({ id, size })),
  }
  if (!upload.sequential) return object
  const md5 = contentMd5(await md5Of(store, object))
  return { ...object, headers: { ...object.headers, 'content-md5': md5 } }
}

/** Objects of sequential uploads have a Content-MD5: the reason for the mode. */
async function md5Of(store: Store, object: ObjectRecord): Promise<string> {
  const hash = createHash('md5')
  for await (const chunk of store.read(object, 0, object.size)) hash.update(chunk)
  return hash.digest('hex')
}

function completed({ request, region }: Call, bucket: string, object: ObjectRecord): Reply {
  const { type, encode } = nameEncoding(request.query.get('encoding-type'))
  const path = percentEncodePath(object.key)
  const headers: ReplyHeaders = {
    etag: quoted(object.etag),
    'x-oss-hash-crc64ecma': String(object.crc64),
    ...encryptionHeaders(new Map(Object.entries(object.headers))),
  }
  return xmlReply(
    [
      'CompleteMultipartUploadResult',
      [
        type && ['EncodingType', type],
        ['Location', `http://${bucket}.oss-${region}.aliyuncs.com/${path}`],
        ['Bucket', bucket],
        ['Key', encode(object.key)],
        ['ETag', quoted(object.etag)],
      ],
    ],
    headers,
  )
}
