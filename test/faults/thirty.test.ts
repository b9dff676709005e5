import { describe, expect, it } from 'vitest'
import { runCases } from './run-cases.ts'
import { THIRTY, THIRTY_CASES } from './thirty.ts'

runCases('the thirty that all clients are put to', THIRTY_CASES)

describe('THIRTY', () => {
  it('are thirty, each with a name of its own', () => {
    expect(new Set(THIRTY.map(({ name }) => name)).size).toBe(30)
  })
})
