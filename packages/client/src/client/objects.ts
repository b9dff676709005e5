import { bytesBody } from '../oss/body.ts'
import { base64, encodeKey, utf8 } from '../oss/encode.ts'
import { invalidInput } from '../oss/errors.ts'
import { type HeaderValues, metaHeaders, metaOf } from '../oss/headers.ts'
import { md5 } from '../oss/md5.ts'
import { type NameDecoder, nameDecoder } from '../oss/name-decoder.ts'
import { checkBucketName, objectKey, show } from '../oss/names.ts'
import { headObject } from '../oss/objects.ts'
import type { ResponseInfo } from '../oss/response.ts'
import { sendForXml } from '../oss/send.ts'
import { deleteMultipleObjectsXml, type XmlElement } from '../oss/xml.ts'
import { readAnswer } from '../oss/xml-answer.ts'
import { callOptions, decodeUtf8, type RequestOptions } from './call-options.ts'
import type { Client } from './context.ts'

export interface HeadResult {
  /** User metadata without its prefix; null when there is none, and with status 304. */
  readonly meta: Record<string, string> | null
  readonly res: ResponseInfo
  /** 200, or 304 when the conditions in the headers say that nothing has changed. */
  readonly status: number
}

/** What is known of an object without its bytes. */
export async function head(
  client: Client,
  name: string,
  options: RequestOptions = {},
): Promise<HeadResult> {
  const target = { bucket: client.bucket(), key: objectKey(name) }
  const { status, headers, res } = await headObject(client.send, target, callOptions(options))
  return { meta: status === 304 ? null : readableMeta(client, headers), res, status }
}

/** Metadata that was sent as text is given back as text; with 'latin1' as the bytes it came in. */
function readableMeta(
  { settings }: Client,
  headers: Readonly<Record<string, string>>,
): Record<string, string> | null {
  const meta = metaOf(headers)
  if (meta === null || settings.headerEncoding === 'latin1') return meta
  return Object.fromEntries(
    Object.entries(meta).map(([name, value]) => [name, decodeUtf8(value) ?? value]),
  )
}

/** ETag, size and time of an object, from a lighter request than `head`. */
export async function getObjectMeta(
  client: Client,
  name: string,
  options: RequestOptions = {},
): Promise<{ status: number; res: ResponseInfo }> {
  const call = callOptions(options)
  const { status, res } = await client.send({
    operation: 'GetObjectMeta',
    method: 'HEAD',
    bucket: client.bucket(),
    key: objectKey(name),
    ...call,
    query: { objectMeta: '', ...call.query },
    success: [200],
  })
  return { status, res }
}

/** Deletes an object. That there was none is a success too. */
export async function deleteObject(
  client: Client,
  name: string,
  options: RequestOptions = {},
): Promise<{ res: ResponseInfo }> {
  const { res } = await client.send({
    operation: 'DeleteObject',
    method: 'DELETE',
    bucket: client.bucket(),
    key: objectKey(name),
    ...callOptions(options),
    success: [204],
  })
  return { res }
}

export type DeletableObject = string | { key: string; versionId?: string | undefined }

export interface DeletedObject {
  readonly Key: string
  readonly VersionId?: string
  readonly DeleteMarker?: string
  readonly DeleteMarkerVersionId?: string
}

const MOST_DELETED_AT_ONCE = 1000

/** Deletes up to 1,000 objects with one request. With `quiet` only what failed is listed. */
export async function deleteMulti(
  client: Client,
  names: readonly DeletableObject[],
  options: RequestOptions & { quiet?: boolean | undefined } = {},
): Promise<{ res: ResponseInfo; deleted: DeletedObject[] }> {
  if (!Array.isArray(names) || names.length === 0) throw invalidInput('names is required')
  if (names.length > MOST_DELETED_AT_ONCE) {
    throw invalidInput(
      `At most ${MOST_DELETED_AT_ONCE} objects can be deleted at once: got ${names.length}`,
    )
  }
  const body = deleteBody(names, options.quiet ?? false)
  const call = callOptions(options, { 'content-type': 'application/xml' })
  const request = {
    operation: 'DeleteMultipleObjects',
    method: 'POST',
    bucket: client.bucket(),
    ...call,
    headers: { ...call.headers, 'content-md5': base64(md5(body)) },
    query: { delete: '', 'encoding-type': 'url', ...call.query },
    body: bytesBody(body),
    success: [200],
  } as const
  const response = await client.send(request)
  if (response.data.byteLength === 0) return { res: response.res, deleted: [] }
  const xml = readAnswer({ ...request, root: 'DeleteResult' }, response)
  const decode = nameDecoder('DeleteMultipleObjects', xml)
  const deleted = xml.children('Deleted').map((entry) => deletedObject(entry, decode))
  return { res: response.res, deleted }
}

function deletedObject(entry: XmlElement, decode: NameDecoder): DeletedObject {
  const optional = ['VersionId', 'DeleteMarker', 'DeleteMarkerVersionId']
    .map((name) => [name, entry.value(name)])
    .filter(([, value]) => value !== undefined)
  return { Key: decode(entry.value('Key')), ...Object.fromEntries(optional) }
}

function deleteBody(names: readonly DeletableObject[], quiet: boolean): Uint8Array {
  const objects = names.map(deletable)
  try {
    return utf8(deleteMultipleObjectsXml(objects, quiet))
  } catch (error) {
    // XML cannot hold every character that a key can; such an object is deleted with `delete`.
    throw invalidInput(error instanceof Error ? error.message : String(error))
  }
}

function deletable(object: DeletableObject): DeletableObject {
  if (typeof object === 'string') return objectKey(object)
  if (typeof object !== 'object' || object === null) {
    throw invalidInput(`What is deleted must be a name or { key, versionId }: got ${show(object)}`)
  }
  return { ...object, key: objectKey(object.key) }
}

export interface CopyOptions extends RequestOptions {
  /** New user metadata in the place of the source's. */
  meta?: HeaderValues | undefined
}

/** As with ali-oss, to say one of these anew means to say anew what describes the object. */
const DESCRIPTIONS = [
  'content-type',
  'content-encoding',
  'content-language',
  'content-disposition',
  'cache-control',
  'expires',
]

const CONDITIONS = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since']

/** Copies an object within OSS. Conditions in `headers` (`If-Match`, …) are about the source. */
export async function copy(
  client: Client,
  name: string,
  sourceName: string,
  sourceBucket: string | CopyOptions | undefined,
  options: CopyOptions = {},
): Promise<{ data: { etag: string; lastModified: string }; res: ResponseInfo }> {
  if (typeof sourceBucket === 'object' && sourceBucket !== null) {
    return copy(client, name, sourceName, undefined, sourceBucket)
  }
  const source = `/${sourceBucket ? checkBucketName(sourceBucket) : client.bucket()}/${encodeKey(objectKey(sourceName))}`
  // The version that is meant is that of the source, so it does not go into the query.
  const { versionId, ...rest } = options
  const call = callOptions(rest)
  const isNew = options.meta || DESCRIPTIONS.some((name) => name in call.headers)
  const { xml, response } = await sendForXml(client.send, {
    operation: 'CopyObject',
    root: 'CopyObjectResult',
    method: 'PUT',
    bucket: client.bucket(),
    key: objectKey(name),
    ...call,
    headers: {
      ...(isNew && { 'x-oss-metadata-directive': 'REPLACE' }),
      ...aboutSource(call.headers),
      ...metaHeaders(options.meta),
      'x-oss-copy-source': versionId ? `${source}?versionId=${versionId}` : source,
    },
    success: [200],
  })
  const data = { etag: xml.value('ETag') ?? '', lastModified: xml.value('LastModified') ?? '' }
  return { data, res: response.res }
}

function aboutSource(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      CONDITIONS.includes(name) ? `x-oss-copy-source-${name}` : name,
      value,
    ]),
  )
}
