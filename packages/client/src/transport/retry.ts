import type { Sleep } from '../async/sleep.ts'
import { OssError } from '../oss/errors.ts'
import type { OssRequest } from '../oss/send.ts'

export interface RetryPolicy {
  /** How often a request is sent again after it failed. 0 switches it off. */
  readonly limit: number
  /** Milliseconds the first pause is at most; it doubles from retry to retry. */
  readonly base: number
  /** The same when OSS asks for fewer requests. */
  readonly throttledBase: number
  /** Milliseconds no pause is longer than. */
  readonly cap: number
}

export const RETRY_POLICY: RetryPolicy = { limit: 5, base: 100, throttledBase: 500, cap: 20_000 }

/** Statuses behind which the next try may find something else. −1: network; −2: time-out. */
const RETRIABLE = new Set([-1, -2, 408, 429, 500, 502, 503, 504])
/** Refusals that describe a broken transfer rather than a wrong request. */
const BROKEN_TRANSFER = new Set(['RequestTimeout', 'IncompleteBody'])

/**
 * Milliseconds to wait before retry number `retry` (the first is 1), or undefined to give up. Full
 * jitter, so that the clients of one outage do not come back together.
 */
export function retryDelay(
  retry: number,
  error: { readonly status?: number; readonly code?: string; readonly cause?: unknown },
  policy: RetryPolicy,
  random: () => number,
): number | undefined {
  const { status = 0, code = '' } = error
  if (retry > policy.limit || isUntrusted(error.cause)) return undefined
  if (!RETRIABLE.has(status) && !BROKEN_TRANSFER.has(code)) return undefined
  const base = status === 429 || status === 503 ? policy.throttledBase : policy.base
  return random() * Math.min(policy.cap, base * 2 ** (retry - 1))
}

/** A server that nobody vouches for does not become another one by asking again. */
function isUntrusted(cause: unknown): boolean {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|ERR_SSL/.test(code)
}

export interface RetryParts {
  readonly policy: RetryPolicy
  readonly sleep: Sleep
  /** From 0 to 1, as Math.random. */
  readonly random: () => number
}

/** The same `send`, but what may succeed the next time is repeated. Every try is signed anew. */
export function withRetry<Answer>(
  send: (request: OssRequest) => Promise<Answer>,
  { policy, sleep, random }: RetryParts,
): (request: OssRequest) => Promise<Answer> {
  return async (request) => {
    for (let retry = 1; ; retry++) {
      try {
        return await send(request)
      } catch (error) {
        const delay =
          error instanceof OssError && mayRepeat(request)
            ? retryDelay(retry, error, policy, random)
            : undefined
        if (delay === undefined) throw error
        await sleep(delay, request.signal)
      }
    }
  }
}

function mayRepeat({ body, signal }: OssRequest): boolean {
  return !body?.once && !signal?.aborted
}
