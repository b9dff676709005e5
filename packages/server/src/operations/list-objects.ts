import { isoDate } from '../protocol/dates.ts'
import { type NameEncoding, nameEncoding } from '../protocol/encoding-type.ts'
import { invalidArgument } from '../protocol/errors.ts'
import { quoted } from '../protocol/etag.ts'
import { readName, readPageSize } from '../protocol/list-parameters.ts'
import { percentDecode } from '../protocol/percent.ts'
import { xmlReply } from '../protocol/reply.ts'
import type { XmlNode } from '../protocol/xml-writer.ts'
import type { ObjectRecord } from '../store/store.ts'
import type { Call, Handler } from './call.ts'
import { collect, commonPrefix, type Entry, lastNameWithin, type Page } from './collect.ts'
import { ownerNode } from './owner.ts'

export const listObjects: Handler<'ListObjects'> = async ({ bucket }, call) => {
  const query = readListQuery(call)
  const marker = readName(call.request.query, 'marker')
  const page = await listPage(call, bucket, { ...query, after: pastPrefix(marker, query) })
  const { type, encode } = query.names
  return xmlReply([
    'ListBucketResult',
    [
      ['Name', bucket],
      ['Prefix', encode(query.prefix)],
      ['Marker', encode(marker)],
      ['MaxKeys', query.limit],
      ['Delimiter', encode(query.delimiter)],
      type && ['EncodingType', type],
      ['IsTruncated', page.isTruncated],
      page.isTruncated ? ['NextMarker', encode(lastName(page))] : undefined,
      ...entryNodes(page, query.names, true),
    ],
  ])
}

export const listObjectsV2: Handler<'ListObjectsV2'> = async ({ bucket }, call) => {
  const query = readListQuery(call)
  const parameters = call.request.query
  const startAfter = parameters.has('start-after') ? readName(parameters, 'start-after') : undefined
  const token = parameters.get('continuation-token')
  const after = token ? pastPrefix(readToken(token), query) : (startAfter ?? '')
  const page = await listPage(call, bucket, { ...query, after })
  const { type, encode } = query.names
  return xmlReply([
    'ListBucketResult',
    [
      ['Name', bucket],
      ['Prefix', encode(query.prefix)],
      startAfter === undefined ? undefined : ['StartAfter', encode(startAfter)],
      token === undefined ? undefined : ['ContinuationToken', encode(token)],
      ['MaxKeys', query.limit],
      ['Delimiter', encode(query.delimiter)],
      type && ['EncodingType', type],
      ['IsTruncated', page.isTruncated],
      page.isTruncated ? ['NextContinuationToken', encode(writeToken(lastName(page)))] : undefined,
      ['KeyCount', page.entries.length],
      ...entryNodes(page, query.names, parameters.get('fetch-owner') === 'true'),
    ],
  ])
}

interface ListQuery {
  readonly prefix: string
  readonly delimiter: string
  readonly limit: number
  readonly names: NameEncoding
}

function readListQuery({ request: { query } }: Call): ListQuery {
  return {
    prefix: readName(query, 'prefix'),
    delimiter: readName(query, 'delimiter'),
    limit: readPageSize(query, 'max-keys', 100),
    names: nameEncoding(query.get('encoding-type')),
  }
}

function listPage(
  { store }: Call,
  bucket: string,
  { prefix, delimiter, limit, after }: ListQuery & { readonly after: string },
): Promise<Page<ObjectRecord>> {
  return collect<ObjectRecord, string>(after, {
    prefix,
    delimiter,
    limit,
    keyOf: (object) => object.key,
    after: (object) => object.key,
    afterName: (name) => name,
    fetch: (name, wanted) => store.listObjects(bucket, { prefix, after: name, limit: wanted }),
  })
}

/** A marker that is a common prefix, as `NextMarker` can be, stands for all below it. */
function pastPrefix(marker: string, { prefix, delimiter }: ListQuery): string {
  return commonPrefix(marker, prefix, delimiter) === marker ? lastNameWithin(marker) : marker
}

function lastName({ entries }: Page<ObjectRecord>): string {
  const last = entries.at(-1)
  if (last === undefined) return ''
  return 'item' in last ? last.item.key : last.prefix
}

/** Opaque to clients: the last name in hexadecimal. */
function writeToken(name: string): string {
  return Buffer.from(name, 'utf8').toString('hex').toUpperCase()
}

function readToken(token: string): string {
  const name = /^([0-9A-F]{2})+$/.test(token)
    ? percentDecode(token.replace(/../g, '%$&'))
    : undefined
  if (name === undefined) throw invalidArgument('continuation-token', token)
  return name
}

function entryNodes(
  { entries }: Page<ObjectRecord>,
  names: NameEncoding,
  withOwner: boolean,
): XmlNode[] {
  return [
    ...entries.flatMap((entry) =>
      'item' in entry ? [contents(entry.item, names, withOwner)] : [],
    ),
    ...commonPrefixNodes(entries, names),
  ]
}

export function commonPrefixNodes(
  entries: readonly Entry<unknown>[],
  { encode }: NameEncoding,
): XmlNode[] {
  return entries.flatMap((entry): XmlNode[] =>
    'prefix' in entry ? [['CommonPrefixes', [['Prefix', encode(entry.prefix)]]]] : [],
  )
}

function contents(object: ObjectRecord, { encode }: NameEncoding, withOwner: boolean): XmlNode {
  return [
    'Contents',
    [
      ['Key', encode(object.key)],
      ['LastModified', isoDate(object.lastModified)],
      ['ETag', quoted(object.etag)],
      ['Type', object.type],
      ['Size', object.size],
      ['StorageClass', object.storageClass],
      withOwner ? ownerNode() : undefined,
    ],
  ]
}
