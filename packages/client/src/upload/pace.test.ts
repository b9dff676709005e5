import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MiB } from '../oss/limits.ts'
import {
  createPace,
  type Pace,
  partArrived,
  partBegun,
  partDropped,
  throttled,
  tryFailed,
  withMost,
} from './pace.ts'
import type { PartBegun } from './pace-round.ts'

/** Milliseconds that a part takes when so many are in flight. */
type Line = (inFlight: number) => number

const roomy: Line = () => 200
const fullAt =
  (knee: number, took = 200): Line =>
  (inFlight) =>
    took * Math.max(1, inFlight / knee)

const start = { at: 0, idle: 0 }

/** An upload of equal parts without end: keeps as many in flight as the pace allows, or as there are to send. */
function upload({ most = 64, toSend = Number.POSITIVE_INFINITY, busy = false } = {}) {
  const idleAt = (at: number) => ({ at, idle: self.busy ? 0 : at })
  const flying: { end: number; part: PartBegun }[] = []
  const self = {
    pace: createPace(most, start),
    line: roomy,
    run,
    until,
    busy,
    limits: [] as number[],
  }

  function run(isEnough: (pace: Pace) => boolean): Pace {
    for (let parts = 0; parts < 50_000 && !isEnough(self.pace); parts++) {
      const wanted = Math.min(self.pace.limit, toSend)
      while (flying.length < wanted) {
        const { pace, part } = partBegun(self.pace, self.pace.now)
        self.pace = pace
        flying.push({ end: pace.now + self.line(wanted), part })
      }
      flying.sort((a, b) => a.end - b.end)
      const first = flying.shift()
      if (first !== undefined)
        self.pace = partArrived(self.pace, first.part, MiB, idleAt(first.end))
      if (self.limits.at(-1) !== self.pace.limit) self.limits.push(self.pace.limit)
    }
    return self.pace
  }

  function until(ms: number): Pace {
    return run((pace) => pace.now >= ms)
  }

  return self
}

describe('the pace', () => {
  it('begins with six parts, or with as many as there may be', () => {
    expect([64, 4, 1].map((most) => createPace(most, start).limit)).toEqual([6, 4, 1])
  })

  it('grows within some rounds to all there may be where every part takes as long as alone', () => {
    expect(upload().until(1_200).limit).toBe(64)
    expect(upload({ most: 10 }).until(60_000).limit).toBe(10)
    expect(upload({ most: 1 }).until(60_000).limit).toBe(1)
  })

  it.each([3, 6, 12, 25])('settles near what the line carries: %i parts', (knee) => {
    const one = upload()
    one.line = fullAt(knee)
    const { limit } = one.until(60_000)
    expect(limit).toBeGreaterThanOrEqual(1.5 * knee)
    expect(limit).toBeLessThanOrEqual(2.5 * Math.max(6, knee))
  })

  it('grows by half only where parts take seconds: if the line is full, they will take as many more', () => {
    const one = upload()
    one.line = () => 6_000
    expect(one.run(({ limit }) => limit > 6).limit).toBe(9)
  })

  it('does not jump where a few parts are as fast as a process can be', () => {
    const one = upload()
    one.line = () => 4
    expect(one.run(({ limit }) => limit > 6).limit).toBe(9)
  })

  it('does not grow while this process is at work all the time, and does once it is not', () => {
    const one = upload({ busy: true })
    one.line = fullAt(14)
    one.until(60_000)
    expect(one.limits).toEqual([6])
    one.busy = false
    one.until(120_000)
    expect(one.limits.at(-1)).toBeGreaterThan(10)
  })

  it('learns nothing about more parts than there are to send', () => {
    const one = upload({ toSend: 3 })
    one.until(60_000)
    expect(one.limits).toEqual([6])
  })

  it('tries more now and then, ever less often, and goes back where it brought nothing', () => {
    const one = upload()
    one.line = fullAt(8)
    const tries: number[] = []
    for (let trial = 0; trial < 5; trial++) {
      tries.push(one.run(({ phase }) => phase.name === 'trial').now)
      one.run(({ phase }) => phase.name !== 'trial')
    }
    const pauses = tries.slice(1).map((at, index) => at - (tries[index] ?? 0))
    for (const [index, pause] of pauses.slice(1).entries()) {
      expect(pause).toBeGreaterThan(1.3 * (pauses[index] ?? 0))
    }
    // After the growth: one number, and one that was tried.
    expect(new Set(one.limits.slice(-6)).size).toBe(2)
  })

  it('finds the new number when the line becomes wider, and when it becomes narrow and slow', () => {
    const one = upload()
    one.line = fullAt(8)
    expect(one.until(20_000).limit).toBeLessThan(24)
    one.line = fullAt(40)
    expect(one.until(140_000).limit).toBeGreaterThanOrEqual(30)
    one.line = fullAt(1, 3_000)
    expect(one.until(3 * 3_600_000).limit).toBeLessThanOrEqual(6)
  })

  it('leaves three where parts take very long, and no fewer', () => {
    const one = upload()
    one.line = fullAt(1, 10_000)
    one.until(5 * 3_600_000)
    expect(Math.min(...one.limits)).toBe(3)
    expect(one.pace.limit).toBeLessThanOrEqual(6)
  })

  it('keeps many where each part takes long, but more carry more', () => {
    const one = upload()
    one.line = () => 20_000
    one.run(({ phase }) => phase.name === 'hold')
    expect(one.limits).toEqual([6, 9, 18, 36, 64])
    for (let trial = 0; trial < 4; trial++) {
      expect(one.run(({ phase }) => phase.name === 'trial').limit).toBe(38)
      expect(one.run(({ phase }) => phase.name === 'hold').limit).toBe(64)
    }
  })

  it('does not go back from a trial to more than there may be by then', () => {
    const one = upload()
    one.line = () => 20_000
    one.run(({ limit }) => limit === 64)
    expect(one.run(({ phase }) => phase.name === 'trial').limit).toBe(38)
    one.pace = withMost(one.pace, 50)
    one.limits = []
    one.until(3_600_000)
    expect(Math.max(...one.limits)).toBe(50)
  })

  it('climbs where parts take long, once it has found that more carry more', () => {
    const one = upload()
    one.line = fullAt(6, 10_000)
    one.run(({ phase }) => phase.name === 'hold')
    one.line = () => 10_000
    const low = one.pace.limit
    one.run(({ limit, phase }) => limit > low && phase.name === 'hold')
    one.limits = []
    one.run(({ limit }) => limit === 64)
    expect(one.limits).toEqual([...one.limits].sort((a, b) => a - b))
  })
})

/** So many more begin, and are given up. */
function begin(from: Pace, parts: number): Pace {
  let pace = from
  for (let part = 0; part < parts; part++) {
    pace = partDropped(partBegun(pace, pace.now).pace, pace.now)
  }
  return pace
}

describe('when OSS asks for fewer requests', () => {
  it('halves the number, once for all that complain at the same time', () => {
    let pace = throttled(upload().until(5_000), 5_000)
    expect(pace.limit).toBe(32)
    for (let complaint = 0; complaint < 40; complaint++) pace = throttled(pace, 5_100)
    pace = throttled(begin(pace, 31), 5_200)
    expect(pace.limit).toBe(32)
    pace = throttled(begin(pace, 1), 5_300)
    expect(pace.limit).toBe(16)
  })

  it('never stops: one part is left', () => {
    let pace = upload().until(5_000)
    for (let time = 0; time < 20; time++) pace = begin(throttled(pace, pace.now), 64)
    expect(pace.limit).toBe(1)
  })

  it('halves also while it is still growing', () => {
    const one = upload()
    one.pace = throttled(one.pace, 10)
    expect(one.pace.limit).toBe(3)
    expect(one.until(1_000).limit).toBeLessThanOrEqual(5)
  })

  it('comes back no further than to the most there may be by then', () => {
    const one = upload()
    one.pace = withMost(throttled(one.until(5_000), 5_000), 40)
    expect(one.until(120_000).limit).toBe(40)
  })

  it('comes back one by one, and stays below what was too much for a good while', () => {
    const one = upload()
    one.pace = throttled(one.until(5_000), 5_000)
    one.limits = [32]
    one.until(24_000)
    expect(one.limits).toEqual(Array.from({ length: 57 - 32 + 1 }, (_, index) => 32 + index))
    expect(one.until(120_000).limit).toBe(64)
  })
})

describe('when tries fail', () => {
  function failing(from: Pace, times: number): Pace {
    let pace = from
    for (let time = 0; time < times; time++) pace = tryFailed(pace, pace.now)
    return pace
  }

  it('takes some for chance, and even many as long as something arrives', () => {
    const one = upload()
    one.until(5_000)
    one.run(({ round }) => round.arrived === 0)
    expect(failing(one.pace, 100).limit).toBe(64)
    one.run(({ round }) => round.arrived > 0)
    expect(failing(one.pace, 1_000).limit).toBe(64)
  })

  it('halves the number when all fail and nothing arrives, once for one outage', () => {
    const one = upload()
    one.until(5_000)
    const pace = failing(
      one.run(({ round }) => round.arrived === 0),
      128,
    )
    expect(pace.limit).toBe(32)
    expect(failing(pace, 1_000).limit).toBe(32)
  })

  it('leaves three parts', () => {
    let pace = createPace(64, start)
    for (let outage = 0; outage < 9; outage++) pace = begin(failing(pace, 500), 64)
    expect(pace.limit).toBe(3)
  })
})

const OFTEN = ['begin', 'begin', 'begin', 'arrive', 'arrive', 'arrive'] as const

describe('whatever happens', () => {
  it('the number is whole, from 1 to the most there may be, and what is in flight is counted right', () => {
    const step = fc.record({
      what: fc.constantFrom(...OFTEN, ...OFTEN, 'drop', 'throttled', 'failed', 'most'),
      which: fc.nat(100),
      // Backwards, too, as clocks of other systems may go.
      later: fc.integer({ min: -50, max: 3_000 }),
      bytes: fc.integer({ min: 1, max: 16 * MiB }),
    })
    const steps = fc.array(step, { minLength: 50, maxLength: 600 })
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 64 }), (all, first) => {
        let most = first
        let pace = createPace(most, start)
        const flying: PartBegun[] = []
        for (const { what, which, later, bytes } of all) {
          const { now } = pace
          const at = now + later
          const [part] = what === 'arrive' || what === 'drop' ? flying.splice(which % 7, 1) : []
          if (what === 'begin') {
            const begun = partBegun(pace, at)
            pace = begun.pace
            flying.push(begun.part)
          }
          if (what === 'arrive' && part) pace = partArrived(pace, part, bytes, { at, idle: at })
          if (what === 'drop' && part) pace = partDropped(pace, at)
          if (what === 'most') {
            most = (which % 64) + 1
            pace = withMost(pace, most)
          }
          if (what === 'throttled') pace = throttled(pace, at)
          if (what === 'failed') pace = tryFailed(pace, at)
          expect(Number.isInteger(pace.limit) && pace.limit >= 1 && pace.limit <= most).toBe(true)
          expect(pace.inFlight).toBe(flying.length)
          expect(pace.now).toBeGreaterThanOrEqual(now)
        }
      }),
    )
  })
})
