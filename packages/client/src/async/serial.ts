export interface Serial {
  /** Runs `task` after all that were added before it. A task never rejects the queue. */
  add(task: () => Promise<void>): void
  /** Resolves when everything added so far has run. */
  idle(): Promise<void>
  /** What has not begun yet never will. */
  clear(): void
}

/** A queue that runs one task at a time, in order; `onError` hears of those that fail. */
export function createSerial(onError: (error: unknown) => void): Serial {
  let last: Promise<void> = Promise.resolve()
  let generation = 0
  return {
    add(task) {
      const mine = generation
      last = last.then(async () => {
        if (mine !== generation) return
        try {
          await task()
        } catch (error) {
          onError(error)
        }
      })
    },
    idle: () => last,
    clear() {
      generation++
    },
  }
}
