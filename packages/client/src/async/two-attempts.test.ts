import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { type Gate, gate, turn } from './testing.contract.ts'
import { twoAttempts } from './two-attempts.ts'

/** Two attempts that end when the test says so; an aborted one ends only then, too. */
function gatedAttempts(stop = new AbortController()) {
  const gates: [Gate, Gate] = [gate(), gate()]
  const signals: AbortSignal[] = []
  const attempt = (index: 0 | 1, value: string) => async (signal: AbortSignal) => {
    signals.push(signal)
    await gates[index].passed
    return value
  }
  const attempts = twoAttempts(attempt(0, 'first'), attempt(1, 'second'), stop)
  const settled = vi.fn()
  attempts.outcome.then(settled, settled)
  return { ...attempts, first: gates[0], second: gates[1], signals, settled }
}

describe('twoAttempts', () => {
  it('makes one attempt where nobody asks for another', async () => {
    const { outcome, first, signals } = gatedAttempts()
    first.open()
    expect(await outcome).toBe('first')
    expect(signals).toHaveLength(1)
  })

  it.each(['first', 'second'] as const)(
    'gives what the %s one gave, and aborts the other',
    async (winner) => {
      const attempts = gatedAttempts()
      attempts.again()
      attempts[winner].open()
      await turn()
      expect(attempts.signals.map(({ aborted }) => aborted)).toEqual([true, true])
      expect(attempts.settled).not.toHaveBeenCalled()
      attempts[winner === 'first' ? 'second' : 'first'].fail(new Error('aborted'))
      expect(await attempts.outcome).toBe(winner)
    },
  )

  it('goes on with the one that is left when the other fails', async () => {
    for (const [loser, winner] of [
      ['first', 'second'],
      ['second', 'first'],
    ] as const) {
      const attempts = gatedAttempts()
      attempts.again()
      attempts[loser].fail(new Error(loser))
      await turn()
      expect(attempts.settled).not.toHaveBeenCalled()
      attempts[winner].open()
      expect(await attempts.outcome).toBe(winner)
    }
  })

  it('fails as the first one did when both fail, or when it is alone', async () => {
    for (const last of ['first', 'second'] as const) {
      const both = gatedAttempts()
      both.again()
      const other = last === 'first' ? 'second' : 'first'
      both[other].fail(new Error(other))
      await turn()
      both[last].fail(new Error(last))
      await expect(both.outcome).rejects.toThrow('first')
      // Nobody was stopped: whoever asks the signal learns that it has failed by itself.
      expect(both.signals.map(({ aborted }) => aborted)).toEqual([false, false])
    }

    const alone = gatedAttempts()
    alone.first.fail(new Error('first'))
    await expect(alone.outcome).rejects.toThrow('first')
  })

  it('makes two attempts at most, and none when it is over', async () => {
    const { outcome, again, first, second, signals } = gatedAttempts()
    again()
    again()
    second.open()
    first.open()
    await outcome
    again()
    expect(signals).toHaveLength(2)
  })

  it('hands the reason of its signal to both, and settles when both have ended', async () => {
    const stop = new AbortController()
    const { outcome, again, first, second, signals, settled } = gatedAttempts(stop)
    again()
    stop.abort('enough')
    expect(signals.map(({ reason }) => reason)).toEqual(['enough', 'enough'])
    again()
    first.fail(new Error('stopped'))
    await turn()
    expect(settled).not.toHaveBeenCalled()
    second.fail(new Error('stopped as well'))
    await expect(outcome).rejects.toThrow('stopped')
    expect(signals).toHaveLength(2)
  })

  it('begins with an aborted signal where it was aborted before, and no second time', async () => {
    const stop = new AbortController()
    stop.abort('too late')
    const { outcome, again, first, signals } = gatedAttempts(stop)
    expect(signals[0]?.reason).toBe('too late')
    again()
    first.fail(new Error('stopped'))
    await expect(outcome).rejects.toThrow('stopped')
    expect(signals).toHaveLength(1)
  })

  it('aborts nobody where there was but one: its controller may be used again', async () => {
    const stop = new AbortController()
    const { outcome, first } = gatedAttempts(stop)
    first.open()
    await outcome
    expect(stop.signal.aborted).toBe(false)
  })

  it('aborts nobody where both fail: who listens to it as well would take the failure for a stop', async () => {
    const stop = new AbortController()
    const { outcome, again, first, second } = gatedAttempts(stop)
    again()
    first.fail(new Error('first'))
    second.fail(new Error('second'))
    await expect(outcome).rejects.toThrow('first')
    expect(stop.signal.aborted).toBe(false)
  })

  it('tells when the second one has ended', async () => {
    const { again, second, first } = gatedAttempts()
    const ended = vi.fn()
    const asked = again().then(ended)
    await turn()
    expect(ended).not.toHaveBeenCalled()
    second.fail(new Error('second'))
    await asked
    first.open()
  })

  it('keeps to this whatever ends when', async () => {
    const ends = fc.record({ first: fc.boolean(), second: fc.boolean(), scheduler: fc.scheduler() })
    await fc.assert(
      fc.asyncProperty(ends, async ({ first, second, scheduler }) => {
        let running = 0
        const attempt = (succeeds: boolean, name: string) => async () => {
          running++
          await scheduler.schedule(Promise.resolve(), name)
          running--
          if (!succeeds) throw name
          return name
        }
        const { outcome, again } = twoAttempts(
          attempt(first, 'first'),
          attempt(second, 'second'),
          new AbortController(),
        )
        const asked = scheduler.schedule(Promise.resolve(), 'again').then(again)
        const [result] = await scheduler.waitFor(Promise.allSettled([outcome, asked]))
        expect(running).toBe(0)
        if (first) expect(result.status).toBe('fulfilled')
        if (!first && !second) expect(result).toMatchObject({ reason: 'first' })
      }),
    )
  })
})
