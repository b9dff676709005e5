/** Bounds how much load retries may add when nothing works any more. Shared by all requests of a client. */
export interface RetryBudget {
  /** Whether one more retry may be made now. */
  take(): boolean
  /** A request succeeded. */
  earn(): void
}

/** Retries that may be made without any success in between. */
const CAPACITY = 100
/** Successes that earn another one: in the long run at most one retry for ten successes. */
const SUCCESSES = 10

export function createRetryBudget(capacity = CAPACITY): RetryBudget {
  // Counted in successes, since ten times 0.1 is not 1.
  let balance = capacity * SUCCESSES
  return {
    take() {
      if (balance < SUCCESSES) return false
      balance -= SUCCESSES
      return true
    },
    earn() {
      balance = Math.min(capacity * SUCCESSES, balance + 1)
    },
  }
}
