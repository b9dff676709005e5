/** When something happened. Milliseconds. */
export interface Moment {
  readonly at: number
  /** How long this process has had nothing to do until then, in all. */
  readonly idle: number
}

/** The arrivals that one decision about the pace is made of. */
export interface Round {
  /** Milliseconds, when it began. */
  readonly since: number
  /** Number of the first part that counts. */
  readonly from: number
  /** How many parts could be in flight when it began. */
  readonly limit: number
  /** Milliseconds, as `Moment` has them. */
  readonly idle: number
  readonly arrived: number
  readonly bytes: number
  /** Milliseconds that the parts took, in sum. */
  readonly busy: number
  /** What else was in flight meanwhile: for each part the sum over its time, in milliseconds. */
  readonly crowd: number
  /** Tries that failed. */
  readonly failed: number
}

/** A part in flight, as things were when it began. */
export interface PartBegun {
  readonly number: number
  readonly at: number
  readonly crowd: number
}

/** What a round has shown. */
export interface Reading {
  /** Parts in flight, on average. */
  readonly level: number
  /** Bytes a millisecond, of all parts together. */
  readonly speed: number
  /** Milliseconds a byte, of one part. */
  readonly slowness: number
  /** Milliseconds a part. */
  readonly took: number
  /** Whether this process was at work almost all the time: it is what is full then, and not the line. */
  readonly busy: boolean
}

/**
 * What makes a round: so many arrivals for each place, at least so many, and milliseconds. With less one
 * would see chance and the pauses of a busy machine.
 */
const ENOUGH = {
  ramp: { turns: 1, arrived: 4, time: 100 },
  hold: { turns: 1, arrived: 8, time: 500 },
  trial: { turns: 2, arrived: 8, time: 1_000 },
}

/** The share of its time that a process always waits which is not the bottleneck. */
const SOME_IDLE = 0.1

export function createRound(begin: Pick<Round, 'since' | 'from' | 'limit' | 'idle'>): Round {
  return { ...begin, arrived: 0, bytes: 0, busy: 0, crowd: 0, failed: 0 }
}

/**
 * Undefined while the round goes on. By Little's law the speed is what is in flight divided by the time it
 * takes: counting what arrives between two moments would see waves, as parts that begin together end
 * together.
 */
export function readingOf(
  { since, idle, limit, arrived, bytes, busy, crowd }: Round,
  phase: keyof typeof ENOUGH,
  now: Moment,
): Reading | undefined {
  const enough = ENOUGH[phase]
  if (arrived < Math.max(enough.arrived, enough.turns * limit)) return undefined
  const elapsed = now.at - since
  if (elapsed < enough.time || busy <= 0 || bytes <= 0) return undefined
  const level = crowd / busy
  const slowness = busy / bytes
  return {
    level,
    slowness,
    speed: level / slowness,
    took: busy / arrived,
    busy: now.idle - idle < elapsed * SOME_IDLE,
  }
}
