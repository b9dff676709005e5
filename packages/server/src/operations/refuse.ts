import { OssError } from '../protocol/errors.ts'
import type { Handler } from './call.ts'

/** As on a bucket without CORS rules. */
export const preflight: Handler<'Preflight'> = async (_operation, { request: { headers } }) => {
  if (!headers.has('origin')) throw insufficient('Origin request header needed.')
  if (!headers.has('access-control-request-method')) {
    throw insufficient('Request Access-Control-Request-Method header needed.')
  }
  throw new OssError('AccessForbidden')
}

function insufficient(what: string): OssError {
  return new OssError('BadRequest', { message: `Insufficient information. ${what}` })
}

/** Never a 200 for something that was not done. */
export const unserved: Handler<'Unserved'> = async ({ wanted }) => {
  throw new OssError('NotImplemented', {
    status: 501,
    message: `oss-local does not implement ${wanted}.`,
  })
}
