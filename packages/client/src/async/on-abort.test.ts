import { describe, expect, it, vi } from 'vitest'
import { onAbort } from './on-abort.ts'

describe('onAbort', () => {
  it('calls everyone who follows the signal, once', () => {
    const stop = new AbortController()
    const [one, other] = [vi.fn(), vi.fn()]
    for (const action of [one, other, other]) onAbort(stop.signal, action)
    stop.abort()
    stop.abort()
    expect([one.mock.calls.length, other.mock.calls.length]).toEqual([1, 2])
  })

  it('does not call who has taken it back', () => {
    const stop = new AbortController()
    const [one, other] = [vi.fn(), vi.fn()]
    onAbort(stop.signal, other)
    const takeBack = onAbort(stop.signal, one)
    takeBack()
    takeBack()
    stop.abort()
    expect(one).not.toHaveBeenCalled()
    expect(other).toHaveBeenCalledOnce()
  })

  it('leaves one listener on the signal for all, and none for nobody', () => {
    const { signal } = new AbortController()
    const add = vi.spyOn(signal, 'addEventListener')
    const remove = vi.spyOn(signal, 'removeEventListener')
    const takeBack = Array.from({ length: 1_000 }, () => onAbort(signal, () => {}))
    expect(add).toHaveBeenCalledOnce()
    for (const back of takeBack) back()
    expect(remove).toHaveBeenCalledOnce()
    onAbort(signal, () => {})()
    expect([add.mock.calls.length, remove.mock.calls.length]).toEqual([2, 2])
  })
})
