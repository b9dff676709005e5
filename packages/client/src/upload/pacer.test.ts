import { describe, expect, it, vi } from 'vitest'
import { createVirtualTime } from '../async/virtual-time.contract.ts'
import { GiB, MiB } from '../oss/limits.ts'
import { createPacer, mostParts } from './pacer.ts'

function pacerOf(most = 64) {
  const time = createVirtualTime()
  const onLimit = vi.fn<(limit: number) => void>()
  return { time, onLimit, pacer: createPacer({ most, now: time.now, onLimit }) }
}

describe('createPacer', () => {
  it('gives what the work gives, and learns from the time that takes', async () => {
    const { time, pacer, onLimit } = pacerOf()
    expect(pacer.limit).toBe(6)
    const send = async (part: number) => {
      await time.sleep(200)
      return part
    }
    const parts = Array.from({ length: 6 }, (_, part) => pacer.send(MiB, () => send(part)))
    expect(await time.until(Promise.all(parts))).toEqual([0, 1, 2, 3, 4, 5])
    expect(pacer.limit).toBe(64)
    expect(onLimit.mock.calls).toEqual([[64]])
  })

  it('learns nothing from work that fails, and throws what it threw', async () => {
    const { time, pacer, onLimit } = pacerOf()
    const failing = async () => {
      await time.sleep(200)
      throw new Error('no such upload')
    }
    const parts = Array.from({ length: 12 }, () => pacer.send(MiB, failing))
    const outcomes = await time.until(Promise.allSettled(parts))
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true)
    await expect(parts[0]).rejects.toThrow('no such upload')
    expect(onLimit).not.toHaveBeenCalled()
  })

  it('slows down when OSS asks for it, and when tries fail one after the other', () => {
    const { pacer, onLimit } = pacerOf()
    pacer.throttled()
    expect(onLimit.mock.calls).toEqual([[3]])
    const other = pacerOf()
    for (let time = 0; time < 12; time++) other.pacer.failed()
    expect(other.onLimit.mock.calls).toEqual([[3]])
  })

  it('never gives more than the most there may be', async () => {
    const { time, pacer } = pacerOf(10)
    const parts = Array.from({ length: 6 }, () => pacer.send(MiB, () => time.sleep(200)))
    await time.until(Promise.all(parts))
    expect(pacer.limit).toBe(10)
  })

  it('comes down at once when there may be fewer, and never goes up again beyond', async () => {
    const { time, pacer, onLimit } = pacerOf()
    const sendAll = (parts: number) =>
      time.until(
        Promise.all(Array.from({ length: parts }, () => pacer.send(MiB, () => time.sleep(200)))),
      )
    await sendAll(6)
    pacer.most = 20
    expect([pacer.most, pacer.limit]).toEqual([20, 20])
    for (let round = 0; round < 40; round++) await sendAll(20)
    expect(Math.max(...onLimit.mock.calls.slice(1).flat())).toBe(20)
    pacer.most = 64
    for (let round = 0; round < 40; round++) await sendAll(pacer.limit)
    expect(pacer.limit).toBeGreaterThan(20)
  })
})

describe('mostParts', () => {
  it.each([
    ['pieces of a file', MiB, 64],
    ['parts of a stream', 4 * MiB, 31],
    ['large parts', 32 * MiB, 3],
    ['parts that are larger than all memory there may be', GiB, 1],
  ])('is what 128 MiB hold of %s, but not more than 64', (_, bytes, parts) => {
    expect(mostParts(bytes)).toBe(parts)
  })
})
