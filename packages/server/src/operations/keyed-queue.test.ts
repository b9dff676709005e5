import { describe, expect, it } from 'vitest'
import { KeyedQueue } from './keyed-queue.ts'

describe('KeyedQueue', () => {
  it('runs work of one key in order, also after a failure, and other keys meanwhile', async () => {
    const queue = new KeyedQueue()
    const order: string[] = []
    let finishFirst = () => {}
    const first = queue.run('a', async () => {
      await new Promise<void>((resolve) => {
        finishFirst = resolve
      })
      order.push('a1')
      throw new Error('a1 failed')
    })
    const second = queue.run('a', async () => void order.push('a2'))
    await queue.run('b', async () => void order.push('b1'))
    finishFirst()
    await expect(first).rejects.toThrow('a1 failed')
    await second
    expect(order).toEqual(['b1', 'a1', 'a2'])
  })
})
