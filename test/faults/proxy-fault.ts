import type { OperationName, RequestLine } from '../flow/request-line.ts'

export type Direction = 'request' | 'answer'

/**
 * What happens to one message of a connection. `after` says where: behind so many bytes of a request's
 * body (0: before its head, so that the server sees nothing of it), behind so many bytes of the whole
 * answer (0: the server has done its work), or behind the first occurrence of a text in the answer.
 *
 * - reset: RST to the client. end: FIN to the client.
 * - stall: nothing more moves in this direction, and the connection stays.
 * - flip: one bit of the next byte arrives as its opposite.
 * - wait: nothing moves for `ms`. trickle: the rest of the message moves at `bytesPerSecond`.
 */
export type ProxyFault = { readonly in: Direction; readonly after: number | string } & (
  | { readonly what: 'reset' | 'end' | 'stall' | 'flip' }
  | { readonly what: 'wait'; readonly ms: number }
  | { readonly what: 'trickle'; readonly bytesPerSecond: number }
)

/** Which requests a fault is for: those that agree in every field given. */
export interface ProxyRule {
  readonly on?: OperationName | undefined
  readonly partNumber?: number | undefined
  /** Whether it is not the first request on its connection. */
  readonly reused?: boolean
  /** How many such requests pass before. @default 0 */
  readonly skip?: number
  /** How many of them it hits. @default 1 */
  readonly times?: number
  /** Or something to be done when the head has come, before it goes on. */
  readonly fault: ProxyFault | (() => unknown)
}

export interface ProxiedRequest extends RequestLine {
  /** Whether it is not the first request on its connection. */
  readonly reused: boolean
}

/** What is to happen to one request. */
export interface PlannedFault {
  readonly fault: ProxyRule['fault']
  /** To be called when it has. */
  happened(): void
}

/** The faults that are planned, and what has become of them. */
export interface ProxyRules {
  add(rule: ProxyRule): void
  take(request: ProxiedRequest): PlannedFault | undefined
  /** Those that have not happened as often as they should have. */
  unused(): ProxyRule[]
  clear(): void
}

export function createProxyRules(): ProxyRules {
  let rules: { rule: ProxyRule; skip: number; left: number; happened: number }[] = []
  return {
    add(rule) {
      rules.push({ rule, skip: rule.skip ?? 0, left: rule.times ?? 1, happened: 0 })
    },
    take(request) {
      const planned = rules.find(({ rule, left }) => left > 0 && isMeant(request, rule))
      if (planned === undefined) return undefined
      if (planned.skip > 0) {
        planned.skip--
        return undefined
      }
      planned.left--
      return {
        fault: planned.rule.fault,
        happened() {
          planned.happened++
        },
      }
    },
    unused: () =>
      rules
        .filter(({ rule: { times = 1 }, happened }) =>
          Number.isFinite(times) ? happened < times : happened === 0,
        )
        .map(({ rule }) => rule),
    clear() {
      rules = []
    },
  }
}

function isMeant(request: ProxiedRequest, { on, partNumber, reused }: ProxyRule): boolean {
  return (
    (on === undefined || on === request.operation) &&
    (partNumber === undefined || partNumber === request.partNumber) &&
    (reused === undefined || reused === request.reused)
  )
}
