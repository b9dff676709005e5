import { describe, expect, it } from 'vitest'
import { inTime } from './in-time.ts'
import { sleep } from './sleep.ts'
import { slowTime } from './testing.contract.ts'

const NEVER = new Promise<never>(() => {})

describe('inTime', () => {
  const late = () => new Error('too late')

  it('gives what comes in time, value or error, and leaves no timer', async () => {
    const signals: (AbortSignal | undefined)[] = []
    const watched: typeof sleep = (milliseconds, signal) => {
      signals.push(signal)
      return sleep(milliseconds, signal)
    }
    const options = { milliseconds: 60_000, sleep: watched, late }
    expect(await inTime('value', options)).toBe('value')
    expect(await inTime(Promise.resolve('promised'), options)).toBe('promised')
    await expect(inTime(Promise.reject(new Error('failed')), options)).rejects.toThrow('failed')
    expect(signals.map((signal) => signal?.aborted)).toEqual([true, true, true])
  })

  it('throws what it was told to when it takes longer', async () => {
    const alarms: number[] = []
    const atOnce = async (milliseconds: number) => void alarms.push(milliseconds)
    await expect(inTime(NEVER, { milliseconds: 7, sleep: atOnce, late })).rejects.toThrow(
      'too late',
    )
    expect(alarms).toEqual([7])
  })

  it('throws the reason of its signal as soon as nobody waits any more, and leaves no timer', async () => {
    const { sleep: slow, asleep } = slowTime()
    const stop = new AbortController()
    const options = { milliseconds: 7, sleep: slow, late, signal: stop.signal }
    const waiting = inTime(NEVER, options)
    expect(asleep()).toEqual([7])
    stop.abort('enough')
    expect(asleep()).toEqual([])
    await expect(waiting).rejects.toBe('enough')
    await expect(inTime(NEVER, options)).rejects.toBe('enough')
  })
})
