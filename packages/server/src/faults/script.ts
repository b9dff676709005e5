import type { Operation } from '../protocol/detect.ts'
import type { Fault } from './fault.ts'
import { readFault } from './read-fault.ts'

interface Entry {
  readonly fault: Fault
  /** How many requests it was meant for. */
  seen: number
  /** How often it happened. */
  used: number
}

/** The instructions that were given and what has become of them. */
export interface Script {
  /** Throws an InvalidFaultError, and adds none of them, when one cannot be followed. */
  add(faults: readonly unknown[]): void
  /** In the order in which they were given. */
  unused(): Fault[]
  clear(): void
  /**
   * The instruction for a request that may mean any of `operations`, which uses it up. Where several
   * are for it, the first given is; a later one waits for the next request, so that two with the same
   * `nth` happen one after the other.
   */
  take(operations: readonly Operation[]): Fault | undefined
}

export function createScript(): Script {
  let entries: Entry[] = []
  return {
    add(faults) {
      const read = faults.map((fault, index) => readFault(fault, `faults[${index}]`))
      entries = [...entries, ...read.map((fault) => ({ fault, seen: 0, used: 0 }))]
    },
    unused: () => entries.filter((entry) => !isUsed(entry)).map(({ fault }) => fault),
    clear() {
      entries = []
    },
    take(operations) {
      const meant = entries.filter(({ fault }) => operations.some((one) => isMeant(fault, one)))
      for (const entry of meant) entry.seen++
      const entry = meant.find((each) => each.seen >= (each.fault.nth ?? 1))
      if (entry === undefined) return undefined
      entry.used++
      if (isUsed(entry) && entry.fault.times !== 'always') {
        entries = entries.filter((each) => each !== entry)
      }
      return entry.fault
    },
  }
}

function isUsed({ fault: { times = 1 }, used }: Entry): boolean {
  return used >= (times === 'always' ? 1 : times)
}

function isMeant({ on = '*', key, partNumber }: Fault, operation: Operation): boolean {
  if (on !== '*' && on !== operation.name) return false
  if (key !== undefined && !('key' in operation && operation.key === key)) return false
  return (
    partNumber === undefined || ('partNumber' in operation && operation.partNumber === partNumber)
  )
}
