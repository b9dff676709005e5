import type { Places } from '../async/pool.ts'
import type { Sleep } from '../async/sleep.ts'
import { twoAttempts } from '../async/two-attempts.ts'

/**
 * Sends a part. With each try that has failed `anew` starts its clock anew, after so many milliseconds for
 * which OSS has asked: until then it does not hang back. A pause beyond that is our guess, which the other
 * parts put right when they arrive in the meantime.
 */
export type PartAttempt<Value> = (
  signal: AbortSignal,
  anew: (milliseconds: number) => void,
) => Promise<Value>

/** Sends a part a second time where it hangs back behind the others, and takes what arrives first. */
export interface Hedge {
  /**
   * Gives what the first attempt to succeed has given. When this settles no attempt is left: two that
   * send one part write the same bytes, but nothing is to be written once the upload was completed. The
   * one that comes too late is aborted by `stop`.
   */
  send<Value>(bytes: number, attempt: PartAttempt<Value>, stop: AbortController): Promise<Value>
  /** No part is left to begin: from now on whatever hangs back holds up everything. */
  lastBegun(): void
}

export interface HedgeParts {
  /** Milliseconds by a clock that never goes back. */
  readonly now: () => number
  readonly sleep: Sleep
  /** Where parts in flight have their places: a second attempt takes one as well, in its turn. */
  readonly places: Places
}

interface PartInFlight {
  readonly bytes: number
  readonly began: number
  /** Where its clock starts: when its latest try began, or when OSS wants to hear of it again. */
  since: number
  /** Parts that began later and have arrived since then. */
  overtaken: number
  /** The most that were in flight at once since it began, with itself. */
  crowd: number
  /** Makes the second attempt; undefined when that was asked for. */
  again?: (() => void) | undefined
}

/** A part is sent again when the others have used their places so often while it was using its own … */
const TIMES_OVERTAKEN = 8
/** … or, where none is left to begin, when it has taken so many times as long as the others. */
const TIMES_AS_LONG = 2
/** Milliseconds that a part may always take: the pause of a busy machine is no slow connection. */
const PATIENCE = 500
/** Second attempts that an upload may always make … */
const SPARE = 4
/** … and one more for so many parts that have arrived. */
const ONE_IN = 20

/**
 * Only comparison tells what is slow: where all parts are, none hangs back and none is sent again. The
 * first attempt goes on beside the second, so that nothing that moves is ever given up for nothing.
 */
export function createHedge({ now, sleep, places }: HedgeParts): Hedge {
  /** In the order in which they began. */
  const inFlight: PartInFlight[] = []
  /** What arrived since the last one began. */
  let company: { readonly bytes: number; readonly took: number }[] = []
  let isEnding = false
  let arrived = 0
  let seconds = 0
  /** Ends the waiting for the next review. */
  let alarm: AbortController | undefined

  const isPausing = ({ since }: PartInFlight) => since > now()

  function sendAgain(part: PartInFlight): void {
    if (part.again === undefined || seconds >= SPARE + arrived / ONE_IN) return
    seconds++
    part.again()
    part.again = undefined
  }

  function hasArrived(part: PartInFlight): void {
    arrived++
    company.push({ bytes: part.bytes, took: now() - part.began })
    for (const other of inFlight) {
      if (other === part) break
      if (isPausing(other)) continue
      other.overtaken++
      const turns = other.overtaken / other.crowd
      if (turns >= TIMES_OVERTAKEN && now() - other.since > PATIENCE) sendAgain(other)
    }
  }

  /** At the end: sends again what is late by now, and comes back when the next one is. */
  function review(): void {
    alarm?.abort()
    alarm = undefined
    // As long as most have not arrived, it is the line that is slow.
    if (!isEnding || company.length < inFlight.length) return
    let next = Number.POSITIVE_INFINITY
    for (const part of inFlight) {
      const left = part.since + allowance(part) - now()
      if (left <= 0) sendAgain(part)
      else if (part.again) next = Math.min(next, left)
    }
    if (next === Number.POSITIVE_INFINITY) return
    alarm = new AbortController()
    sleep(next, alarm.signal).then(review, () => {})
  }

  function allowance({ bytes }: PartInFlight): number {
    // Of smaller parts, such as the last one, most is waiting for the answer: they are no measure of speed.
    const took = company.map((other) => other.took * Math.max(1, bytes / other.bytes))
    return Math.max(PATIENCE, TIMES_AS_LONG * median(took))
  }

  return {
    async send(bytes, attempt, stop) {
      const began = now()
      const part: PartInFlight = { bytes, began, since: began, overtaken: 0, crowd: 1 }
      const anew = (milliseconds: number) => {
        part.since = now() + milliseconds
        part.overtaken = 0
      }
      const { outcome, again } = twoAttempts(
        (signal) => attempt(signal, anew),
        (signal) => attempt(signal, () => {}),
        stop,
      )
      part.again = async () => {
        // Nothing waits for its turn: the part itself may hold the last place.
        const leave = await places.acquire(stop.signal).catch(() => undefined)
        if (!isPausing(part)) await again()
        leave?.()
      }
      inFlight.push(part)
      for (const one of inFlight) one.crowd = Math.max(one.crowd, inFlight.length)
      company = []
      try {
        const value = await outcome
        hasArrived(part)
        return value
      } finally {
        inFlight.splice(inFlight.indexOf(part), 1)
        review()
      }
    },
    lastBegun() {
      isEnding = true
      review()
    },
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.POSITIVE_INFINITY
}
