/** Bounds how much load retries may add when nothing works any more. Shared by all requests of a client. */
export interface RetryBudget {
  /** Whether one more retry may be made now. */
  take(): boolean
  /** A request succeeded. */
  earn(): void
}

/** Retries that may be made without any success in between. */
const CAPACITY = 100
/** What each success gives back: in the long run at most one retry for ten successes. */
const PER_SUCCESS = 0.1

export function createRetryBudget(capacity = CAPACITY): RetryBudget {
  let tokens = capacity
  return {
    take() {
      if (tokens < 1) return false
      tokens--
      return true
    },
    earn() {
      tokens = Math.min(capacity, tokens + PER_SUCCESS)
    },
  }
}
