import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sleep } from './sleep.ts'

describe('sleep', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('ends after the time that was asked for, not before', async () => {
    const woken = vi.fn()
    const slept = sleep(1000).then(woken)
    await vi.advanceTimersByTimeAsync(999)
    expect(woken).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    await slept
    expect(woken).toHaveBeenCalledOnce()
  })

  it('ends at once with the reason of the signal, and leaves no timer', async () => {
    const stop = new AbortController()
    const slept = sleep(1000, stop.signal)
    stop.abort('enough')
    await expect(slept).rejects.toBe('enough')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('does not begin when the signal has been aborted before', async () => {
    await expect(sleep(1000, AbortSignal.abort('too late'))).rejects.toBe('too late')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('leaves no listener on a signal that lives on', async () => {
    const { signal } = new AbortController()
    const slept = sleep(1000, signal)
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1000)
    await slept
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })
})
