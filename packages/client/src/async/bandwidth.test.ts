import { getEventListeners } from 'node:events'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Bandwidth, createBandwidth } from './bandwidth.ts'
import { turn } from './testing.contract.ts'
import { createVirtualTime } from './virtual-time.contract.ts'

/** Draws `bytes` in the pieces that the bandwidth likes best. */
async function drawAll(bandwidth: Bandwidth, bytes: number): Promise<void> {
  for (let left = bytes; left > 0; ) {
    const piece = Math.min(left, bandwidth.piece)
    await bandwidth.draw(piece)
    left -= piece
  }
}

describe('createBandwidth', () => {
  it.each([10e3, 1e6, 100e6])('lets %d bytes a second pass', async (rate) => {
    const time = createVirtualTime()
    await time.until(drawAll(createBandwidth(rate, time), 10 * rate))
    expect(time.now()).toBeGreaterThan(9_900)
    expect(time.now()).toBeLessThan(10_100)
  })

  it('keeps to the rate within 5 %, whoever draws how much, though every timer is late', async () => {
    const uploads = fc.array(fc.integer({ min: 1, max: 3e6 }), { minLength: 1, maxLength: 8 })
    const rates = fc.integer({ min: 10e3, max: 100e6 })
    await fc.assert(
      fc.asyncProperty(uploads, rates, fc.nat(15), async (sizes, rate, late) => {
        const time = createVirtualTime()
        const sleep: typeof time.sleep = (ms, signal) => time.sleep(Math.ceil(ms) + late, signal)
        const bandwidth = createBandwidth(rate, { now: time.now, sleep })
        const total = sizes.reduce((sum, size) => sum + size, 0)
        await time.until(Promise.all(sizes.map((size) => drawAll(bandwidth, size))))
        const due = (total / rate) * 1000
        // The last piece goes as soon as those before it are paid for.
        expect(time.now()).toBeGreaterThanOrEqual(due * 0.95 - (bandwidth.piece / rate) * 1000)
        expect(time.now()).toBeLessThanOrEqual(due * 1.05 + late + 1)
        expect(time.pending).toBe(0)
      }),
      { numRuns: 40 },
    )
  })

  it('serves in the order of coming, so that all who draw move', async () => {
    const time = createVirtualTime()
    const bandwidth = createBandwidth(1000, time)
    const served: string[] = []
    const drawTwice = async (name: string) => {
      for (let piece = 0; piece < 2; piece++) {
        await bandwidth.draw(100)
        served.push(name)
      }
    }
    await time.until(Promise.all(['a', 'b', 'c'].map(drawTwice)))
    expect(served).toEqual(['a', 'b', 'c', 'a', 'b', 'c'])
  })

  it('lets pass after a pause what is missing of a fifth of a second, and no more', async () => {
    const time = createVirtualTime()
    const bandwidth = createBandwidth(1000, time)
    await time.until(time.sleep(60_000))
    await time.until(drawAll(bandwidth, 1200))
    expect(time.now()).toBeGreaterThanOrEqual(60_000 + 1000 - 1024)
    await time.until(bandwidth.draw(1))
    expect(time.now()).toBeGreaterThanOrEqual(60_000 + 1000)
  })

  it('never makes anyone wait where there is no limit', async () => {
    const time = createVirtualTime()
    const bandwidth = createBandwidth(Number.POSITIVE_INFINITY, time)
    await time.until(drawAll(bandwidth, 1e12))
    await time.until(Promise.all([bandwidth.draw(1e12), bandwidth.draw(1e12)]))
    expect([time.now(), time.pending]).toEqual([0, 0])
  })
})

describe('a bandwidth that changes', () => {
  it('makes those who wait go sooner when it grows', async () => {
    const time = createVirtualTime()
    const bandwidth = createBandwidth(1000, time)
    time.after(10_000, () => {
      bandwidth.rate = 100_000
    })
    await time.until(drawAll(bandwidth, 110_000))
    expect(bandwidth.rate).toBe(100_000)
    expect(time.now()).toBeGreaterThan(10_800)
    expect(time.now()).toBeLessThan(11_200)
  })

  it('makes them go at once when there is no limit any more', async () => {
    const time = createVirtualTime()
    const bandwidth = createBandwidth(10, time)
    const all = Promise.all([bandwidth.draw(100), bandwidth.draw(100), bandwidth.draw(100)])
    bandwidth.rate = Number.POSITIVE_INFINITY
    await all
    await turn()
    expect(time.pending).toBe(0)
  })

  it('does not let anybody pay for minutes for what went at a higher rate', async () => {
    const time = createVirtualTime()
    const bandwidth = createBandwidth(100e6, time)
    await time.until(bandwidth.draw(256 * 1024))
    bandwidth.rate = 1024
    await time.until(bandwidth.draw(1))
    expect(time.now()).toBeLessThanOrEqual(1_000)
    await time.until(drawAll(bandwidth, 10 * 1024))
    expect(time.now()).toBeGreaterThan(9_000)
  })
})

describe('who waits for bandwidth', () => {
  it('stops with the reason of the signal, takes nothing, and lets the next one go in time', async () => {
    const time = createVirtualTime()
    const bandwidth = createBandwidth(1000, time)
    const stop = new AbortController()
    await time.until(bandwidth.draw(1000))
    const stopped = bandwidth.draw(1_000_000, stop.signal)
    const next = bandwidth.draw(1)
    stop.abort('enough')
    await expect(stopped).rejects.toBe('enough')
    await time.until(next)
    expect(time.now()).toBe(1000)
  })

  it('leaves neither a timer nor a listener when all have stopped', async () => {
    const time = createVirtualTime()
    const bandwidth = createBandwidth(1000, time)
    const stop = new AbortController()
    await bandwidth.draw(1000, stop.signal)
    const waiting = [bandwidth.draw(1, stop.signal), bandwidth.draw(1, stop.signal)]
    expect(time.pending).toBe(1)
    stop.abort()
    expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
    ])
    await turn()
    expect(time.pending).toBe(0)
    expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0)
  })

  it('does not begin with a signal that was aborted before', async () => {
    const bandwidth = createBandwidth(1000, createVirtualTime())
    await expect(bandwidth.draw(1, AbortSignal.abort('too late'))).rejects.toBe('too late')
  })

  it('leaves no listener when it has been served', async () => {
    const time = createVirtualTime()
    const bandwidth = createBandwidth(1000, time)
    const { signal } = new AbortController()
    await time.until(Promise.all([bandwidth.draw(100, signal), bandwidth.draw(100, signal)]))
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })
})

it.each([
  [1_000, 1024],
  [100_000, 2000],
  [1e6, 20_000],
  [1e9, 256 * 1024],
  [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
])('at %d bytes a second a piece has %d', (rate, piece) => {
  expect(createBandwidth(rate, createVirtualTime()).piece).toBe(piece)
})
