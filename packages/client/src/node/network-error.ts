import { OssError } from '../oss/errors.ts'

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
  ConnectionTimeoutError: 'Connect timeout: there was no connection',
  ResponseTimeoutError: 'Response timeout: not one byte moved',
}

export function timeoutError(
  name: keyof typeof WHAT,
  milliseconds: number,
  origin: string,
): OssError {
  return new OssError(
    `${WHAT[name]} for ${milliseconds}ms with ${origin}, please check the network or increase the timeout`,
    { name, code: name, status: -2 },
  )
}
