import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { orAborted } from './or-aborted.ts'
import { gate } from './testing.contract.ts'

describe('orAborted', () => {
  it('gives what the promise gives, with a signal or without', async () => {
    const { signal } = new AbortController()
    expect(await orAborted(Promise.resolve('value'), signal)).toBe('value')
    expect(await orAborted(Promise.resolve('value'), undefined)).toBe('value')
    const failed = Promise.reject(new Error('failed'))
    await expect(orAborted(failed, signal)).rejects.toThrow('failed')
  })

  it('does not wait any longer when the signal is aborted', async () => {
    const stop = new AbortController()
    const waiting = orAborted(gate().passed, stop.signal)
    stop.abort('enough')
    await expect(waiting).rejects.toBe('enough')
    await expect(orAborted(gate().passed, stop.signal)).rejects.toBe('enough')
  })

  it('leaves no listener on the signal, and nothing unhandled when the promise fails later', async () => {
    const stop = new AbortController()
    const late = gate()
    await orAborted(Promise.resolve(), stop.signal)
    expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0)
    const waiting = orAborted(late.passed, stop.signal)
    stop.abort('enough')
    await expect(waiting).rejects.toBe('enough')
    expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0)
    late.fail(new Error('nobody hears this'))
  })
})
