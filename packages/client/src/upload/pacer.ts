import { MiB } from '../oss/limits.ts'
import {
  createPace,
  type Pace,
  partArrived,
  partBegun,
  partDropped,
  throttled,
  tryFailed,
  withMost,
} from './pace.ts'

/** Keeps the pace of the parts that are sent through it. */
export interface Pacer {
  /** Parts that may be in flight now. */
  readonly limit: number
  /** Parts in flight that there may be at most; may be changed at any time. */
  most: number
  /** Sends a part of so many bytes, and learns from how long that takes. */
  send<Value>(bytes: number, work: () => Promise<Value>): Promise<Value>
  /** OSS asked for fewer requests. */
  throttled(): void
  /** A try failed, and the part will be tried again. */
  failed(): void
}

export interface PacerParts {
  readonly most: number
  /** Milliseconds by a clock that never goes back. */
  readonly now: () => number
  /**
   * Milliseconds that this process has had nothing to do, ever. Where it has always something to do more
   * parts do not help. Left out where nobody knows.
   */
  readonly idle?: (() => number) | undefined
  /** Told of every other limit. */
  readonly onLimit: (limit: number) => void
}

/** More connections than this help nobody: OSS has a limit for each account, routers have theirs. */
const MOST = 64
/** Bytes that all parts in flight together may hold in memory. */
const MEMORY = 128 * MiB

/** How many parts there may be in flight at most, where each holds so many bytes, and one more is being filled. */
export function mostParts(bytesHeld: number): number {
  return Math.max(1, Math.min(MOST, Math.floor(MEMORY / bytesHeld) - 1))
}

export function createPacer({ most, now, idle = now, onLimit }: PacerParts): Pacer {
  const moment = () => ({ at: now(), idle: idle() })
  let pace = createPace(most, moment())

  function become(next: Pace): void {
    const { limit } = pace
    pace = next
    if (next.limit !== limit) onLimit(next.limit)
  }

  return {
    get limit() {
      return pace.limit
    },
    get most() {
      return pace.most
    },
    set most(value) {
      become(withMost(pace, value))
    },
    async send(bytes, work) {
      const { pace: next, part } = partBegun(pace, now())
      become(next)
      try {
        const value = await work()
        become(partArrived(pace, part, bytes, moment()))
        return value
      } catch (error) {
        become(partDropped(pace, now()))
        throw error
      }
    },
    throttled: () => become(throttled(pace, now())),
    failed: () => become(tryFailed(pace, now())),
  }
}
