import type { Sleep } from './sleep.ts'

/** So many bytes a second, for all who draw from it together. */
export interface Bandwidth {
  /** Bytes per second; infinite for no limit. May be changed at any time. */
  rate: number
  /** Bytes that are best drawn at once: at this rate one of many who draw still moves every few seconds. */
  readonly piece: number
  /** Waits until so many bytes may go, in the order of coming. Rejects with the signal's reason, and then takes none. */
  draw(bytes: number, signal?: AbortSignal): Promise<void>
}

export interface BandwidthParts {
  /** Milliseconds by a clock that never goes back. */
  readonly now: () => number
  readonly sleep: Sleep
}

/** Milliseconds of the rate that may be made up for after a pause, as timers are late and machines busy. */
const BURST = 200
/** Milliseconds of the rate in one piece … */
const PIECE = 20
/** … but not less bytes than a packet, nor so many that others wait. */
const LEAST_PIECE = 1024
const LARGEST_PIECE = 256 * 1024

interface Waiter {
  readonly bytes: number
  go(): void
}

/**
 * A bucket that may be overdrawn once: whoever comes when nothing is owed goes at once, and the next one
 * waits until that has been paid for. So pieces may be of any size, and one timer is enough.
 */
export function createBandwidth(rate: number, { now, sleep }: BandwidthParts): Bandwidth {
  // Not a Set: what goes in and out of one is kept alive by its predecessors until the next full collection.
  const queue: Waiter[] = []
  let balance = 0
  let updated = now()
  let alarm = new AbortController()

  function update(): void {
    const elapsed = now() - updated
    updated += elapsed
    balance = rate === Number.POSITIVE_INFINITY ? 0 : earned(elapsed)
  }

  function earned(elapsed: number): number {
    return Math.min((rate * BURST) / 1000, balance + (rate * elapsed) / 1000)
  }

  function serve(): void {
    alarm.abort()
    update()
    for (let next = queue[0]; next !== undefined && balance >= 0; next = queue[0]) {
      queue.shift()
      next.go()
      if (rate !== Number.POSITIVE_INFINITY) balance -= next.bytes
    }
    if (queue.length === 0) return
    alarm = new AbortController()
    // Timers know whole milliseconds; what one is late by is made up for.
    sleep(Math.ceil((-balance / rate) * 1000), alarm.signal).then(serve, () => {})
  }

  return {
    get rate() {
      return rate
    },
    set rate(value) {
      update()
      rate = value
      // What a fast line owes would take a slow one minutes.
      balance = Math.max(balance, -pieceOf(rate))
      serve()
    },
    get piece() {
      return pieceOf(rate)
    },
    draw: (bytes, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const waiter = { bytes, go }
        queue.push(waiter)
        signal?.addEventListener('abort', giveUp, { once: true })
        if (queue.length === 1) serve()

        function go(): void {
          signal?.removeEventListener('abort', giveUp)
          resolve()
        }
        function giveUp(): void {
          queue.splice(queue.indexOf(waiter), 1)
          if (queue.length === 0) alarm.abort()
          reject(signal?.reason)
        }
      }),
  }
}

function pieceOf(rate: number): number {
  if (rate === Number.POSITIVE_INFINITY) return rate
  return Math.min(LARGEST_PIECE, Math.max(LEAST_PIECE, Math.floor((rate * PIECE) / 1000)))
}
