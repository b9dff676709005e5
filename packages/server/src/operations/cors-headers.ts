import { answerHeaders } from '../protocol/cors-headers.ts'
import { locate, type ServiceNames } from '../protocol/locate.ts'
import { isBucketName } from '../protocol/names.ts'
import type { ReplyHeaders } from '../protocol/reply.ts'
import type { OssRequest } from '../protocol/request.ts'
import type { Store } from '../store/store.ts'

/** What the rules of its bucket add to every answer to a request, whether it is served or refused. */
export type CorsHeaders = (request: OssRequest) => Promise<ReplyHeaders>

/** Rejects where `locate` throws: of such a request it cannot be told which bucket it is about. */
export function createCorsHeaders(store: Store, names: ServiceNames): CorsHeaders {
  return async (request) => {
    // Where there are two targets, they are in one bucket.
    const [target] = locate(request, names)
    if (!('bucket' in target) || !isBucketName(target.bucket)) return {}
    const bucket = await store.getBucket(target.bucket)
    return bucket?.cors === undefined ? {} : answerHeaders(bucket.cors, request)
  }
}
