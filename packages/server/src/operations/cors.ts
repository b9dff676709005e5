import { corsNode, readCorsBody } from '../protocol/cors-body.ts'
import { OssError } from '../protocol/errors.ts'
import { MAX_CORS_XML_BYTES } from '../protocol/limits.ts'
import { emptyReply, xmlReply } from '../protocol/reply.ts'
import type { BucketConfiguration, Store } from '../store/store.ts'
import type { Handler } from './call.ts'
import { findBucket, noSuchBucket } from './find.ts'
import { receiveDocument } from './receive.ts'

export const putBucketCors: Handler<'PutBucketCors'> = async ({ bucket }, { request, store }) => {
  const cors = readCorsBody(await receiveDocument(request, MAX_CORS_XML_BYTES))
  await configure(store, bucket, { cors })
  return emptyReply(200)
}

export const getBucketCors: Handler<'GetBucketCors'> = async ({ bucket }, { store }) => {
  const { cors } = await findBucket(store, bucket)
  if (cors === undefined) throw new OssError('NoSuchCORSConfiguration')
  return xmlReply(corsNode(cors))
}

/** That there were none is a success too. */
export const deleteBucketCors: Handler<'DeleteBucketCors'> = async ({ bucket }, { store }) => {
  await configure(store, bucket, { cors: undefined })
  return emptyReply(204)
}

/** The bucket may have gone since it was found. */
async function configure(store: Store, bucket: string, change: BucketConfiguration): Promise<void> {
  if (!(await store.configureBucket(bucket, change))) throw noSuchBucket(bucket)
}
