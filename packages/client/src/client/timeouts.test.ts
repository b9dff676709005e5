import { describe, expect, it } from 'vitest'
import { resolveTimeouts, type Timeout } from './timeouts.ts'

const MINUTE = 60_000

describe('resolveTimeouts', () => {
  it('gives little time to connect, and much to Complete', () => {
    expect(resolveTimeouts({})).toEqual({
      connect: 10_000,
      stall: 30_000,
      answer: MINUTE,
      complete: 10 * MINUTE,
    })
  })

  it.each([
    [5_000, 5_000],
    ['5000', 5_000],
    ['500ms', 500],
    ['1.5s', 1_500],
    [' 2 m ', 120_000],
  ])('reads %j as %d ms for all but Complete', (timeout, expected) => {
    expect(resolveTimeouts(timeout)).toEqual({
      connect: expected,
      stall: expected,
      answer: expected,
      complete: 10 * MINUTE,
    })
  })

  it.each([
    ['1h', 60 * MINUTE],
    ['999h', 2 ** 31 - 1],
  ])('reads %j for Complete as well, which takes no less than others', (timeout, expected) => {
    expect(resolveTimeouts(timeout)).toMatchObject({ answer: expected, complete: expected })
  })

  it('reads two as one for connecting and one for what comes after', () => {
    expect(resolveTimeouts(['3s', MINUTE])).toEqual({
      connect: 3_000,
      stall: MINUTE,
      answer: MINUTE,
      complete: 10 * MINUTE,
    })
  })

  it('reads them one by one', () => {
    expect(resolveTimeouts({ connect: 1, stall: '2s', answer: undefined, complete: '3s' })).toEqual(
      { connect: 1, stall: 2_000, answer: MINUTE, complete: 3_000 },
    )
  })

  it.each([0, -1, Number.NaN, '', 'soon', '5 days', '-1s', '1s2'])('refuses %j', (timeout) => {
    for (const given of [timeout, { stall: timeout }, { complete: timeout }]) {
      expect(() => resolveTimeouts(given)).toThrow(
        /^`timeout` must be milliseconds above 0, or text such as '60s': got /,
      )
    }
  })

  it('refuses one of two, and names that nobody knows', () => {
    // Mistakes that the types find, but JavaScript does not.
    expect(() => resolveTimeouts([1_000] as unknown as Timeout)).toThrow('got undefined')
    expect(() => resolveTimeouts({ idle: 5 } as unknown as Timeout)).toThrow(
      '`timeout` knows connect, stall, answer and complete: got "idle"',
    )
  })
})
