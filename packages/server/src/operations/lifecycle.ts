import { randomUUID } from 'node:crypto'
import { OssError } from '../protocol/errors.ts'
import { lifecycleNode, readLifecycleBody } from '../protocol/lifecycle-body.ts'
import { MAX_XML_BYTES } from '../protocol/limits.ts'
import { emptyReply, xmlReply } from '../protocol/reply.ts'
import type { Handler } from './call.ts'
import { configureBucket, findBucket } from './find.ts'
import { receiveDocument } from './receive.ts'

export const putBucketLifecycle: Handler<'PutBucketLifecycle'> = async (
  { bucket },
  { request, store },
) => {
  const rules = readLifecycleBody(await receiveDocument(request, MAX_XML_BYTES), randomUUID)
  await configureBucket(store, bucket, { lifecycle: { rules } })
  return emptyReply(200)
}

export const getBucketLifecycle: Handler<'GetBucketLifecycle'> = async ({ bucket }, { store }) => {
  const { lifecycle } = await findBucket(store, bucket)
  if (lifecycle === undefined) {
    throw new OssError('NoSuchLifecycle', { elements: { BucketName: bucket } })
  }
  return xmlReply(lifecycleNode(lifecycle.rules))
}

/** That there were none is a success too. */
export const deleteBucketLifecycle: Handler<'DeleteBucketLifecycle'> = async (
  { bucket },
  { store },
) => {
  await configureBucket(store, bucket, { lifecycle: undefined })
  return emptyReply(204)
}
