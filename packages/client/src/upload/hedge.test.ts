import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { createGate } from '../async/gate.ts'
import { createVirtualTime } from '../async/virtual-time.contract.ts'
import { KiB, MiB } from '../oss/limits.ts'
import { createHedge, type PartAttempt } from './hedge.ts'

/** Sends parts whose attempts take as many milliseconds as the test says; `Infinity` never ends by itself. */
function sender(limit = 16) {
  const time = createVirtualTime()
  const places = createGate(limit)
  const hedge = createHedge({ now: time.now, sleep: time.sleep, places })
  const { signal } = new AbortController()
  let underWay = 0
  let most = 0
  const attempts = new Map<string, number>()

  async function send(name: string, durations: readonly number[], more: SendOptions = {}) {
    const attempt: PartAttempt<string> = async (stop, anew) => {
      const number = attempts.get(name) ?? 0
      attempts.set(name, number + 1)
      most = Math.max(most, ++underWay)
      try {
        if (more.retried && number === 0) {
          await time.sleep(more.retried.after, stop)
          anew(more.retried.asked ?? 0)
          await time.sleep(more.retried.pause, stop)
        }
        await time.sleep(durations[number] ?? Number.POSITIVE_INFINITY, stop)
        if (more.failing?.includes(number)) throw new Error(`${name}, attempt ${number + 1}`)
      } finally {
        underWay--
      }
      return `${name} at ${time.now()}`
    }
    const leave = await places.acquire(signal)
    const sent = hedge.send(more.bytes ?? MiB, attempt, more.stop ?? new AbortController())
    return sent.finally(leave)
  }
  const attemptsOf = (name: string) => attempts.get(name) ?? 0
  return {
    time,
    hedge,
    places,
    send,
    attemptsOf,
    signal,
    underWay: () => underWay,
    most: () => most,
  }
}

interface SendOptions {
  readonly bytes?: number
  /** Attempts that end with an error. */
  readonly failing?: readonly number[]
  /** The first attempt begins with a try that fails after so many milliseconds, and with a pause that OSS may have asked for. */
  readonly retried?: { readonly after: number; readonly pause: number; readonly asked?: number }
  readonly stop?: AbortController
}

describe('at the end of an upload', () => {
  it('a part that takes twice as long as the others is sent again, and what arrives first counts', async () => {
    const { time, hedge, send, attemptsOf, underWay } = sender()
    const slow = send('slow', [9_000, 700])
    const others = Promise.all([send('a', [1_000]), send('b', [1_100]), send('c', [1_200])])
    hedge.lastBegun()
    await time.until(others)
    expect(attemptsOf('slow')).toBe(1)
    expect(await time.until(slow)).toBe('slow at 2900')
    expect(attemptsOf('slow')).toBe(2)
    expect(underWay()).toBe(0)
  })

  it('the first attempt still counts when it is there first, and the second is taken back', async () => {
    const { time, hedge, places, send, attemptsOf, underWay } = sender()
    const slow = send('slow', [2_500, 5_000])
    const others = [send('a', [1_000]), send('b', [1_000])]
    hedge.lastBegun()
    expect(await time.until(slow)).toBe('slow at 2500')
    await Promise.all(others)
    expect(attemptsOf('slow')).toBe(2)
    expect([underWay(), time.pending, places.taken]).toEqual([0, 0, 0])
  })

  it('nothing is sent again as long as most have not arrived: then it is the line that is slow', async () => {
    const { time, hedge, send, attemptsOf } = sender()
    const names = ['a', 'b', 'c', 'd', 'e']
    const quick = send('quick', [100])
    const rest = names.map((name, index) => send(name, [9_000 + index]))
    hedge.lastBegun()
    await time.until(Promise.all([quick, ...rest]))
    expect(names.map(attemptsOf)).toEqual([1, 1, 1, 1, 1])
  })

  it('a part that is alone is waited for, and so is one that is hardly late', async () => {
    const alone = sender()
    const only = alone.send('only', [60_000])
    alone.hedge.lastBegun()
    await alone.time.until(only)
    expect(alone.attemptsOf('only')).toBe(1)

    const { time, hedge, send, attemptsOf } = sender()
    const all = Promise.all([send('a', [1_000]), send('b', [1_000]), send('late', [1_900])])
    hedge.lastBegun()
    await time.until(all)
    expect(attemptsOf('late')).toBe(1)
  })

  it('four parts are sent again, and one more for each twenty that have arrived: no more', async () => {
    const { time, hedge, send, attemptsOf } = sender(100)
    const slow = Array.from({ length: 30 }, (_, index) => `slow ${index}`)
    const quick = Array.from({ length: 60 }, (_, index) => send(`quick ${index}`, [1_000]))
    const sent = Promise.all([...slow.map((name) => send(name, [9_000, 9_000])), ...quick])
    hedge.lastBegun()
    await time.until(time.sleep(8_900))
    expect(slow.filter((name) => attemptsOf(name) === 2)).toHaveLength(4 + 60 / 20)
    await time.until(sent)
  })

  it('half a second is never late', async () => {
    const { time, hedge, send, attemptsOf } = sender()
    const all = Promise.all([send('a', [10]), send('b', [10]), send('late', [490, 10])])
    hedge.lastBegun()
    await time.until(all)
    expect(attemptsOf('late')).toBe(1)
  })

  it('a small last part is no measure for large ones', async () => {
    const { time, hedge, send, attemptsOf } = sender()
    const large = Promise.all([send('a', [3_000], { bytes: 16 * MiB })])
    const small = send('small', [400], { bytes: 100 * KiB })
    hedge.lastBegun()
    await time.until(Promise.all([large, small]))
    expect(attemptsOf('a')).toBe(1)
  })

  it('before the last part has begun, nothing is late', async () => {
    const { time, send, attemptsOf } = sender()
    await time.until(Promise.all([send('a', [1_000]), send('b', [1_000]), send('c', [7_000])]))
    expect(attemptsOf('c')).toBe(1)
  })
})

describe('in the middle of an upload', () => {
  /** One part takes long; on the places beside it others take `each` milliseconds, one after the other. */
  async function beside(places: number, rounds: number, each = 1_000) {
    const test = sender(places + 1)
    const slow = test.send('slow', [Number.POSITIVE_INFINITY, 1_000])
    const lanes = Array.from({ length: places }, async (_, lane) => {
      for (let round = 0; round < rounds; round++) await test.send(`${lane}/${round}`, [each])
    })
    await test.time.until(Promise.all(lanes))
    return { ...test, slow }
  }

  it('a part that others have overtaken eight times is sent again, in its turn', async () => {
    expect((await beside(3, 10)).attemptsOf('slow')).toBe(1)
    const { slow, time, attemptsOf, underWay, most } = await beside(3, 12)
    expect(await time.until(slow)).toMatch(/^slow at 1[23]000$/)
    expect(attemptsOf('slow')).toBe(2)
    expect([underWay(), most()]).toEqual([0, 4])
  })

  it('half a second is no time, however many have overtaken', async () => {
    expect((await beside(3, 90, 5)).attemptsOf('slow')).toBe(1)
    expect((await beside(3, 110, 5)).attemptsOf('slow')).toBe(2)
  })

  it('one that fails in the meantime is saved by the second attempt', async () => {
    const { time, send, hedge } = sender()
    const slow = send('slow', [2_200, 1_000], { failing: [0] })
    const others = Promise.all([send('a', [1_000]), send('b', [1_000])])
    hedge.lastBegun()
    await time.until(others)
    expect(await time.until(slow)).toBe('slow at 3000')
  })

  it('fails with the error of the first attempt when the second fails as well', async () => {
    const { time, send, hedge } = sender()
    const slow = send('slow', [4_000, 1_000], { failing: [0, 1] })
    slow.catch(() => {})
    const others = Promise.all([send('a', [1_000]), send('b', [1_000])])
    hedge.lastBegun()
    await time.until(others)
    await expect(time.until(slow)).rejects.toThrow('slow, attempt 1')
  })
})

describe('a part that pauses because OSS has asked for it', () => {
  it('does not hang back at the end, until its next try does', async () => {
    const { time, hedge, send, attemptsOf } = sender()
    const others = Promise.all([send('a', [1_000]), send('b', [1_000])])
    const retried = { after: 100, pause: 20_000, asked: 20_000 }
    const part = send('part', [9_000, 700], { retried })
    hedge.lastBegun()
    await time.until(others)
    await time.until(time.sleep(19_050))
    expect(attemptsOf('part')).toBe(1)
    expect(await time.until(part)).toBe('part at 22800')
    expect(attemptsOf('part')).toBe(2)
  })

  it('is overtaken by nobody in the middle', async () => {
    const { time, send, attemptsOf } = sender(4)
    const part = send('part', [1_500], {
      retried: { after: 7_500, pause: 12_600, asked: 12_600 },
    })
    const lanes = Array.from({ length: 3 }, async (_, lane) => {
      for (let round = 0; round < 32; round++) await send(`${lane}/${round}`, [700])
    })
    expect(await time.until(part)).toBe('part at 21600')
    await time.until(Promise.all(lanes))
    expect(attemptsOf('part')).toBe(1)
  })

  it('is not sent a second time where that waited for a place before', async () => {
    const { time, hedge, places, send, attemptsOf } = sender()
    const others = Promise.all([send('a', [1_000]), send('b', [1_000])])
    const part = send('part', [100], {
      retried: { after: 2_500, pause: 1_000, asked: 1_000 },
    })
    hedge.lastBegun()
    await time.until(others)
    places.limit = 1
    await time.until(time.sleep(1_600))
    expect(places.waiting).toBe(1)
    places.limit = 2
    expect(await time.until(part)).toBe('part at 3600')
    expect(attemptsOf('part')).toBe(1)
    expect([places.taken, places.waiting]).toEqual([0, 0])
  })
})

describe('a part that pauses for as long as we have guessed', () => {
  it('is measured from its failure: others that arrive in the meantime prove the guess wrong', async () => {
    const { time, hedge, send, attemptsOf } = sender()
    const others = Promise.all([send('a', [1_000]), send('b', [1_000])])
    const part = send('part', [100, 100], { retried: { after: 1_500, pause: 9_000 } })
    hedge.lastBegun()
    await time.until(others)
    await time.until(time.sleep(2_400))
    expect(attemptsOf('part')).toBe(1)
    expect(await time.until(part)).toBe('part at 3600')
  })
})

describe('a part that holds the last place', () => {
  it('fails with its first attempt, as there is no turn for a second', async () => {
    const { time, hedge, places, send, attemptsOf } = sender()
    const others = Promise.all([send('a', [1_000]), send('b', [1_000])])
    const slow = send('slow', [3_000, 100], { failing: [0] })
    slow.catch(() => {})
    hedge.lastBegun()
    await time.until(others)
    places.limit = 1
    await expect(time.until(slow)).rejects.toThrow('slow, attempt 1')
    expect(attemptsOf('slow')).toBe(1)
    expect([time.pending, places.taken, places.waiting]).toEqual([0, 0, 0])
  })
})

describe('when the upload is stopped', () => {
  it('both attempts end, and no timer and no listener is left', async () => {
    const { time, hedge, places, send, signal, underWay, attemptsOf } = sender()
    const stop = new AbortController()
    const slow = send('slow', [], { stop })
    const others = Promise.all([send('a', [1_000]), send('b', [1_000])])
    hedge.lastBegun()
    await time.until(others)
    await time.until(time.sleep(1_500))
    expect(attemptsOf('slow')).toBe(2)
    expect(underWay()).toBe(2)
    stop.abort('enough')
    await expect(slow).rejects.toBe('enough')
    expect([underWay(), places.taken, places.waiting]).toEqual([0, 0, 0])
    expect(time.pending).toBe(0)
    for (const one of [stop.signal, signal]) {
      expect(getEventListeners(one, 'abort')).toHaveLength(0)
    }
  })

  it('what waits for being late is forgotten', async () => {
    const { time, hedge, send } = sender()
    const stop = new AbortController()
    const slow = send('slow', [], { stop })
    const others = Promise.all([send('a', [1_000]), send('b', [1_000])])
    hedge.lastBegun()
    await time.until(others)
    stop.abort('enough')
    await expect(slow).rejects.toBe('enough')
    expect(time.pending).toBe(0)
  })
})
