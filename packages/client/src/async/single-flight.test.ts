import { describe, expect, it, vi } from 'vitest'
import { singleFlight } from './single-flight.ts'
import { gate } from './testing.contract.ts'

describe('singleFlight', () => {
  it('gives all who ask during a run the outcome of that one run', async () => {
    const answer = gate()
    const work = vi.fn(async () => {
      await answer.passed
      return { fresh: true }
    })
    const shared = singleFlight(work)
    const asked = [shared(), shared(), shared()]
    answer.open()
    const [first, ...others] = await Promise.all(asked)
    expect(work).toHaveBeenCalledOnce()
    expect(others).toHaveLength(2)
    for (const other of others) expect(other).toBe(first)
  })

  it('runs again for whoever asks after the run has ended', async () => {
    let runs = 0
    const shared = singleFlight(async () => ++runs)
    expect(await shared()).toBe(1)
    expect(await shared()).toBe(2)
  })

  it('tells everyone of a failure, and tries anew the next time', async () => {
    const work = vi.fn(async () => 'answer').mockRejectedValueOnce(new Error('no answer'))
    const shared = singleFlight(work)
    const both = await Promise.allSettled([shared(), shared()])
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(work).toHaveBeenCalledOnce()
    expect(await shared()).toBe('answer')
  })
})
