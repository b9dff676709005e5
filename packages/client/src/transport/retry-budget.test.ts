import { describe, expect, it } from 'vitest'
import { createRetryBudget, type RetryBudget } from './retry-budget.ts'

/** How many retries there are left. */
function takeAll(budget: RetryBudget): number {
  let taken = 0
  while (taken < 1_000 && budget.take()) taken++
  return taken
}

describe('createRetryBudget', () => {
  it('allows a hundred retries without any success in between', () => {
    expect(takeAll(createRetryBudget())).toBe(100)
  })

  it('gives one retry back for ten successes', () => {
    const budget = createRetryBudget(3)
    takeAll(budget)
    for (let success = 0; success < 25; success++) budget.earn()
    expect(takeAll(budget)).toBe(2)
  })

  it('never saves up more than it began with', () => {
    const budget = createRetryBudget(3)
    for (let success = 0; success < 100; success++) budget.earn()
    expect(takeAll(budget)).toBe(3)
  })
})
