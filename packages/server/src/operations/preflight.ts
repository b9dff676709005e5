import { preflightHeaders, readPreflight } from '../protocol/cors-headers.ts'
import { OssError } from '../protocol/errors.ts'
import { checkBucketName } from '../protocol/names.ts'
import { emptyReply } from '../protocol/reply.ts'
import type { Handler } from './call.ts'
import { findBucket } from './find.ts'

/** Browsers ask without credentials, so whoever asks is answered. The service itself has no rules. */
export const preflight: Handler<'Preflight'> = async ({ bucket }, { request, store }) => {
  const asked = readPreflight(request.headers)
  if (bucket === undefined) throw new OssError('AccessForbidden')
  checkBucketName(bucket)
  const { cors } = await findBucket(store, bucket)
  return emptyReply(200, preflightHeaders(cors, asked))
}
