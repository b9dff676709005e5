import { invalidArgument } from './errors.ts'
import type { OssRequest } from './request.ts'

const LEAST = 819_200
const MOST = 838_860_800

/** Bits a second. Checked, so that a wrong one is found here; obeying it would help no test. */
export function checkTrafficLimit({ headers, query }: OssRequest): void {
  const inHeader = headers.get('x-oss-traffic-limit')
  const inQuery = query.get('x-oss-traffic-limit')
  const text = inHeader ?? inQuery
  if (text === undefined) return
  const limit = /^\d{1,10}$/.test(text) ? Number(text) : 0
  if (limit >= LEAST && limit <= MOST && (inHeader === undefined || inQuery === undefined)) return
  throw invalidArgument('x-oss-traffic-limit', text, {
    message:
      'x-oss-traffic-limit is invalid, should be specified between 819200(100KB/s) and 838860800(100MB/s).',
  })
}
