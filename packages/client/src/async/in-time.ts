import type { Sleep } from './sleep.ts'

export interface InTimeOptions {
  readonly milliseconds: number
  readonly sleep: Sleep
  /** What is thrown when it takes longer. */
  readonly late: () => unknown
}

/** `promise`, unless it takes too long. Nothing ends what is behind it. */
export async function inTime<Value>(
  promise: Promise<Value> | Value,
  { milliseconds, sleep, late }: InTimeOptions,
): Promise<Value> {
  const stop = new AbortController()
  const alarm = sleep(milliseconds, stop.signal).then(() => {
    throw late()
  })
  try {
    return await Promise.race([promise, alarm])
  } finally {
    stop.abort()
    alarm.catch(() => {})
  }
}
