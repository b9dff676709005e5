import { describe, expect, it, vi } from 'vitest'
import type { Body } from '../oss/body.ts'
import { OssError } from '../oss/errors.ts'
import type { OssRequest } from '../oss/request.ts'
import { failureOf, scriptedOss } from '../oss/testing.contract.ts'
import { RETRY_POLICY, retryDelay, withRetry } from './retry.ts'
import type { RetryBudget } from './retry-budget.ts'

const policy = { limit: 8, patientLimit: 8, base: 100, throttledBase: 500, cap: 4000 }
const now = () => Date.UTC(2026, 0, 2, 3, 4, 5)
/** Chance at its worst: the longest pause there can be. */
const longest = { random: () => 1, now }
/** Chance at its best: no pause but what the server asks for. */
const shortest = { random: () => 0, now }

describe('retryDelay', () => {
  it.each([
    ['a network failure', { status: -1 }, 100],
    ['a time-out', { status: -2 }, 100],
    ['Request Timeout', { status: 408 }, 100],
    ['an internal error', { status: 500, code: 'InternalError' }, 100],
    ['Bad Gateway', { status: 502 }, 100],
    ['Gateway Timeout', { status: 504 }, 100],
    ['a body that OSS did not get in time', { status: 400, code: 'RequestTimeout' }, 100],
    ['a body that arrived in part', { status: 400, code: 'IncompleteBody' }, 100],
    ['too many requests', { status: 429 }, 500],
    ['SlowDown', { status: 503, code: 'SlowDown' }, 500],
  ])('pauses after %s', (_, error, delay) => {
    expect(retryDelay(1, error, policy, longest)).toBe(delay)
  })

  it.each([
    ['a wrong request', { status: 400, code: 'InvalidArgument' }],
    ['a refused signature', { status: 403, code: 'SignatureDoesNotMatch' }],
    ['a missing upload', { status: 404, code: 'NoSuchUpload' }],
    ['an object that is there already', { status: 409, code: 'FileAlreadyExists' }],
    ['an operation that is not there', { status: 501, code: 'NotImplemented' }],
    ['a failed callback', { status: 203, code: 'CallbackFailed' }],
    ['a redirect', { status: 307 }],
    ['a cancel', { status: 0, code: 'cancel' }],
    ['a mistake of the caller', { code: 'InvalidArgumentError' }],
  ])('gives up after %s', (_, error) => {
    expect(retryDelay(1, error, policy, longest)).toBeUndefined()
  })

  it.each(['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID'])(
    'gives up at once on a server that nobody vouches for: %s',
    (code) => {
      const cause = Object.assign(new Error('TLS'), { code })
      expect(retryDelay(1, { status: -1, cause }, policy, longest)).toBeUndefined()
      const reset = Object.assign(new Error('reset'), { code: 'ECONNRESET' })
      expect(retryDelay(1, { status: -1, cause: reset }, policy, longest)).toBe(100)
    },
  )

  it('asks once more for a host that nobody knows, and often where the answer is late', () => {
    const failed = (code: string) => ({ status: -1, cause: Object.assign(new Error(), { code }) })
    expect(retryDelay(1, failed('ENOTFOUND'), policy, longest)).toBe(100)
    expect(retryDelay(2, failed('ENOTFOUND'), policy, longest)).toBeUndefined()
    expect(retryDelay(5, failed('EAI_AGAIN'), policy, longest)).toBe(1600)
  })

  it('doubles the pause from retry to retry up to the cap, and gives up at the limit', () => {
    const pauses = (status: number) =>
      [1, 2, 3, 4, 5, 6, 7, 8, 9].map((retry) => retryDelay(retry, { status }, policy, longest))
    expect(pauses(500)).toEqual([100, 200, 400, 800, 1600, 3200, 4000, 4000, undefined])
    expect(pauses(503)).toEqual([500, 1000, 2000, 4000, 4000, 4000, 4000, 4000, undefined])
  })

  it('leaves the pause to chance, from nothing at all to the longest', () => {
    const pause = (random: number) =>
      retryDelay(3, { status: 500 }, policy, { random: () => random, now })
    expect([0, 0.25, 0.75].map(pause)).toEqual([0, 100, 300])
  })
})

describe('retryDelay with a Retry-After', () => {
  const pause = (retryAfter: string, chance = shortest) =>
    retryDelay(1, { status: 503, retryAfter }, policy, chance)

  it('does not come back before the server wants', () => {
    expect(pause('2')).toBe(2000)
    expect(pause('Fri, 02 Jan 2026 03:04:08 GMT')).toBe(3000)
  })

  it('pauses longer where it would have anyway', () => {
    expect(pause('0', longest)).toBe(500)
    expect(retryDelay(4, { status: 503, retryAfter: '1' }, policy, longest)).toBe(4000)
  })

  it('never waits longer than the longest pause', () => {
    expect(pause('1000000000')).toBe(4000)
    expect(pause('Fri, 02 Jan 2099 03:04:08 GMT')).toBe(4000)
  })

  it.each(['0', '-5', '', 'abc', '1.5e3 seconds', 'Thu, 01 Jan 2026 00:00:00 GMT'])(
    'takes %j for no wish at all',
    (retryAfter) => {
      expect(pause(retryAfter)).toBe(0)
    },
  )

  it('is no reason to repeat what no repetition can help', () => {
    expect(retryDelay(1, { status: 403, retryAfter: '1' }, policy, longest)).toBeUndefined()
  })
})

describe('RETRY_POLICY', () => {
  /** All the pauses of a request that always fails. */
  function pauses(patient: boolean): number[] {
    const all: number[] = []
    for (let retry = 1; ; retry++) {
      const delay = retryDelay(retry, { status: 500 }, RETRY_POLICY, { ...longest, patient })
      if (delay === undefined) return all
      all.push(delay)
    }
  }
  const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0)

  it('tries five times again, within some seconds', () => {
    expect(pauses(false)).toEqual([100, 200, 400, 800, 1600])
  })

  it('lets a patient request, for which much has been sent already, wait for the end of an outage', () => {
    expect(pauses(true)).toHaveLength(12)
    expect(Math.max(...pauses(true))).toBe(20_000)
    expect(sum(pauses(true))).toBeGreaterThan(60_000)
  })
})

describe('withRetry', () => {
  const request: OssRequest = { operation: 'UploadPart', method: 'PUT' }
  const failure = (status: number, more: { retryAfter?: string } = {}) =>
    new OssError(`status ${status}`, { name: 'Failure', status, ...more })

  /** A `send` that has these outcomes one after the other, and what repeats it without waiting. */
  function repeated(
    outcomes: readonly unknown[],
    limit: number | { limit: number; patientLimit: number } = policy.limit,
    budget = plenty(),
  ) {
    const rest = [...outcomes]
    const send = vi.fn(async (_: OssRequest) => {
      const outcome = rest.shift()
      if (outcome instanceof Error) throw outcome
      return outcome
    })
    const sleep = vi.fn(async (_ms: number, _signal?: AbortSignal) => {})
    const limits = typeof limit === 'number' ? { limit, patientLimit: limit } : limit
    const parts = { policy: { ...policy, ...limits }, sleep, random: () => 0.5, now, budget }
    return { send, sleep, call: withRetry(send, parts) }
  }

  it('sends once what succeeds', async () => {
    const { call, send, sleep } = repeated(['answer'])
    expect(await call(request)).toBe('answer')
    expect(send).toHaveBeenCalledOnce()
    expect(sleep).not.toHaveBeenCalled()
  })

  it('sends the same request again after each pause, until it succeeds', async () => {
    const { call, send, sleep } = repeated([failure(-1), failure(503), failure(500), 'answer'])
    const { signal } = new AbortController()
    const stoppable = { ...request, signal }
    expect(await call(stoppable)).toBe('answer')
    expect(send.mock.calls).toEqual([[stoppable], [stoppable], [stoppable], [stoppable]])
    expect(sleep.mock.calls).toEqual([
      [50, signal],
      [500, signal],
      [200, signal],
    ])
  })

  it('throws the last failure when the limit is reached', async () => {
    const failures = [failure(500), failure(502), failure(503), failure(504)]
    const { call, send } = repeated(failures, 2)
    await expect(call(request)).rejects.toBe(failures[2])
    expect(send).toHaveBeenCalledTimes(3)
  })

  it('counts for every request anew', async () => {
    const { call } = repeated([failure(500), 'first', failure(500), 'second'], 1)
    expect([await call(request), await call(request)]).toEqual(['first', 'second'])
  })

  it('waits for its turn in the budget that all requests share, and gives up when there is none', async () => {
    const turns = [0, 9_000, undefined]
    const budget = { ...plenty(), take: () => turns.shift() }
    const { call, sleep } = repeated([failure(500), failure(500), failure(502)], 8, budget)
    await expect(call(request)).rejects.toThrow('status 502')
    expect(sleep.mock.calls.map(([pause]) => pause)).toEqual([50, 9_000])
  })

  it('earns for the budget with every success, and takes nothing for what is not repeated', async () => {
    const budget = { take: vi.fn(() => 0), earn: vi.fn() }
    await repeated(['answer'], 8, budget).call(request)
    expect(budget.earn).toHaveBeenCalledOnce()
    await expect(repeated([failure(403)], 8, budget).call(request)).rejects.toThrow('403')
    expect(budget.take).not.toHaveBeenCalled()
  })

  it('tells whoever asks for it of each failure that is not the last, and for how long OSS has asked', async () => {
    const failures = [failure(-1), failure(503, { retryAfter: '3' }), failure(403)]
    const { call } = repeated(failures)
    const onRetry = vi.fn()
    await expect(call({ ...request, onRetry })).rejects.toBe(failures[2])
    expect(onRetry.mock.calls).toEqual([
      [failures[0], 0],
      [failures[1], 3_000],
    ])
  })

  it('is as patient as the request', async () => {
    const failures = Array.from({ length: 4 }, () => failure(500))
    const limits = { limit: 1, patientLimit: 3 }
    const tries = async (patient: boolean) => {
      const { call, send } = repeated(failures, limits)
      await expect(call({ ...request, patient })).rejects.toThrow('500')
      return send.mock.calls.length
    }
    expect([await tries(false), await tries(true)]).toEqual([2, 4])
  })

  it.each([
    ['never repeats with a limit of 0', failure(500), {}, 0],
    ['throws at once what no repetition can help', failure(403), {}, 5],
    ['does not know the errors of others', Object.assign(new Error(), { status: 500 }), {}, 5],
    ['does not repeat a body that can be read only once', failure(500), { body: body(true) }, 5],
    ['sends nothing after an abort', failure(-1), { signal: AbortSignal.abort() }, 5],
  ])('%s', async (_, error, more, limit) => {
    const { call, send, sleep } = repeated([error, 'answer'], limit)
    await expect(call({ ...request, ...more })).rejects.toBe(error)
    expect(send).toHaveBeenCalledOnce()
    expect(sleep).not.toHaveBeenCalled()
  })

  it('gives up on such a server also when it is heard of through the operation', async () => {
    const cause = Object.assign(new Error('TLS'), { code: 'CERT_HAS_EXPIRED' })
    const untrusted = new OssError('TLS', { name: 'RequestError', status: -1, cause })
    const { send, requests } = scriptedOss(untrusted, {})
    const sleep = async () => {}
    const parts = { policy, sleep, ...shortest, budget: plenty() }
    await failureOf(withRetry(send, parts)({ ...request, bucket: 'bkt', key: 'key' }))
    expect(requests).toHaveLength(1)
  })

  it('repeats a body that can be read again', async () => {
    const { call } = repeated([failure(500), 'answer'])
    expect(await call({ ...request, body: body(false) })).toBe('answer')
  })

  it('stops in the middle of a pause when the signal is aborted', async () => {
    const { call, send, sleep } = repeated([failure(500), 'answer'])
    sleep.mockRejectedValueOnce('enough')
    await expect(call(request)).rejects.toBe('enough')
    expect(send).toHaveBeenCalledOnce()
  })

  function plenty(): RetryBudget {
    return { take: () => 0, earn() {} }
  }

  function body(once: boolean): Body {
    return { size: 0, once, async *chunks() {} }
  }
})
