import { OssError } from '../protocol/errors.ts'
import type { Handler } from './call.ts'

/** Never a 200 for something that was not done. */
export const unserved: Handler<'Unserved'> = async ({ wanted }) => {
  throw new OssError('NotImplemented', {
    status: 501,
    message: `oss-local does not implement ${wanted}.`,
  })
}
