/** A number of places that many share. Whoever finds none free waits, in the order of coming. */
export interface Gate {
  /** How many places there are. When it falls those inside stay, and nobody enters until enough have left. */
  limit: number
  /** Places that are taken; for a while more than `limit` where that has fallen. */
  readonly taken: number
  /** How many wait for a place. */
  readonly waiting: number
  /**
   * Waits for a place and gives what frees it, which is harmless to call again. Rejects with the signal's
   * reason, and then holds no place. Where the signal is aborted just after the place was given, it is given.
   */
  acquire(signal?: AbortSignal): Promise<() => void>
}

/** @param limit places, a whole number from 0 */
export function createGate(limit: number): Gate {
  // Not a Set: what goes in and out of one is kept alive by its predecessors until the next full collection.
  const queue: (() => void)[] = []
  let taken = 0

  function admit(): void {
    while (taken < limit) {
      const enter = queue.shift()
      if (enter === undefined) return
      enter()
    }
  }

  function take(): () => void {
    let inside = true
    taken++
    return () => {
      if (!inside) return
      inside = false
      taken--
      admit()
    }
  }

  return {
    get limit() {
      return limit
    },
    set limit(value) {
      limit = value
      admit()
    },
    get taken() {
      return taken
    },
    get waiting() {
      return queue.length
    },
    acquire: (signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        if (taken < limit && queue.length === 0) return resolve(take())
        queue.push(enter)
        signal?.addEventListener('abort', giveUp, { once: true })

        function enter(): void {
          signal?.removeEventListener('abort', giveUp)
          resolve(take())
        }
        function giveUp(): void {
          queue.splice(queue.indexOf(enter), 1)
          reject(signal?.reason)
        }
      }),
  }
}
