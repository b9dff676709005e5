import { OssError } from '../oss/errors.ts'
import type { Timeouts } from '../oss/transport.ts'

/**
 * A request that the network ended. The names are those of ali-oss: RequestError before there was a
 * connection, ResponseError after; the system's own code (ECONNRESET) is in the message and in `cause`.
 */
export function networkError(error: unknown, origin: string, connected: boolean): OssError {
  const name = connected ? 'ResponseError' : 'RequestError'
  // Several addresses were tried: the first one's reason will do.
  const reason = error instanceof AggregateError ? error.errors[0] : error
  const said = reason instanceof Error ? reason.message : String(reason)
  const message = `${said} (${connected ? 'while talking' : 'while connecting'} to ${origin})`
  return new OssError(message, { name, code: name, status: -1, cause: error })
}

const WHAT = {
  connect: { name: 'ConnectionTimeoutError', said: 'Connect timeout: there was no connection' },
  stall: { name: 'ResponseTimeoutError', said: 'Response timeout: not one byte moved' },
  answer: { name: 'ResponseTimeoutError', said: 'Response timeout: there was no answer' },
}

/** A request that took longer than the caller's `timeouts` allow, and in which respect. */
export function timeoutError(which: keyof Timeouts, timeouts: Timeouts, origin: string): OssError {
  const { name, said } = WHAT[which]
  return new OssError(
    `${said} for ${timeouts[which]}ms with ${origin}, please check the network or increase the timeout`,
    { name, code: name, status: -2 },
  )
}
