/** Our clock, set right by what the server says. */
export interface ServerClock {
  /** Milliseconds since 1970, as the server would say. */
  now(): number
  /** Takes over the server's time; false when it says nothing that can be read. */
  learn(serverTime: string | undefined): boolean
}

/** A signature is refused when it is 15 minutes off, and machines' clocks are. */
export function createServerClock(clock: () => number): ServerClock {
  let offset = 0
  return {
    now: () => clock() + offset,
    learn(serverTime) {
      const time = Date.parse(serverTime ?? '')
      if (Number.isNaN(time)) return false
      offset = time - clock()
      return true
    },
  }
}
