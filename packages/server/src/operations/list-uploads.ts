import { isoDate } from '../protocol/dates.ts'
import { nameEncoding } from '../protocol/encoding-type.ts'
import { readName, readPageSize } from '../protocol/list-parameters.ts'
import { xmlReply } from '../protocol/reply.ts'
import type { XmlNode } from '../protocol/xml-writer.ts'
import type { UploadRecord } from '../store/store.ts'
import type { Handler } from './call.ts'
import { collect, commonPrefix, type Entry, lastNameWithin } from './collect.ts'
import { commonPrefixNodes } from './list-objects.ts'

export const listMultipartUploads: Handler<'ListMultipartUploads'> = async (
  { bucket },
  { request: { query }, store },
) => {
  const names = nameEncoding(query.get('encoding-type'))
  const prefix = readName(query, 'prefix')
  const delimiter = readName(query, 'delimiter')
  const limit = readPageSize(query, 'max-uploads', 1000)
  const keyMarker = readName(query, 'key-marker')
  // Means nothing without a key.
  const idMarker = keyMarker === '' ? '' : readName(query, 'upload-id-marker')
  const start: Marker =
    commonPrefix(keyMarker, prefix, delimiter) === keyMarker
      ? { key: lastNameWithin(keyMarker) }
      : { key: keyMarker, uploadId: idMarker || undefined }
  const { entries, isTruncated } = await collect<UploadRecord, Marker>(start, {
    prefix,
    delimiter,
    limit,
    keyOf: (upload) => upload.key,
    after: (upload) => upload,
    afterName: (key) => ({ key }),
    fetch: ({ key, uploadId }, wanted) =>
      store.listUploads(bucket, { prefix, after: key, afterUploadId: uploadId, limit: wanted }),
  })
  const next = nextMarker(entries)
  return xmlReply([
    'ListMultipartUploadsResult',
    [
      names.type && ['EncodingType', names.type],
      ['Bucket', bucket],
      ['KeyMarker', names.encode(keyMarker)],
      ['UploadIdMarker', idMarker],
      ['NextKeyMarker', names.encode(next.key)],
      ['NextUploadIdMarker', next.uploadId ?? ''],
      ['Delimiter', names.encode(delimiter)],
      ['Prefix', names.encode(prefix)],
      ['MaxUploads', limit],
      ['IsTruncated', isTruncated],
      ...entries.flatMap((entry) =>
        'item' in entry ? [uploadNode(entry.item, names.encode)] : [],
      ),
      ...commonPrefixNodes(entries, names),
    ],
  ])
}

interface Marker {
  readonly key: string
  /** Left out: after every upload of the key. */
  readonly uploadId?: string | undefined
}

function nextMarker(entries: readonly Entry<UploadRecord>[]): Marker {
  const last = entries.at(-1)
  if (last === undefined) return { key: '' }
  return 'item' in last ? last.item : { key: last.prefix }
}

function uploadNode(upload: UploadRecord, encode: (name: string) => string): XmlNode {
  return [
    'Upload',
    [
      ['Key', encode(upload.key)],
      ['UploadId', upload.uploadId],
      ['StorageClass', upload.storageClass],
      ['Initiated', isoDate(upload.initiatedAt)],
    ],
  ]
}
