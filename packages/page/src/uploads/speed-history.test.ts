import { describe, expect, it } from 'vitest'
import { createSpeedHistory, heightsOf } from './speed-history.ts'

describe('createSpeedHistory', () => {
  it('keeps two samples a second, and the last thirty seconds', () => {
    const history = createSpeedHistory()
    const taken = [0, 100, 499, 500, 1_000].map((now) => history.add(now, now))
    expect(taken).toEqual([true, false, false, true, true])
    for (let now = 1_500; now < 100_000; now += 500) history.add(now, now)
    expect(history.samples).toHaveLength(60)
    expect(history.samples.at(-1)).toBe(99_500)
  })
})

describe('heightsOf', () => {
  it('measures by the fastest', () => {
    expect(heightsOf([0, 50, 100])).toEqual([0, 0.5, 1])
    expect(heightsOf([0, 0])).toEqual([0, 0])
    expect(heightsOf([])).toEqual([])
  })
})
