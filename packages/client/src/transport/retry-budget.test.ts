import { describe, expect, it } from 'vitest'
import { createRetryBudget } from './retry-budget.ts'

const rates = { capacity: 3, perSecond: 2, patience: 1_000 }

describe('createRetryBudget', () => {
  let now = 0
  const budgetOf = (more: Partial<typeof rates> = {}) =>
    createRetryBudget(() => now, { ...rates, ...more })

  it('lets as many retries as it holds be made at once, and then so many a second', () => {
    const budget = budgetOf()
    expect([1, 2, 3, 4, 5].map(() => budget.take())).toEqual([0, 0, 0, 500, 1_000])
  })

  it('gives up when the turn would come too late, and again has room as time goes by', () => {
    const budget = budgetOf()
    for (let taken = 0; taken < 5; taken++) budget.take()
    expect(budget.take()).toBeUndefined()
    now += 500
    expect(budget.take()).toBe(1_000)
    now += 60_000
    expect([1, 2, 3, 4].map(() => budget.take())).toEqual([0, 0, 0, 500])
  })

  it('earns one more with ten successes, and never holds more than at the beginning', () => {
    const budget = budgetOf({ perSecond: 1e-9, patience: 0 })
    for (let success = 0; success < 100; success++) budget.earn()
    expect([1, 2, 3, 4].map(() => budget.take())).toEqual([0, 0, 0, undefined])
    for (let success = 0; success < 9; success++) budget.earn()
    expect(budget.take()).toBeUndefined()
    // Ten times 0.1 is not quite 1.
    for (let success = 0; success < 2; success++) budget.earn()
    expect(budget.take()).toBe(0)
  })

  it('bounds what an outage of ten minutes adds, however many ask', () => {
    const budget = createRetryBudget(() => now)
    let made = 0
    for (let second = 0; second < 600; second++) {
      for (let request = 0; request < 1_000; request++) {
        if (budget.take() !== undefined) made++
      }
      now += 1_000
    }
    expect(made).toBeLessThanOrEqual(100 + 600 * 10 + 20 * 10)
  })
})
