import type { State } from './state.ts'

export interface Store {
  readonly state: State
  change(next: (state: State) => State): void
  /** Hears of changes: of all of a frame at once. */
  subscribe(listener: (state: State) => void): void
}

/** Milliseconds between two looks at a page that nobody sees: browsers give it no frames. */
const HIDDEN = 1_000

export function createStore(initial: State): Store {
  const listeners: ((state: State) => void)[] = []
  let state = initial
  let isPlanned = false

  function tell(): void {
    isPlanned = false
    for (const listener of listeners) listener(state)
  }

  return {
    get state() {
      return state
    },
    change(next) {
      state = next(state)
      if (isPlanned) return
      isPlanned = true
      if (document.hidden) setTimeout(tell, HIDDEN)
      else requestAnimationFrame(tell)
    },
    subscribe(listener) {
      listeners.push(listener)
    },
  }
}
