import { corsRule } from '../oss/cors-rule.ts'
import { OssError } from '../oss/errors.ts'
import type { Timeouts } from '../oss/transport.ts'

/**
 * A request of which a browser says no more than that it failed. The names are those of ali-oss:
 * RequestError where nothing is known to have moved, ResponseError after that.
 */
export function networkError(origin: string, moved: boolean, cause?: unknown): OssError {
  const name = moved ? 'ResponseError' : 'RequestError'
  const message = moved
    ? `The connection to ${origin} broke`
    : `The browser could not send the request to ${origin}, and does not say why: there is no network, the host can not be reached, an extension blocks it, or the bucket has no CORS rule for this page: ${corsRule(globalThis.location?.origin)}`
  return new OssError(message, { name, code: name, status: -1, cause })
}

/** What is waited for. `begin` stands for all that a browser does not show: its queue, the connection, the preflight. */
export type Wait = 'begin' | 'stall' | 'answer'

const WHAT = {
  begin: { name: 'ConnectionTimeoutError', said: 'Connect timeout: nothing was sent' },
  stall: { name: 'ResponseTimeoutError', said: 'Response timeout: not one byte moved' },
  answer: { name: 'ResponseTimeoutError', said: 'Response timeout: there was no answer' },
}

export function timeoutError(wait: Wait, milliseconds: number, origin: string): OssError {
  const { name, said } = WHAT[wait]
  return new OssError(
    `${said} for ${milliseconds}ms with ${origin}, please check the network or increase the timeout`,
    { name, code: name, status: -2 },
  )
}

/** Milliseconds. */
export function patienceFor(wait: Wait, { connect, stall, answer }: Timeouts): number {
  // A request may stand in the browser's queue, behind those of other tabs, before it is connected.
  return wait === 'begin' ? connect + stall : wait === 'stall' ? stall : answer
}

/** A browser follows redirects, with the body and the signature, before anyone can stop it. */
export function redirected(origin: string): OssError {
  return new OssError(
    `${origin} redirected the request elsewhere, and redirects are not followed: check \`endpoint\` and \`region\``,
    { name: 'RedirectError', code: 'RedirectError' },
  )
}
