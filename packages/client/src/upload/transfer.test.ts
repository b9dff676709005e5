import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMeter, type Transfer } from './transfer.ts'

/** A meter of an upload of two parts, 1,000 and 500 bytes, whose clock the test sets. */
function measured() {
  const clock = { now: 0 }
  const told: Transfer[] = []
  const warnings: unknown[] = []
  const warn = (error: unknown) => void warnings.push(error)
  const parts = { total: () => 1_500, elapsed: () => clock.now, warn }
  const meter = createMeter((transfer) => told.push(transfer), parts)
  return { clock, told, warnings, meter, parts, last: () => told.at(-1) }
}

describe('createMeter', () => {
  it('counts bytes that go out, and parts that OSS has', () => {
    const { clock, meter, told } = measured()
    meter.phase('sending')
    clock.now = 1_000
    meter.begins(1, 1_000)(400)
    clock.now = 2_000
    meter.acknowledged(1, 1_000)
    clock.now = 3_000
    meter.begins(2, 500)(100)
    const rates = [0, 400, 200, 167]
    expect(told).toEqual([
      { sent: 0, acknowledged: 0, total: 1_500, bytesPerSecond: rates[0], phase: 'sending' },
      { sent: 400, acknowledged: 0, total: 1_500, bytesPerSecond: rates[1], phase: 'sending' },
      {
        sent: 1_000,
        acknowledged: 1_000,
        total: 1_500,
        bytesPerSecond: rates[2],
        phase: 'sending',
      },
      {
        sent: 1_100,
        acknowledged: 1_000,
        total: 1_500,
        bytesPerSecond: rates[3],
        phase: 'sending',
      },
    ])
  })

  it('does not say that everything was sent before OSS has said so', () => {
    const { clock, meter, last } = measured()
    clock.now = 1_000
    meter.acknowledged(1, 1_000)
    clock.now = 2_000
    meter.begins(2, 500)(500)
    expect(last()).toMatchObject({ sent: 1_499, acknowledged: 1_000 })
    clock.now = 3_000
    meter.acknowledged(2, 500)
    expect(last()).toMatchObject({ sent: 1_500, acknowledged: 1_500, phase: 'sending' })
  })

  it('does not fall when a part is sent again, and counts its bytes for the speed', () => {
    const { clock, meter, last } = measured()
    clock.now = 1_000
    meter.begins(1, 1_000)(800)
    clock.now = 2_000
    meter.begins(1, 1_000)(200)
    expect(last()).toMatchObject({ sent: 800, bytesPerSecond: 500 })
    clock.now = 3_000
    meter.begins(1, 1_000)(900)
    expect(last()).toMatchObject({ sent: 900 })
  })

  it('takes two requests with one part for two', () => {
    const { clock, meter, last } = measured()
    const [first, second] = [meter.begins(1, 1_000), meter.begins(1, 1_000)]
    for (clock.now = 0; clock.now < 1_000; clock.now += 100) {
      first(900)
      second(clock.now / 10)
    }
    meter.phase('completing')
    expect(last()).toMatchObject({ sent: 900, bytesPerSecond: 990 })
  })

  it('does not count what OSS had already for the speed', () => {
    const { clock, meter, last } = measured()
    clock.now = 1_000
    meter.acknowledged(1, 1_000)
    expect(last()).toMatchObject({ sent: 1_000, bytesPerSecond: 0 })
  })

  it('forgets the speed of long ago', () => {
    const { clock, meter, last } = measured()
    clock.now = 1_000
    meter.begins(1, 1_000)(1_000)
    clock.now = 60_000
    meter.phase('completing')
    expect(last()).toMatchObject({ bytesPerSecond: 0, phase: 'completing' })
  })

  it('tells no more than ten times a second, but of a new phase at once', () => {
    const { clock, meter, told } = measured()
    for (let bytes = 0; bytes < 1_000; bytes++) {
      clock.now = bytes
      meter.begins(1, 1_000)(bytes)
    }
    expect(told.length).toBe(10)
    meter.phase('completing')
    meter.phase('done')
    expect(told.slice(-2).map(({ phase }) => phase)).toEqual(['completing', 'done'])
  })

  it('says nothing more once it is stopped', () => {
    const { meter, told } = measured()
    meter.stop()
    meter.begins(1, 1_000)(10)
    meter.phase('done')
    expect(told).toEqual([])
  })

  it('gives what the function throws, now or later, to `warn`', async () => {
    const { parts, warnings } = measured()
    const [now, later] = [new Error('now'), new Error('later')]
    const throwing = () => {
      throw now
    }
    createMeter(throwing, parts).phase('sending')
    createMeter(async () => Promise.reject(later), parts).phase('sending')
    await new Promise((resolve) => setTimeout(resolve))
    expect(warnings).toEqual([now, later])
  })

  it('knows no total while a stream goes on', () => {
    const { parts } = measured()
    const told: Transfer[] = []
    const meter = createMeter((one) => told.push(one), { ...parts, total: () => undefined })
    meter.phase('sending')
    expect(told).toMatchObject([{ total: undefined }])
  })

  it('never falls and never exceeds the total, whatever happens to the parts', () => {
    const event = fc.record({
      part: fc.constantFrom(1, 2),
      bytes: fc.nat(1_000),
      isDone: fc.boolean(),
      milliseconds: fc.nat(300),
    })
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const { clock, meter, told } = measured()
        for (const { part, bytes, isDone, milliseconds } of events) {
          clock.now += milliseconds
          const size = part === 1 ? 1_000 : 500
          if (isDone) meter.acknowledged(part, size)
          else meter.begins(part, size)(Math.min(bytes, size))
        }
        told.reduce(
          (before, transfer) => {
            expect(transfer.sent).toBeGreaterThanOrEqual(before.sent)
            expect(transfer.acknowledged).toBeGreaterThanOrEqual(before.acknowledged)
            expect(transfer.sent).toBeGreaterThanOrEqual(transfer.acknowledged)
            expect(transfer.sent).toBeLessThanOrEqual(1_500)
            return transfer
          },
          { sent: 0, acknowledged: 0 },
        )
      }),
    )
  })
})
