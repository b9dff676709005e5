import {
  createRound,
  type Moment,
  type PartBegun,
  type Reading,
  type Round,
  readingOf,
} from './pace-round.ts'

/**
 * How many parts should be in flight, found by trying. Below what the line carries, many parts take as
 * long as few, and the speed grows with their number; above it they only take longer. So the number grows
 * while the speed grows with it, and goes back to the least that carried it. A value, and functions of it.
 */
export interface Pace {
  /** Parts that may be in flight now, from 1 to `most`. */
  readonly limit: number
  readonly most: number
  readonly phase: Phase
  readonly inFlight: number
  /** Parts that have begun, ever. */
  readonly begun: number
  /** `inFlight` summed up over time, in milliseconds, until `now`. */
  readonly crowd: number
  readonly now: number
  /** Milliseconds that this process had nothing to do, when a part last arrived. */
  readonly idle: number
  readonly round: Round
  /** What the numbers tried so far have brought; the last one is what the next is compared with. */
  readonly readings: readonly Reading[]
  /** Rounds in `hold` since something was tried. */
  readonly calm: number
  /** Rounds in `hold` before something is tried; twice as many after each trial that brought nothing. */
  readonly patience: number
  /** Whether fewer parts are tried next, where parts take too long: more and fewer take turns. */
  readonly fewerNext: boolean
  /** Below what OSS complained about. Undefined when that is long ago. */
  readonly ceiling: number | undefined
  /** Until so many parts have begun, complaints are about those that were in flight before the last one. */
  readonly deafUntil: number
}

type Phase =
  /** The number grows from round to round. */
  | { readonly name: 'ramp' }
  /** It stays. */
  | { readonly name: 'hold' }
  /** Another one is tried for a round. */
  | { readonly name: 'trial'; readonly back: number }

/** As many as ali-oss and one more: costs nothing on a good line and little on a bad one. */
const START = 6
/** A slow line is left with so many, so that one that stalls does not stop everything. */
const FEW = 3
/** Milliseconds that a part may take at worst when the number grows at once: as long as on a line that was full already. */
const BEARABLE = 5_000
/** Parts that take longer than this, in milliseconds, tire time-outs, and much is lost with each that fails. */
const TOO_LONG = 8_000
/** Bytes a millisecond that one process can send, about: no number helps beyond. */
const ONE_PROCESS = 1_000_000
/** Tries that fail one after the other before that counts. */
const MANY_FAILED = 8
/** Rounds below the ceiling before it is tried again. */
const RESPECT = 16
const LONGEST_PATIENCE = 32

/** @param most parts in flight that there may be, from 1 */
export function createPace(most: number, { at, idle }: Moment): Pace {
  const limit = Math.min(START, most)
  return {
    limit,
    most,
    phase: { name: 'ramp' },
    inFlight: 0,
    begun: 0,
    crowd: 0,
    now: at,
    idle,
    round: createRound({ since: at, from: 0, limit, idle }),
    readings: [],
    calm: 0,
    patience: 1,
    fewerNext: true,
    ceiling: undefined,
    deafUntil: 0,
  }
}

export function partBegun(before: Pace, at: number): { pace: Pace; part: PartBegun } {
  const pace = passed(before, at)
  const part = { number: pace.begun, at: pace.now, crowd: pace.crowd }
  return { part, pace: { ...pace, inFlight: pace.inFlight + 1, begun: pace.begun + 1 } }
}

/** A part is at OSS, perhaps after failures: what counts is what arrives. */
export function partArrived(before: Pace, part: PartBegun, bytes: number, now: Moment): Pace {
  const pace = { ...passed(before, now.at), idle: now.idle }
  const round = part.number < pace.round.from ? pace.round : withArrival(pace, part, bytes)
  const arrived = { ...pace, inFlight: pace.inFlight - 1, round }
  const reading = readingOf(round, pace.phase.name, { at: pace.now, idle: now.idle })
  return reading === undefined ? arrived : afterRound(arrived, reading)
}

/** A part was given up: that says nothing about the line. */
export function partDropped(before: Pace, at: number): Pace {
  const pace = passed(before, at)
  return { ...pace, inFlight: pace.inFlight - 1 }
}

/** OSS asked for fewer requests. */
export function throttled(before: Pace, at: number): Pace {
  return halved(passed(before, at))
}

/** A try failed, and the part will be tried again. Some always do; when nothing else happens, fewer may do better. */
export function tryFailed(before: Pace, at: number): Pace {
  const pace = passed(before, at)
  const round = { ...pace.round, failed: pace.round.failed + 1 }
  const hopeless = round.arrived === 0 && round.failed >= Math.max(MANY_FAILED, 2 * pace.limit)
  return hopeless && pace.limit > FEW ? halved({ ...pace, round }) : { ...pace, round }
}

/** From now on there may be another number at most, as where the parts of a stream become larger. */
export function withMost(pace: Pace, most: number): Pace {
  if (pace.limit <= most && pace.phase.name !== 'trial') return { ...pace, most }
  return holding({ ...pace, most, limit: Math.min(most, pace.limit) }, [])
}

function passed(pace: Pace, at: number): Pace {
  const elapsed = Math.max(0, at - pace.now)
  return { ...pace, now: pace.now + elapsed, crowd: pace.crowd + pace.inFlight * elapsed }
}

function withArrival({ round, now, crowd }: Pace, part: PartBegun, bytes: number): Round {
  return {
    ...round,
    arrived: round.arrived + 1,
    bytes: round.bytes + bytes,
    busy: round.busy + now - part.at,
    crowd: round.crowd + crowd - part.crowd,
  }
}

function halved(pace: Pace): Pace {
  if (pace.begun < pace.deafUntil) return pace
  const limit = Math.max(1, Math.floor(pace.limit / 2))
  const ceiling = Math.max(limit, Math.floor(pace.limit * 0.9))
  return holding({ ...pace, limit, ceiling, deafUntil: pace.begun + limit, patience: 1 }, [])
}

function afterRound(pace: Pace, reading: Reading): Pace {
  const { phase, limit, round } = pace
  // Who has too few parts to send, or waits for their bytes, does not learn what the line carries.
  if (reading.level < limit * 0.75) {
    return phase.name === 'trial'
      ? holding({ ...pace, limit: phase.back }, pace.readings)
      : { ...pace, round: nextRound(pace, round.from) }
  }
  switch (phase.name) {
    case 'ramp':
      return afterRamp(pace, reading)
    case 'hold':
      return afterHold(pace, reading)
    case 'trial':
      return afterTrial(pace, reading, phase.back)
  }
}

function afterRamp(pace: Pace, reading: Reading): Pace {
  const { limit, most } = pace
  const previous = pace.readings.at(-1)
  const readings = [...pace.readings, reading]
  const gain = previous === undefined ? 0.5 : elasticity(previous, reading)
  // Where it is this process that is full, more parts only take the processor's cache from each other.
  if (gain < 0.5 || reading.busy)
    return holding({ ...pace, limit: settled(pace, readings, reading) }, [])
  const next = { ...pace, readings, limit: nextInRamp(pace, reading, gain > 0.75 ? 2 : 1.5) }
  // Where there are as many as there may be, the next reading ends this, as it brings no more. New
  // connections are slow at first, so it is one of those that began since.
  return { ...next, round: nextRound(next, limit === most ? pace.begun : 0) }
}

function nextInRamp(pace: Pace, reading: Reading, factor: number): number {
  const useful = ONE_PROCESS * reading.slowness
  const next = Math.max(pace.limit * factor, Math.min(bearable(pace, reading), useful))
  return Math.min(pace.most, Math.ceil(next))
}

/**
 * As many as carry the highest speed when each is as quick as at best; twice as many where that does no
 * harm, as parts never follow one another that evenly.
 */
function settled(pace: Pace, readings: readonly Reading[], last: Reading): number {
  const speed = Math.max(...readings.map((reading) => reading.speed))
  const slowness = Math.min(...readings.map((reading) => reading.slowness))
  const knee = speed * slowness
  const spare = last.busy ? knee : Math.min(2 * knee, bearable(pace, last))
  return Math.min(pace.most, Math.ceil(Math.max(knee, spare, 1)))
}

/** How many would make parts take as long as they may, were the line full. */
function bearable({ limit }: Pace, { took }: Reading): number {
  return limit * (BEARABLE / took)
}

function afterHold(pace: Pace, reading: Reading): Pace {
  const { limit, most, ceiling, patience } = pace
  if (limit < Math.min(ceiling ?? 0, most)) return holding({ ...pace, limit: limit + 1 }, [])
  const calm = pace.calm + 1
  const readings = [blend(pace.readings.at(-1), reading)]
  const next = { ...pace, calm, readings, round: nextRound(pace, pace.round.from) }
  if (calm < (ceiling === undefined ? patience : RESPECT)) return next
  const fewer = Math.max(FEW, Math.floor(limit * 0.6))
  const more = Math.min(most, limit + Math.max(3, Math.ceil(limit / 4)))
  if (fewer < limit && reading.took > TOO_LONG && (pace.fewerNext || more === limit)) {
    return trying(next, fewer)
  }
  return more > limit && !reading.busy ? trying(next, more) : next
}

function afterTrial(pace: Pace, reading: Reading, back: number): Pace {
  const known = pace.readings.at(-1)
  if (known !== undefined && isBetter(known, reading)) {
    return holding({ ...pace, patience: 1, fewerNext: pace.limit < back }, [reading])
  }
  const patience = Math.min(LONGEST_PATIENCE, pace.patience * 2)
  const fewerNext = !pace.fewerNext
  return holding({ ...pace, limit: back, patience, fewerNext }, pace.readings)
}

/** More parts must be worth it; fewer must cost next to nothing. */
function isBetter(known: Reading, tried: Reading): boolean {
  if (tried.level < known.level) return tried.speed > known.speed * 0.9
  return elasticity(known, tried) > 1 / 3
}

/** How the speed has grown with the number: 1 in proportion, 0 not at all. */
function elasticity(few: Reading, many: Reading): number {
  return Math.log(many.speed / few.speed) / Math.log(Math.max(1.1, many.level / few.level))
}

/** What holds for long is known better than what one round says. */
function blend(known: Reading | undefined, reading: Reading): Reading {
  if (known === undefined) return reading
  const mix = (a: number, b: number) => 0.7 * a + 0.3 * b
  return {
    ...reading,
    level: mix(known.level, reading.level),
    speed: mix(known.speed, reading.speed),
  }
}

function holding(pace: Pace, readings: readonly Reading[]): Pace {
  return { ...pace, phase: { name: 'hold' }, calm: 0, readings, round: nextRound(pace, pace.begun) }
}

function trying(pace: Pace, limit: number): Pace {
  const next = { ...pace, limit, ceiling: undefined }
  return { ...next, phase: { name: 'trial', back: pace.limit }, round: nextRound(next, pace.begun) }
}

function nextRound({ now, limit, idle }: Pace, from: number): Round {
  return createRound({ since: now, from, limit, idle })
}
