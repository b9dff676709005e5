import type { Sleep } from './sleep.ts'

/** A promise that a test settles when it is time. */
export interface Gate {
  readonly passed: Promise<void>
  open(): void
  fail(error: unknown): void
}

export function gate(): Gate {
  let open = () => {}
  let fail: (error: unknown) => void = () => {}
  const passed = new Promise<void>((resolve, reject) => {
    open = resolve
    fail = reject
  })
  return { passed, open, fail }
}

/** Lets everything that can run do so, without waiting for time to pass. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    // Browsers have no setImmediate.
    if (typeof setImmediate === 'undefined') setTimeout(resolve)
    else setImmediate(resolve)
  })
}

/** Time that passes when a test says so. */
export interface SlowTime {
  readonly sleep: Sleep
  /** The milliseconds of those who sleep now, in the order in which they went to sleep. */
  asleep(): number[]
  /** Lets so much time pass for all of them that they wake up. */
  wake(): void
}

export function slowTime(): SlowTime {
  const sleepers = new Map<() => void, number>()
  return {
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        sleepers.set(resolve, milliseconds)
        signal?.addEventListener('abort', () => {
          sleepers.delete(resolve)
          reject(signal.reason)
        })
      }),
    asleep: () => [...sleepers.values()],
    wake() {
      for (const resolve of sleepers.keys()) resolve()
      sleepers.clear()
    },
  }
}
