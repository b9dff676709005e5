import { httpDate } from '../protocol/dates.ts'
import type { ReplyHeaders } from '../protocol/reply.ts'

/** What every answer carries. SDKs set their clock by `Date`. */
export function commonHeaders({
  requestId,
  milliseconds,
  now,
}: {
  requestId: string
  milliseconds: number
  now: number
}): ReplyHeaders {
  return {
    server: 'AliyunOSS',
    date: httpDate(now),
    'x-oss-request-id': requestId,
    'x-oss-server-time': String(milliseconds),
  }
}
