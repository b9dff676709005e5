import type { Reply } from '../protocol/reply.ts'
import type { OssRequest } from '../protocol/request.ts'
import type { Connection } from './connection.ts'

/** What a request is answered with. */
export interface Answer {
  /** With all its headers. Undefined: nothing is sent, since the connection is gone. */
  readonly reply: Reply | undefined
  /** For the log: `200`, `404 NoSuchKey`. */
  readonly outcome: string
}

/** Serves `request` as it would be without trouble, by another clock if one is given. */
export type Respond = (request: OssRequest, now?: () => number) => Promise<Answer>

/**
 * Stands between the sockets and the service and may do with a request what it likes: change it on
 * its way to `respond`, change what comes back, or break the connection.
 */
export type Disturb = (
  request: OssRequest,
  connection: Connection,
  respond: Respond,
) => Promise<Answer>
