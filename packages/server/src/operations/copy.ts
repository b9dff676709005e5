import { isNotModified } from '../protocol/conditions.ts'
import { readCopySource } from '../protocol/copy-source.ts'
import { isoDate } from '../protocol/dates.ts'
import { invalidArgument, OssError } from '../protocol/errors.ts'
import { quoted } from '../protocol/etag.ts'
import { MAX_BODY_BYTES, MAX_COPY_BYTES } from '../protocol/limits.ts'
import { encryptionHeaders, readObjectSettings } from '../protocol/object-settings.ts'
import { contentRange, copySourceRange } from '../protocol/range.ts'
import { emptyReply, xmlReply } from '../protocol/reply.ts'
import type { ObjectRecord } from '../store/store.ts'
import { checkAnonymous } from './access.ts'
import type { Call, Handler } from './call.ts'
import { findBucket, findObject, findUpload } from './find.ts'
import { checkSequence, keepPart, refuseEncryption } from './multipart.ts'
import { checkOverwrite, placeObject } from './put-object.ts'

/** How often to look again when the source is replaced while it is copied. */
const MAX_ATTEMPTS = 5

export const copyObject: Handler<'CopyObject'> = async ({ bucket, key }, call) => {
  const { request, store } = call
  const { storageClass } = await findBucket(store, bucket)
  await checkOverwrite(call, { bucket, key })
  const object = await placeCopy(call, { bucket, key, storageClass })
  if (object === 'not-modified') return emptyReply(304)
  return xmlReply(
    [
      'CopyObjectResult',
      [
        ['ETag', quoted(object.etag)],
        ['LastModified', isoDate(object.lastModified)],
      ],
    ],
    {
      etag: quoted(object.etag),
      'x-oss-hash-crc64ecma': String(object.crc64),
      ...encryptionHeaders(request.headers),
    },
  )
}

interface Destination {
  readonly bucket: string
  readonly key: string
  readonly storageClass: string
}

/** The copy names the source's blobs: no byte is moved. */
async function placeCopy(
  call: Call,
  destination: Destination,
): Promise<ObjectRecord | 'not-modified'> {
  for (let attempt = 1; ; attempt++) {
    const source = await openSource(call)
    if (source === 'not-modified') return source
    if (source.object.size > MAX_COPY_BYTES) throw tooLarge(MAX_COPY_BYTES)
    const object = copyOf(source, destination, call)
    try {
      await placeObject(call, destination.bucket, object)
      return object
    } catch (error) {
      // The store refuses blobs that are gone: those of a source that was just replaced or deleted.
      if (error instanceof OssError || attempt === MAX_ATTEMPTS) throw error
    }
  }
}

function copyOf(source: Source, { bucket, key, storageClass }: Destination, call: Call) {
  const settings = readObjectSettings(call.request.headers)
  // A copy onto itself is the way to give an object new metadata.
  const isItself = source.bucket === bucket && source.object.key === key
  const metadata = isItself || replacesMetadata(call) ? settings.headers : source.object.headers
  return {
    ...source.object,
    key,
    lastModified: call.now(),
    storageClass: settings.storageClass ?? storageClass,
    acl: settings.acl ?? 'default',
    headers: copiedHeaders(call, {
      metadata,
      source: source.object.headers,
      own: settings.headers,
    }),
  }
}

export const uploadPartCopy: Handler<'UploadPartCopy'> = async (operation, call) => {
  const { request, store, now } = call
  refuseEncryption(call)
  const upload = await findUpload(store, operation)
  await checkSequence(store, upload, operation.partNumber)
  const source = await openSource(call)
  if (source === 'not-modified') return emptyReply(304)
  const { size } = source.object
  const range = copySourceRange(request.headers.get('x-oss-copy-source-range'), size)
  const { start, end } = range ?? { start: 0, end: size }
  if (end - start > MAX_BODY_BYTES) throw tooLarge(MAX_BODY_BYTES)

  const blob = await store.writeBlob(store.read(source.object, start, end))
  await keepPart(call, upload, operation.partNumber, blob)
  return xmlReply(
    [
      'CopyPartResult',
      [
        ['LastModified', isoDate(now())],
        ['ETag', quoted(blob.md5)],
      ],
    ],
    {
      etag: quoted(blob.md5),
      ...(range === undefined ? {} : { 'content-range': contentRange(range, size) }),
    },
  )
}

interface Source {
  readonly bucket: string
  readonly object: ObjectRecord
}

async function openSource({ request, identity, store }: Call): Promise<Source | 'not-modified'> {
  const source = readCopySource(request.headers.get('x-oss-copy-source') ?? '')
  await findBucket(store, source.bucket)
  if (identity === 'anonymous') await checkAnonymous('read', source, store)
  const object = await findObject(store, source)
  if (isNotModified(request.headers, object, 'x-oss-copy-source-')) return 'not-modified'
  return { bucket: source.bucket, object }
}

function replacesMetadata({ request }: Call): boolean {
  const directive = request.headers.get('x-oss-metadata-directive') ?? 'COPY'
  return readDirective('x-oss-metadata-directive', directive) === 'REPLACE'
}

type Headers = ObjectRecord['headers']

/** The tags have a directive of their own, and encryption is always this request's. */
function copiedHeaders(
  { request }: Call,
  { metadata, source, own }: { metadata: Headers; source: Headers; own: Headers },
): Headers {
  const directive = request.headers.get('x-oss-tagging-directive') ?? 'Copy'
  const replacesTags = readDirective('x-oss-tagging-directive', directive) === 'REPLACE'
  return {
    ...pick(metadata, (name) => !isTagging(name) && !isEncryption(name)),
    ...pick(replacesTags ? own : source, isTagging),
    ...pick(own, isEncryption),
  }
}

function readDirective(name: string, value: string): 'COPY' | 'REPLACE' {
  const directive = value.toUpperCase()
  if (directive === 'COPY' || directive === 'REPLACE') return directive
  throw invalidArgument(name, value)
}

function isTagging(name: string): boolean {
  return name === 'x-oss-tagging-count'
}

function isEncryption(name: string): boolean {
  return name.startsWith('x-oss-server-side-')
}

function pick(headers: Headers, wanted: (name: string) => boolean): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => wanted(name)))
}

function tooLarge(limit: number): OssError {
  return new OssError('EntityTooLarge', { elements: { MaxSizeAllowed: limit } })
}
