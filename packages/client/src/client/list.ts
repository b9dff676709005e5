import { type NameDecoder, nameDecoder } from '../oss/name-decoder.ts'
import type { ResponseInfo } from '../oss/response.ts'
import { sendForXml } from '../oss/send.ts'
import type { XmlElement } from '../oss/xml.ts'
import { callOptions, queryOf, type RequestOptions } from './call-options.ts'
import type { Client } from './context.ts'
import { objectUrl } from './urls.ts'

/** Which objects to list. */
export interface ListQuery {
  /** Only names that begin so. */
  prefix?: string | undefined
  /** Names with this after the prefix are told as one prefix: '/' lists one folder. */
  delimiter?: string | undefined
  /** Only names after this one. */
  marker?: string | undefined
  /**
   * From 1 to 1,000.
   *
   * @default 100
   */
  'max-keys'?: number | string | undefined
  'encoding-type'?: string | undefined
}

export interface ListV2Query extends Omit<ListQuery, 'marker'> {
  /** The `nextContinuationToken` of the page before. */
  'continuation-token'?: string | undefined
  continuationToken?: string | undefined
  'start-after'?: string | undefined
  /** Whether each object comes with its owner. */
  'fetch-owner'?: boolean | undefined
}

export interface ListedObject {
  readonly name: string
  readonly url: string
  /** As `2015-02-19T08:39:44.000Z`. */
  readonly lastModified: string
  /** With its quotes. */
  readonly etag: string
  readonly type: string
  /** Bytes. */
  readonly size: number
  readonly storageClass: string
  readonly owner: { readonly id: string; readonly displayName: string } | null
}

interface Page {
  readonly res: ResponseInfo
  readonly objects: ListedObject[]
  readonly prefixes: string[]
  readonly isTruncated: boolean
}

export interface ListResult extends Page {
  /** The `marker` of the next page; null on the last one. */
  readonly nextMarker: string | null
}

export interface ListV2Result extends Page {
  /** The `continuation-token` of the next page; null on the last one. */
  readonly nextContinuationToken: string | null
  /** Objects and prefixes of this page. */
  readonly keyCount: number
}

export async function list(
  client: Client,
  query: ListQuery | null = {},
  options: RequestOptions = {},
): Promise<ListResult> {
  const { xml, decode, page } = await listPage(client, 'ListObjects', queryOf(query), options)
  const nextMarker = xml.value('NextMarker')
  return { ...page, nextMarker: nextMarker ? decode(nextMarker) : null }
}

export async function listV2(
  client: Client,
  query: ListV2Query | null = {},
  options: RequestOptions = {},
): Promise<ListV2Result> {
  const { continuationToken, ...rest } = query ?? {}
  const wanted = { 'list-type': '2', 'continuation-token': continuationToken, ...rest }
  const { xml, decode, page } = await listPage(client, 'ListObjectsV2', queryOf(wanted), options)
  const next = xml.value('NextContinuationToken')
  return {
    ...page,
    nextContinuationToken: next ? decode(next) : null,
    keyCount: Number(xml.value('KeyCount')),
  }
}

async function listPage(
  client: Client,
  operation: string,
  query: Record<string, string>,
  options: RequestOptions,
): Promise<{ xml: XmlElement; decode: NameDecoder; page: Page }> {
  const call = callOptions(options)
  const { xml, response } = await sendForXml(client.send, {
    operation,
    root: 'ListBucketResult',
    method: 'GET',
    bucket: client.bucket(),
    ...call,
    // XML cannot hold every character that a key can.
    query: { ...call.query, 'encoding-type': 'url', ...query },
    success: [200],
  })
  const decode = nameDecoder(operation, xml)
  const page = {
    res: response.res,
    objects: xml.children('Contents').map((entry) => listedObject(client, entry, decode)),
    prefixes: xml.children('CommonPrefixes').map((entry) => decode(entry.value('Prefix'))),
    isTruncated: xml.value('IsTruncated') === 'true',
  }
  return { xml, decode, page }
}

function listedObject(client: Client, entry: XmlElement, decode: NameDecoder): ListedObject {
  const name = decode(entry.value('Key'))
  const owner = entry.child('Owner')
  return {
    name,
    url: objectUrl(client, name),
    lastModified: entry.value('LastModified') ?? '',
    etag: entry.value('ETag') ?? '',
    type: entry.value('Type') ?? '',
    size: Number(entry.value('Size')),
    storageClass: entry.value('StorageClass') ?? '',
    owner: owner
      ? { id: owner.value('ID') ?? '', displayName: owner.value('DisplayName') ?? '' }
      : null,
  }
}
