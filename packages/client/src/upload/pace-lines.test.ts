import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GiB, MiB } from '../oss/limits.ts'
import type { LineShape } from './line.contract.ts'
import { type Outcome, simulate, type Upload } from './simulate.contract.ts'

const MB = 1_000_000
const Mbit = MB / 8

/** Every connection carries 10 MB/s, 50 ms away. */
const far: LineShape = { roundTrip: 50, perConnection: 10 * MB, total: Number.POSITIVE_INFINITY }
/** As lines are: TLS, connections that begin slowly, none like the other. */
const real: LineShape = { ...far, handshakes: 3, slowStart: true, jitter: 0.3 }
/** A server on the same machine: what counts is computing, and many transfers hinder one another. */
const loopback: LineShape = {
  roundTrip: 0.2,
  perConnection: 900 * MB,
  total: 1500 * MB,
  perRequest: 0.3,
  crowding: (transfers) => 1 / (1 + 0.005 * Math.max(0, transfers - 8)),
}

type File = Pick<Upload, 'size' | 'partSize'>
const file = (size: number, partSize: number): File => ({ size, partSize })

/** The highest speed that any fixed number of parts reaches. */
async function bestFixed(line: LineShape, what: File): Promise<number> {
  let best = 0
  for (const parallel of [5, 8, 16, 32, 64]) {
    best = Math.max(best, (await simulate(line, { ...what, parallel })).speed)
  }
  return best
}

const auto = (line: LineShape, what: File, more: Partial<Upload> = {}): Promise<Outcome> =>
  simulate(line, { ...what, parallel: 'auto', ...more })

const numbers = ({ limits }: Outcome) => limits.map(([, limit]) => limit)

describe('parallel by itself', () => {
  it.each<[number, LineShape, File, number]>([
    [2, far, file(2 * GiB, 2 * MiB), 0.87],
    [4, far, file(4 * GiB, 4 * MiB), 0.9],
    [4, { ...real, jitter: 0 }, file(4 * GiB, 4 * MiB), 0.85],
  ])('is nearly as fast as the best number for a file of %i GiB', async (_, line, what, share) => {
    const { speed } = await auto(line, what)
    expect(speed / (await bestFixed(line, what))).toBeGreaterThan(share)
  })

  it.each([
    [50, file(256 * MiB, MiB)],
    [200, file(256 * MiB, MiB)],
    [1_000, file(GiB, 2 * MiB)],
  ])('fills a line of %i Mbit/s', async (rate, what) => {
    for (const line of [far, real]) {
      const { speed } = await auto({ ...line, total: rate * Mbit }, what)
      expect(speed / (rate * Mbit)).toBeGreaterThan(0.87)
    }
  })

  it('is at least three times as fast as five parts where there is room, also for a file of 256 parts', async () => {
    const what = file(256 * MiB, MiB)
    for (const line of [far, real]) {
      const five = await simulate(line, { ...what, parallel: 5 })
      expect((await auto(line, what)).speed / five.speed).toBeGreaterThan(3)
    }
  })

  it.each([true, false])(
    'costs nothing where the machine is the limit, be that known (%s) or not',
    async (busy) => {
      for (const what of [file(256 * MiB, MiB), file(2 * GiB, 4 * MiB)]) {
        const outcome = await auto(loopback, what, { busy })
        expect(outcome.speed / (await bestFixed(loopback, what))).toBeGreaterThan(0.95)
        expect(Math.max(...numbers(outcome))).toBeLessThan(30)
      }
    },
  )

  it('does not take a process that has just begun, and is slow at first, for a long line', async () => {
    const cold = { ...loopback, total: loopback.total / 10 }
    const changes = [[500, loopback]] as const
    const outcome = await auto(cold, file(2 * GiB, 4 * MiB), { busy: true, changes })
    expect(Math.max(...numbers(outcome))).toBeLessThan(30)
  })

  it('keeps to a few parts on a slow uplink, and does not slow it down', async () => {
    const uplink = { ...real, total: 2 * Mbit }
    const outcome = await auto(uplink, file(64 * MiB, MiB))
    expect(outcome.speed / uplink.total).toBeGreaterThan(0.97)
    expect(Math.max(...numbers(outcome))).toBeLessThanOrEqual(9)
    expect(numbers(outcome).at(-1)).toBeLessThanOrEqual(6)
  })
})

describe('parallel by itself, in trouble', () => {
  const what = file(2 * GiB, 2 * MiB)

  it('keeps below what OSS takes at once, and uses most of that', async () => {
    const line = { ...far, throttledAt: 20 }
    const outcome = await auto(line, what)
    expect(outcome.speed / (await bestFixed(line, what))).toBeGreaterThan(0.85)
    expect(outcome.seen.throttled).toBeLessThan(outcome.seen.requests / 10)
  })

  it.each([0.05, 0.3])(
    'does not mistake a line that loses %d of all requests for a narrow one',
    async (resets) => {
      const lossy = { ...far, resets }
      const five = await simulate(lossy, { ...what, parallel: 5 })
      expect((await auto(lossy, what)).speed / five.speed).toBeGreaterThan(3)
    },
  )

  it('goes on after an outage as it did before', async () => {
    const narrow = { ...real, total: 1_000 * Mbit }
    const dead = { ...narrow, resets: 1 }
    const undisturbed = await auto(narrow, what)
    const outcome = await auto(narrow, what, {
      changes: [
        [5_000, dead],
        [15_000, narrow],
      ],
    })
    // Ten seconds of outage, the longest pause before the next try, and some time to find back.
    expect(outcome.seconds - undisturbed.seconds).toBeLessThan(25)
  })

  it('does not swing: what it settled on it changes by a fourth, to try, and back', async () => {
    const { limits, seconds } = await auto({ ...far, total: 200 * Mbit }, what)
    const later = limits.filter(([at]) => at > 10_000).map(([, limit]) => limit)
    expect(seconds).toBeGreaterThan(60)
    expect(Math.max(...later) / Math.min(...later)).toBeLessThan(2)
    expect(later.length).toBeLessThan(20)
  })
})

it('any line is filled at least as well as by five parts, and never with more parts than allowed', async () => {
  const lines = fc.record({
    roundTrip: fc.integer({ min: 1, max: 300 }),
    perConnection: fc.integer({ min: 200_000, max: 100 * MB }),
    total: fc.constantFrom(0.25 * MB, 3 * MB, 20 * MB, 125 * MB, 1_000 * MB),
    handshakes: fc.integer({ min: 1, max: 3 }),
    slowStart: fc.boolean(),
    jitter: fc.constantFrom(0, 0.2, 0.5),
    resets: fc.constantFrom(0, 0, 0.05),
    throttledAt: fc.constantFrom(8, 30, 1_000),
  })
  const most = fc.constantFrom(1, 8, 64)
  await fc.assert(
    fc.asyncProperty(lines, most, fc.nat(), async (line, atMost, seed) => {
      const what = { ...file(200 * MiB, MiB), seed }
      const outcome = await auto(line, what, { most: atMost })
      expect(outcome.seen.mostAtOnce).toBeLessThanOrEqual(atMost)
      expect(Math.min(...numbers(outcome))).toBeGreaterThanOrEqual(1)
      expect(outcome.pending).toBe(0)
      const fixed = await simulate(line, { ...what, parallel: Math.min(5, atMost) })
      expect(outcome.speed / fixed.speed).toBeGreaterThan(0.85)
    }),
    { numRuns: 40, seed: 20 },
  )
})
