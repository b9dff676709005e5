/** Bounds how much load retries may add when nothing works any more. Shared by all requests of a client. */
export interface RetryBudget {
  /** Milliseconds until one more retry may be made, or undefined when too many wait already. */
  take(): number | undefined
  /** A request succeeded. */
  earn(): void
}

export interface RetryRates {
  /** Retries that may be made at once. */
  readonly capacity: number
  /** Further ones a second, so that an outage is sat out however many requests it hit. */
  readonly perSecond: number
  /** Milliseconds that a retry waits for its turn at most. */
  readonly patience: number
}

const RATES: RetryRates = { capacity: 100, perSecond: 10, patience: 20_000 }
/** Successes that earn another retry: in good times at most one for ten. */
const SUCCESSES = 10

/** `clock` gives milliseconds that only grow. */
export function createRetryBudget(
  clock: () => number,
  { capacity, perSecond, patience }: RetryRates = RATES,
): RetryBudget {
  let balance = capacity
  let settledAt = clock()

  function settle(earned: number): void {
    const now = clock()
    balance = Math.min(capacity, balance + ((now - settledAt) * perSecond) / 1000 + earned)
    settledAt = now
  }

  return {
    take() {
      settle(0)
      // A balance below nothing is the queue of those who wait.
      const wait = Math.max(0, ((1 - balance) * 1000) / perSecond)
      if (wait > patience) return undefined
      balance--
      return wait
    },
    earn: () => settle(1 / SUCCESSES),
  }
}
