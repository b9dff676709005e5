import { describe, expect, it } from 'vitest'
import { createRetryBudget } from './retry-budget.ts'

describe('createRetryBudget', () => {
  it('gives out so many retries without a success, and no more', () => {
    const budget = createRetryBudget(3)
    expect([1, 2, 3, 4, 5].map(() => budget.take())).toEqual([true, true, true, false, false])
  })

  it('earns one retry with ten successes, and never holds more than at first', () => {
    const budget = createRetryBudget(1)
    budget.take()
    for (let success = 1; success <= 9; success++) budget.earn()
    expect(budget.take()).toBe(false)
    for (let success = 1; success <= 100; success++) budget.earn()
    expect([budget.take(), budget.take()]).toEqual([true, false])
  })
})
