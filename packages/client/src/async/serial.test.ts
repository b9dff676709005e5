import { describe, expect, it, vi } from 'vitest'
import { createSerial } from './serial.ts'
import { gate, turn } from './testing.contract.ts'

describe('createSerial', () => {
  it('runs tasks in order, each when the one before has ended', async () => {
    const serial = createSerial(vi.fn())
    const first = gate()
    const log: string[] = []
    serial.add(async () => {
      log.push('first begins')
      await first.passed
      log.push('first ends')
    })
    serial.add(async () => {
      log.push('second')
    })
    await turn()
    expect(log).toEqual(['first begins'])
    first.open()
    await serial.idle()
    expect(log).toEqual(['first begins', 'first ends', 'second'])
  })

  it('tells of a task that fails, and goes on with the next', async () => {
    const onError = vi.fn()
    const serial = createSerial(onError)
    const next = vi.fn(async () => {})
    const mistake = new Error('mistake')
    serial.add(async () => {
      throw mistake
    })
    serial.add(next)
    await serial.idle()
    expect(onError.mock.calls).toEqual([[mistake]])
    expect(next).toHaveBeenCalledOnce()
  })

  it('is idle from the beginning', async () => {
    await createSerial(vi.fn()).idle()
  })

  it('never begins what was waiting when it was cleared, and lets the running task end', async () => {
    const serial = createSerial(vi.fn())
    const running = gate()
    const ended = vi.fn()
    const waiting = vi.fn(async () => {})
    serial.add(() => running.passed.then(ended))
    serial.add(waiting)
    await turn()
    serial.clear()
    running.open()
    await serial.idle()
    expect(ended).toHaveBeenCalledOnce()
    expect(waiting).not.toHaveBeenCalled()
  })

  it('takes new tasks after it was cleared', async () => {
    const serial = createSerial(vi.fn())
    const later = vi.fn(async () => {})
    serial.clear()
    serial.add(later)
    await serial.idle()
    expect(later).toHaveBeenCalledOnce()
  })
})
