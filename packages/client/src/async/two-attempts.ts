export type Attempt<Value> = (signal: AbortSignal) => Promise<Value>

export interface TwoAttempts<Value> {
  /**
   * What the first to succeed has given, or what the first attempt has failed with if neither does. When
   * it settles both attempts have ended: the one that was too late was aborted.
   */
  readonly outcome: Promise<Value>
  /** Begins the second attempt beside the first, unless there is nothing to wait for any more. */
  again(): void
}

/** Begins an attempt, which another one may join later. */
export function twoAttempts<Value>(
  first: Attempt<Value>,
  second: Attempt<Value>,
  signal: AbortSignal,
): TwoAttempts<Value> {
  const stop = new AbortController()
  const onAbort = () => stop.abort(signal.reason)
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort, { once: true })

  const alone = first(stop.signal)
  const running = [alone]
  let open = true
  let joined = () => {}
  const twoRun = new Promise<void>((resolve) => {
    joined = resolve
  })

  async function settle(): Promise<Value> {
    try {
      await Promise.race([alone, twoRun]).catch(() => {})
      open = false
      // Nearly always: and an abort that stops nobody would make an error with its stack for each.
      if (running.length === 1) return await alone
      return await Promise.any(running)
        .catch(() => alone)
        .finally(() => stop.abort())
    } finally {
      if (running.length > 1) await Promise.allSettled(running)
      signal.removeEventListener('abort', onAbort)
    }
  }

  return {
    outcome: settle(),
    again() {
      if (!open || stop.signal.aborted) return
      open = false
      running.push(second(stop.signal))
      joined()
    },
  }
}
