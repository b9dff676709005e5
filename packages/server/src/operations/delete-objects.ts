import { readDeleteBody } from '../protocol/delete-body.ts'
import { nameEncoding } from '../protocol/encoding-type.ts'
import { MAX_XML_BYTES } from '../protocol/limits.ts'
import { emptyReply, xmlReply } from '../protocol/reply.ts'
import type { Handler } from './call.ts'
import { receiveDocument } from './receive.ts'

export const deleteObject: Handler<'DeleteObject'> = async ({ bucket, key }, { store }) => {
  await store.deleteObject(bucket, key)
  return emptyReply(204)
}

export const deleteMultipleObjects: Handler<'DeleteMultipleObjects'> = async (
  { bucket },
  { request, store },
) => {
  // Java v1 asks by header.
  const { type, encode } = nameEncoding(
    request.query.get('encoding-type') ?? request.headers.get('encoding-type'),
  )
  const { keys, quiet } = readDeleteBody(await receiveDocument(request, MAX_XML_BYTES))
  for (const key of keys) await store.deleteObject(bucket, key)
  if (quiet) return emptyReply(200)
  return xmlReply([
    'DeleteResult',
    [
      type && ['EncodingType', type],
      ...keys.map((key) => ['Deleted', [['Key', encode(key)]]] as const),
    ],
  ])
}
