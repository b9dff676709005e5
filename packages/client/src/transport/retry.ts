import type { Sleep } from '../async/sleep.ts'
import { OssError } from '../oss/errors.ts'
import type { OssRequest } from '../oss/request.ts'
import type { RetryBudget } from './retry-budget.ts'

export interface RetryPolicy {
  /** How often a request is sent again after it failed. 0 switches it off. */
  readonly limit: number
  /** The same for a patient request: it is worth waiting until an outage is over. */
  readonly patientLimit: number
  /** Milliseconds the first pause is at most; it doubles from retry to retry. */
  readonly base: number
  /** The same when OSS asks for fewer requests. */
  readonly throttledBase: number
  /** Milliseconds no pause is longer than. */
  readonly cap: number
}

/** All the pauses of `patientLimit` are 105 seconds at most, half of it on average. */
export const RETRY_POLICY: RetryPolicy = {
  limit: 5,
  patientLimit: 12,
  base: 100,
  throttledBase: 500,
  cap: 20_000,
}

/** Statuses behind which the next try may find something else. −1: network; −2: time-out. */
const RETRIABLE = new Set([-1, -2, 408, 429, 500, 502, 503, 504])
/**
 * What describes a broken transfer, or trouble of the service, rather than a wrong request, whatever the
 * status: OSS may begin an answer with 200 before it knows how that ends.
 */
const PASSING = new Set([
  'RequestTimeout',
  'IncompleteBody',
  'InternalError',
  'ServiceUnavailable',
  'SlowDown',
  'UnexpectedResponseError',
])

/** A name that nobody knows may have been asked of a server that is only beginning to. */
const UNKNOWN_HOST_LIMIT = 1

/** What a decision to try again is made of. */
export interface Failure {
  readonly status?: number
  readonly code?: string
  readonly retryAfter?: string
  readonly cause?: unknown
}

/**
 * Milliseconds to wait before retry number `retry` (the first is 1), or undefined to give up. Full
 * jitter, so that the clients of one outage do not come back together; and not before the server wants.
 */
export function retryDelay(
  retry: number,
  failure: Failure,
  policy: RetryPolicy,
  { random, now, patient = false }: RetryCircumstances,
): number | undefined {
  const { status = 0, code = '', cause } = failure
  const limit = patient ? policy.patientLimit : policy.limit
  if (retry > limit || isUntrusted(cause)) return undefined
  if (systemCode(cause) === 'ENOTFOUND' && retry > UNKNOWN_HOST_LIMIT) return undefined
  if (!RETRIABLE.has(status) && !PASSING.has(code)) return undefined
  const base = status === 429 || status === 503 ? policy.throttledBase : policy.base
  const jittered = random() * Math.min(policy.cap, base * 2 ** (retry - 1))
  return Math.max(jittered, asked(failure, policy, { now }))
}

interface RetryCircumstances {
  /** From 0 to 1, as Math.random. */
  readonly random: () => number
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly patient?: boolean | undefined
}

/**
 * Milliseconds for which the server has asked to be left alone, as far as we heed that. A Retry-After is a
 * number of seconds or a date; anything else asks for nothing.
 */
function asked(
  { retryAfter }: Failure,
  { cap }: RetryPolicy,
  { now }: Pick<RetryCircumstances, 'now'>,
): number {
  if (retryAfter === undefined) return 0
  const milliseconds = /^\d+$/.test(retryAfter)
    ? Number(retryAfter) * 1000
    : Date.parse(retryAfter) - now()
  return Number.isNaN(milliseconds) ? 0 : Math.min(cap, Math.max(0, milliseconds))
}

/** A server that nobody vouches for does not become another one by asking again. */
function isUntrusted(cause: unknown): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|ERR_SSL/.test(systemCode(cause))
}

function systemCode(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : ''
}

export interface RetryParts extends Pick<RetryCircumstances, 'random' | 'now'> {
  readonly policy: RetryPolicy
  readonly sleep: Sleep
  readonly budget: RetryBudget
}

/** The same `send`, but what may succeed the next time is repeated. Every try is signed anew. */
export function withRetry<Answer>(
  send: (request: OssRequest) => Promise<Answer>,
  { policy, sleep, budget, ...chance }: RetryParts,
): (request: OssRequest) => Promise<Answer> {
  return async (request) => {
    for (let retry = 1; ; retry++) {
      try {
        const answer = await send(request)
        budget.earn()
        return answer
      } catch (error) {
        if (!(error instanceof OssError) || !mayRepeat(request)) throw error
        const { patient } = request
        const delay = retryDelay(retry, error, policy, { ...chance, patient })
        const turn = delay === undefined ? undefined : budget.take()
        if (delay === undefined || turn === undefined) throw error
        request.onRetry?.(error, asked(error, policy, chance))
        await sleep(Math.max(delay, turn), request.signal)
      }
    }
  }
}

function mayRepeat({ body, signal }: OssRequest): boolean {
  return !body?.once && !signal?.aborted
}
