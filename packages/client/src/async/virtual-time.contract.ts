import type { Sleep } from './sleep.ts'
import { turn } from './testing.contract.ts'

/** Time that passes only when nothing else is left to do: hours of it take no time at all. */
export interface VirtualTime {
  /** Milliseconds. */
  now(): number
  readonly sleep: Sleep
  /** Calls `action` after so many milliseconds; what is returned takes that back. */
  after(milliseconds: number, action: () => void): () => void
  /** Lets time pass until `promise` has settled. Throws where nothing is left that could settle it. */
  until<Value>(promise: Promise<Value>): Promise<Value>
  /** What still waits for its time. */
  readonly pending: number
}

interface Alarm {
  readonly at: number
  readonly action: () => void
}

export function createVirtualTime(): VirtualTime {
  const alarms = new Set<Alarm>()
  let now = 0

  function after(milliseconds: number, action: () => void): () => void {
    const alarm = { at: now + Math.max(0, milliseconds), action }
    alarms.add(alarm)
    return () => alarms.delete(alarm)
  }

  /** The alarm that is due first; of several, the one that was set first. */
  function next(): Alarm | undefined {
    let first: Alarm | undefined
    for (const alarm of alarms) if (first === undefined || alarm.at < first.at) first = alarm
    return first
  }

  return {
    now: () => now,
    after,
    get pending() {
      return alarms.size
    },
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const cancel = after(milliseconds, () => {
          signal?.removeEventListener('abort', onAbort)
          resolve()
        })
        const onAbort = () => {
          cancel()
          reject(signal?.reason)
        }
        signal?.addEventListener('abort', onAbort, { once: true })
      }),
    async until(promise) {
      let settled = false
      const end = () => {
        settled = true
      }
      promise.then(end, end)
      for (;;) {
        await turn()
        if (settled) return promise
        const alarm = next()
        if (alarm === undefined) throw new Error(`Nothing is left to wait for at ${now} ms`)
        alarms.delete(alarm)
        now = alarm.at
        alarm.action()
      }
    },
  }
}
