import type { Sleep } from './sleep.ts'

export interface InTimeOptions {
  readonly milliseconds: number
  readonly sleep: Sleep
  /** What is thrown when it takes longer. */
  readonly late: () => unknown
  /** Ends the waiting, with its reason. */
  readonly signal?: AbortSignal | undefined
}

/** `promise`, unless it takes too long or nobody waits any more. Nothing ends what is behind it. */
export async function inTime<Value>(
  promise: Promise<Value> | Value,
  { milliseconds, sleep, late, signal }: InTimeOptions,
): Promise<Value> {
  const stop = new AbortController()
  const end = signal === undefined ? stop.signal : AbortSignal.any([stop.signal, signal])
  const alarm = sleep(milliseconds, end).then(() => {
    throw late()
  })
  try {
    return await Promise.race([promise, alarm])
  } finally {
    stop.abort()
    alarm.catch(() => {})
  }
}
