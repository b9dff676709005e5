export type Attempt<Value> = (signal: AbortSignal) => Promise<Value>

export interface TwoAttempts<Value> {
  /**
   * What the first to succeed has given, or what the first attempt has failed with if neither does. When
   * it settles both attempts have ended: the one that was too late was aborted, and nobody else.
   */
  readonly outcome: Promise<Value>
  /** Makes the second attempt beside the first, unless there is nothing to wait for any more, and waits for its end. */
  again(): Promise<void>
}

/**
 * Begins an attempt, which another one may join later. Both listen to `stop`, which is aborted when one of
 * them comes too late.
 */
export function twoAttempts<Value>(
  first: Attempt<Value>,
  second: Attempt<Value>,
  stop: AbortController,
): TwoAttempts<Value> {
  const alone = first(stop.signal)
  let rival: Promise<Value> | undefined
  let isOver = false

  async function settle(): Promise<Value> {
    try {
      const value = await alone
      // An abort makes an error with its stack, and nearly always there is nobody to stop.
      if (rival !== undefined) stop.abort()
      return value
    } catch (error) {
      // Also where it was aborted because the second one has succeeded.
      if (rival === undefined) throw error
      return await rival.catch(() => alone)
    } finally {
      isOver = true
      await rival?.catch(() => {})
    }
  }

  return {
    outcome: settle(),
    async again() {
      if (isOver || rival !== undefined || stop.signal.aborted) return
      rival = second(stop.signal)
      await rival.then(
        () => stop.abort(),
        () => {},
      )
    },
  }
}
