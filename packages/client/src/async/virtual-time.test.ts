import { describe, expect, it } from 'vitest'
import { createVirtualTime } from './virtual-time.contract.ts'

describe('createVirtualTime', () => {
  it('wakes sleepers in the order of their time, and the same time in the order of coming', async () => {
    const time = createVirtualTime()
    const woken: string[] = []
    const sleeper = async (name: string, ms: number) => {
      await time.sleep(ms)
      woken.push(`${name} at ${time.now()}`)
    }
    await time.until(Promise.all([sleeper('a', 20), sleeper('b', 10), sleeper('c', 20)]))
    expect(woken).toEqual(['b at 10', 'a at 20', 'c at 20'])
  })

  it('lets everything run that can before time passes', async () => {
    const time = createVirtualTime()
    const chain = async () => {
      for (let step = 0; step < 1000; step++) await undefined
      return time.now()
    }
    const [ended] = await time.until(Promise.all([chain(), time.sleep(10)]))
    expect([ended, time.now()]).toEqual([0, 10])
  })

  it('forgets a sleep whose signal is aborted, and an action that was taken back', async () => {
    const time = createVirtualTime()
    const stop = new AbortController()
    const asleep = time.sleep(10, stop.signal)
    time.after(5, () => expect.unreachable())()
    stop.abort('enough')
    await expect(asleep).rejects.toBe('enough')
    await expect(time.sleep(10, stop.signal)).rejects.toBe('enough')
    expect(time.pending).toBe(0)
  })

  it('says so when what is waited for can never come', async () => {
    await expect(createVirtualTime().until(new Promise(() => {}))).rejects.toThrow(
      'Nothing is left',
    )
  })
})
