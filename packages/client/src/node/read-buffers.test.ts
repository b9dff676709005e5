import { describe, expect, it } from 'vitest'
import { createReadBuffers } from './read-buffers.ts'

describe('createReadBuffers', () => {
  it('gives one that nobody uses', () => {
    const buffers = createReadBuffers(7, 2)
    const first = buffers.take()
    const second = buffers.take()
    expect([first.length, second.length]).toEqual([7, 7])
    expect(second.buffer).not.toBe(first.buffer)
    buffers.give(first)
    expect(buffers.take()).toBe(first)
    expect(buffers.take()).not.toBe(first)
  })

  it('keeps no more than it should', () => {
    const buffers = createReadBuffers(7, 2)
    const taken = [buffers.take(), buffers.take(), buffers.take()]
    for (const buffer of taken) buffers.give(buffer)
    const again = [buffers.take(), buffers.take(), buffers.take()]
    expect(again.filter((buffer) => taken.includes(buffer))).toHaveLength(2)
  })
})
