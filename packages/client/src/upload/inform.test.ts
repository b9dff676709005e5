import { describe, expect, it, vi } from 'vitest'
import { inform } from './inform.ts'

describe('inform', () => {
  it('calls at once, and does not wait', () => {
    const listener = vi.fn(() => new Promise(() => {}))
    inform(listener, 'said', vi.fn())
    expect(listener).toHaveBeenCalledWith('said')
  })

  it('gives what is thrown, now or later, to `warn`', async () => {
    const warn = vi.fn()
    const [now, later] = [new Error('now'), new Error('later')]
    const throwing = () => {
      throw now
    }
    await inform(throwing, 1, warn)
    await inform(async () => Promise.reject(later), 1, warn)
    expect(warn.mock.calls).toEqual([[now], [later]])
  })
})
