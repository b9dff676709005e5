import { describe, expect, it } from 'vitest'
import { createVirtualTime } from '../async/virtual-time.contract.ts'
import { MiB } from '../oss/limits.ts'
import { createLine, type LineShape, seeded } from './line.contract.ts'

const plain: LineShape = { roundTrip: 50, perConnection: 10 * MiB, total: 100 * MiB }

function lineOf(shape: LineShape) {
  const time = createVirtualTime()
  return { time, line: createLine(shape, time, seeded(1)) }
}

describe('a simulated line', () => {
  it('takes a round trip to connect, one for the answer, and between them what the rate says', async () => {
    const { time, line } = lineOf(plain)
    await time.until(line.send(10 * MiB))
    expect(time.now()).toBeCloseTo(50 + 1000 + 50)
    await time.until(line.send(10 * MiB))
    expect(time.now()).toBeCloseTo(1100 + 1000 + 50)
    expect(line.seen).toMatchObject({ requests: 2, connections: 1, mostAtOnce: 1 })
  })

  it('shares what it carries among all transfers, and gives slow ones no more than they can use', async () => {
    const { time, line } = lineOf({ ...plain, total: 12 * MiB, slowOneIn: 3 })
    const ended: number[] = []
    const send = async (bytes: number) => {
      await line.send(bytes)
      ended.push(Math.round(time.now()))
    }
    // Two at (12 − 1) / 2 MiB a second, and the third, on a slow connection, at 1.
    await time.until(Promise.all([send(5.5 * MiB), send(5.5 * MiB), send(2 * MiB)]))
    expect(ended).toEqual([1100, 1100, 2100])
  })

  it('begins slowly on a new connection, and not on one that it knows', async () => {
    const { time, line } = lineOf({ ...plain, slowStart: true })
    await time.until(line.send(MiB))
    const first = time.now()
    expect(first).toBeGreaterThan(350)
    await time.until(line.send(MiB))
    expect(time.now() - first).toBeCloseTo(150)
  })

  it('cuts requests off as often as it should, and connects anew after that', async () => {
    const { time, line } = lineOf({ ...plain, resets: 0.25 })
    let cut = 0
    for (let request = 0; request < 400; request++) {
      await time.until(line.send(MiB)).catch((error) => {
        expect(error).toMatchObject({ status: -1 })
        cut++
      })
    }
    expect(cut).toBeGreaterThan(70)
    expect(cut).toBeLessThan(130)
    expect([cut, cut + 1]).toContain(line.seen.connections)
  })

  it('answers 503 to what is more than it takes at once', async () => {
    const { time, line } = lineOf({ ...plain, throttledAt: 2 })
    const sent = Promise.allSettled([line.send(MiB), line.send(MiB), line.send(MiB)])
    const outcomes = (await time.until(sent)).map(({ status }) => status)
    expect(outcomes).toEqual(['fulfilled', 'fulfilled', 'rejected'])
    expect(line.seen.throttled).toBe(1)
  })

  it('gives the rest of the line to the others when a request is aborted', async () => {
    const { time, line } = lineOf({ ...plain, total: 10 * MiB })
    const stop = new AbortController()
    const sent = Promise.allSettled([line.send(10 * MiB, stop.signal), line.send(10 * MiB)])
    time.after(1050, () => stop.abort('enough'))
    expect(await time.until(sent)).toMatchObject([{ reason: 'enough' }, { status: 'fulfilled' }])
    expect(time.now()).toBeCloseTo(50 + 1000 + 500 + 50)
    expect(time.pending).toBe(0)
  })

  it('becomes another one in the middle of a transfer', async () => {
    const { time, line } = lineOf(plain)
    time.after(550, () => line.become({ ...plain, perConnection: MiB }))
    await time.until(line.send(6 * MiB))
    expect(time.now()).toBeCloseTo(50 + 500 + 1000 + 50)
  })

  it('spends time on each request that is not spent on sending', async () => {
    const { time, line } = lineOf({ ...plain, total: 10 * MiB, perRequest: 5 })
    await time.until(Promise.all([line.send(MiB), line.send(MiB)]))
    expect(time.now()).toBeCloseTo(50 + 210 + 50)
  })
})
