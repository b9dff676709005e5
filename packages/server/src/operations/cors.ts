import { corsNode, readCorsBody } from '../protocol/cors-body.ts'
import { OssError } from '../protocol/errors.ts'
import { MAX_CORS_XML_BYTES } from '../protocol/limits.ts'
import { emptyReply, xmlReply } from '../protocol/reply.ts'
import type { Handler } from './call.ts'
import { configureBucket, findBucket } from './find.ts'
import { receiveDocument } from './receive.ts'

export const putBucketCors: Handler<'PutBucketCors'> = async ({ bucket }, { request, store }) => {
  const cors = readCorsBody(await receiveDocument(request, MAX_CORS_XML_BYTES))
  await configureBucket(store, bucket, { cors })
  return emptyReply(200)
}

export const getBucketCors: Handler<'GetBucketCors'> = async ({ bucket }, { store }) => {
  const { cors } = await findBucket(store, bucket)
  if (cors === undefined) throw new OssError('NoSuchCORSConfiguration')
  return xmlReply(corsNode(cors))
}

/** That there were none is a success too. */
export const deleteBucketCors: Handler<'DeleteBucketCors'> = async ({ bucket }, { store }) => {
  await configureBucket(store, bucket, { cors: undefined })
  return emptyReply(204)
}
