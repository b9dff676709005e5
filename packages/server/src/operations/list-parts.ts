import { isoDate } from '../protocol/dates.ts'
import { nameEncoding } from '../protocol/encoding-type.ts'
import { invalidArgument } from '../protocol/errors.ts'
import { quoted } from '../protocol/etag.ts'
import { readPageSize } from '../protocol/list-parameters.ts'
import type { Query } from '../protocol/query.ts'
import { xmlReply } from '../protocol/reply.ts'
import type { XmlNode } from '../protocol/xml-writer.ts'
import type { PartRecord } from '../store/store.ts'
import type { Handler } from './call.ts'
import { findUpload } from './find.ts'

export const listParts: Handler<'ListParts'> = async (operation, { request: { query }, store }) => {
  const { type, encode } = nameEncoding(query.get('encoding-type'))
  const limit = readPageSize(query, 'max-parts', 1000)
  const after = readMarker(query)
  const upload = await findUpload(store, operation)
  const found = await store.listParts(upload, { after, limit: limit + 1 })
  const parts = found.slice(0, limit)
  return xmlReply([
    'ListPartsResult',
    [
      type && ['EncodingType', type],
      ['Bucket', upload.bucket],
      ['Key', encode(upload.key)],
      ['UploadId', upload.uploadId],
      ['StorageClass', upload.storageClass],
      ['PartNumberMarker', after],
      // Also when nothing follows; empty when there is nothing at all.
      ['NextPartNumberMarker', parts.at(-1)?.partNumber ?? ''],
      ['MaxParts', limit],
      ['IsTruncated', found.length > limit],
      ...parts.map(partNode),
    ],
  ])
}

function readMarker(query: Query): number {
  const text = query.get('part-number-marker') ?? ''
  if (/^\d{0,5}$/.test(text)) return Number(text)
  throw invalidArgument('part-number-marker', text)
}

function partNode({ partNumber, blob, lastModified }: PartRecord): XmlNode {
  return [
    'Part',
    [
      ['PartNumber', partNumber],
      ['LastModified', isoDate(lastModified)],
      ['ETag', quoted(blob.md5)],
      ['HashCrc64ecma', blob.crc64],
      ['Size', blob.size],
    ],
  ]
}
