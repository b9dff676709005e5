import { invalidInput } from '../oss/errors.ts'
import { show } from '../oss/names.ts'
import type { OperationTimeouts } from '../oss/request.ts'

/** One for everything, `[connect, response]` as with ali-oss, or one by one. */
export type Timeout = Duration | readonly [connect: Duration, response: Duration] | TimeoutOptions

/** Milliseconds, or text such as '500ms', '60s', '2m', '1h'. */
type Duration = number | string

/** How long OSS may take for what. Each runs by itself; none limits how long a transfer takes in all. */
export interface TimeoutOptions {
  /**
   * Until there is a connection, TLS included.
   *
   * @default '10s'
   */
  connect?: Duration | undefined
  /**
   * Without any byte moving, while a request is sent or an answer is read.
   *
   * @default '30s'
   */
  stall?: Duration | undefined
  /**
   * From the end of a request until its answer begins.
   *
   * @default '60s'
   */
  answer?: Duration | undefined
  /**
   * The same for CompleteMultipartUpload and copies, which OSS answers when it has put the object together.
   *
   * @default '10m', or `answer` where that is longer
   */
  complete?: Duration | undefined
}

const DEFAULTS = { connect: '10s', stall: '30s', answer: '60s' } as const
/** OSS takes minutes for 10,000 parts (github.com/ali-sdk/ali-oss/issues/1341). */
const COMPLETE = 10 * 60_000

/** All of them in milliseconds. Whoever gives one number means everything but Complete with it. */
export function resolveTimeouts(timeout: Timeout): OperationTimeouts {
  const given = { ...DEFAULTS, ...byName(timeout) }
  const connect = milliseconds(given.connect)
  const stall = milliseconds(given.stall)
  const answer = milliseconds(given.answer)
  const complete =
    given.complete === undefined ? Math.max(answer, COMPLETE) : milliseconds(given.complete)
  return { connect, stall, answer, complete }
}

function byName(timeout: Timeout): TimeoutOptions {
  if (typeof timeout !== 'object' || timeout === null) return everything(timeout, timeout)
  if (isPair(timeout)) return everything(...timeout)
  const names = Object.entries(timeout).filter(([, value]) => value !== undefined)
  const unknown = names.find(([name]) => !(name in DEFAULTS) && name !== 'complete')
  if (unknown === undefined) return Object.fromEntries(names)
  throw invalidInput(
    `\`timeout\` knows connect, stall, answer and complete: got ${show(unknown[0])}`,
  )
}

function everything(connect: Duration, response: Duration): TimeoutOptions {
  return { connect, stall: response, answer: response }
}

function isPair(timeout: object): timeout is readonly [Duration, Duration] {
  return Array.isArray(timeout)
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }
/** What setTimeout can hold. */
const LONGEST = 2 ** 31 - 1

function milliseconds(value: unknown): number {
  const [, digits, unit = 'ms'] = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h)?\s*$/.exec(String(value)) ?? []
  const total = Number(digits) * (UNITS[unit] ?? Number.NaN)
  if (total > 0) return Math.min(total, LONGEST)
  throw invalidInput(
    `\`timeout\` must be milliseconds above 0, or text such as '60s': got ${show(value)}`,
  )
}
