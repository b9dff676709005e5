import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { runPool } from './pool.ts'
import { type Gate, gate, turn } from './testing.contract.ts'

/** Work that goes on until the test opens the item's gate; `underWay` holds what has not ended. */
function gatedWork() {
  const gates = new Map<number, Gate>()
  const signals = new Map<number, AbortSignal>()
  const underWay = new Set<number>()
  return {
    signals,
    underWay,
    started: () => [...gates.keys()],
    at: (item: number) => gates.get(item) ?? expect.unreachable(`${item} was not started`),
    async work(item: number, signal: AbortSignal) {
      const own = gate()
      gates.set(item, own)
      signals.set(item, signal)
      underWay.add(item)
      await own.passed.finally(() => underWay.delete(item))
    },
  }
}

describe('runPool', () => {
  it('begins with as many as the limit allows, and takes the next when a place is free', async () => {
    const { work, started, at } = gatedWork()
    const done = runPool([1, 2, 3, 4, 5], work, { limit: 3 })
    await turn()
    expect(started()).toEqual([1, 2, 3])
    at(2).open()
    await turn()
    expect(started()).toEqual([1, 2, 3, 4])
    for (const item of [1, 3, 4]) at(item).open()
    await turn()
    at(5).open()
    await done
    expect(started()).toEqual([1, 2, 3, 4, 5])
  })

  it('has nothing to do for no items', async () => {
    const work = vi.fn()
    await runPool([], work, { limit: 3 })
    expect(work).not.toHaveBeenCalled()
  })

  it('tells the others to stop when one fails, waits for them, then rejects with that failure', async () => {
    const { work, started, signals, underWay, at } = gatedWork()
    const settled = vi.fn()
    const done = runPool([1, 2, 3, 4], work, { limit: 3 })
    done.catch(settled)
    await turn()
    at(2).fail(new Error('part 2'))
    await turn()
    expect(signals.get(1)?.aborted && signals.get(3)?.aborted).toBe(true)
    at(1).fail(new Error('stopped, because of part 2'))
    await turn()
    expect(settled).not.toHaveBeenCalled()
    at(3).open()
    await expect(done).rejects.toThrow('part 2')
    expect(underWay.size).toBe(0)
    expect(started()).toEqual([1, 2, 3])
  })

  it('stops when its signal is aborted, but only when those under way have ended', async () => {
    const { work, started, signals, at } = gatedWork()
    const stop = new AbortController()
    const settled = vi.fn()
    const done = runPool([1, 2, 3], work, { limit: 2, signal: stop.signal })
    done.catch(settled)
    await turn()
    stop.abort('enough')
    expect(signals.get(1)?.reason).toBe('enough')
    at(1).fail(new Error('socket closed'))
    await turn()
    expect(settled).not.toHaveBeenCalled()
    at(2).open()
    await expect(done).rejects.toBe('enough')
    expect(started()).toEqual([1, 2])
  })

  it('does not even ask for an item when the signal was aborted before', async () => {
    const draw = vi.fn()
    const items = (function* () {
      draw()
      yield 1
    })()
    const work = vi.fn()
    const signal = AbortSignal.abort('too late')
    await expect(runPool(items, work, { limit: 2, signal })).rejects.toBe('too late')
    expect(draw).not.toHaveBeenCalled()
    expect(work).not.toHaveBeenCalled()
  })

  it('does not begin an item that came after the signal was aborted', async () => {
    const stop = new AbortController()
    const slow = gate()
    async function* items() {
      await slow.passed
      yield 1
    }
    const work = vi.fn()
    const done = runPool(items(), work, { limit: 1, signal: stop.signal })
    stop.abort('enough')
    slow.open()
    await expect(done).rejects.toBe('enough')
    expect(work).not.toHaveBeenCalled()
  })

  it('begins no work after the signal was aborted, at whatever moment that was', async () => {
    const abortedAtStart: boolean[] = []
    for (let ticks = 0; ticks < 30; ticks++) {
      const stop = new AbortController()
      async function* items() {
        yield 1
      }
      const work = async (_: number, signal: AbortSignal) => {
        abortedAtStart.push(signal.aborted)
      }
      const done = runPool(items(), work, { limit: 1, signal: stop.signal }).catch(() => {})
      for (let tick = 0; tick < ticks; tick++) await undefined
      stop.abort()
      await done
    }
    expect(abortedAtStart).toContain(false)
    expect(abortedAtStart).not.toContain(true)
  })

  it('asks an iterator for one item at a time, however many places are free', async () => {
    let asked = 0
    let most = 0
    let last = 0
    const items = {
      [Symbol.asyncIterator]: () => ({
        async next(): Promise<IteratorResult<number>> {
          most = Math.max(most, ++asked)
          await turn()
          asked--
          return last < 5 ? { done: false, value: ++last } : { done: true, value: undefined }
        },
      }),
    }
    const worked: number[] = []
    await runPool(
      items,
      async (item) => {
        worked.push(item)
      },
      { limit: 4 },
    )
    expect(most).toBe(1)
    expect(worked).toEqual([1, 2, 3, 4, 5])
  })

  it('rejects with the error of the items themselves and stops the work', async () => {
    const { work, at, signals } = gatedWork()
    async function* items() {
      yield 1
      throw new Error('the file is gone')
    }
    const done = runPool(items(), work, { limit: 2 })
    await turn()
    expect(signals.get(1)?.aborted).toBe(true)
    at(1).open()
    await expect(done).rejects.toThrow('the file is gone')
  })

  it.each(['a failure', 'an abort'])('closes the iterator after %s', async (end) => {
    const stop = new AbortController()
    const closed = vi.fn()
    async function* items() {
      try {
        for (let item = 1; ; item++) yield item
      } finally {
        await turn()
        closed()
      }
    }
    const work = async (item: number) => {
      if (item < 3) return
      if (end === 'an abort') stop.abort(new Error(end))
      else throw new Error(end)
    }
    await expect(runPool(items(), work, { limit: 1, signal: stop.signal })).rejects.toThrow(end)
    expect(closed).toHaveBeenCalledOnce()
  })

  it('rejects with the failure, not with what closing the iterator said after it', async () => {
    const items = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false, value: 1 }),
        return: async () => {
          throw new Error('could not be closed')
        },
      }),
    }
    const work = async () => {
      throw new Error('part 1')
    }
    await expect(runPool(items, work, { limit: 1 })).rejects.toThrow('part 1')
  })

  it('stops although the iterator waits for something that never comes', async () => {
    const { work, at } = gatedWork()
    async function* items() {
      yield 1
      await gate().passed
    }
    const stop = new AbortController()
    const stopped = runPool(items(), work, { limit: 2, signal: stop.signal })
    await turn()
    at(1).open()
    stop.abort('enough')
    await expect(stopped).rejects.toBe('enough')

    const failed = runPool(items(), work, { limit: 2 })
    await turn()
    at(1).fail(new Error('part 1'))
    await expect(failed).rejects.toThrow('part 1')
  })

  it('keeps to all this for any number of items, limit, order and failures', async () => {
    const pools = fc.record({
      count: fc.nat(12),
      limit: fc.integer({ min: 1, max: 5 }),
      failing: fc.uniqueArray(fc.nat(12), { maxLength: 2 }),
      lazily: fc.boolean(),
      scheduler: fc.scheduler(),
    })
    await fc.assert(
      fc.asyncProperty(pools, async ({ count, limit, failing, lazily, scheduler }) => {
        const items = Array.from({ length: count }, (_, index) => index)
        const started: number[] = []
        const failures: Error[] = []
        let underWay = 0
        async function* drawn() {
          for (const item of items) {
            await scheduler.schedule(Promise.resolve(), `draw ${item}`)
            yield item
          }
        }
        async function work(item: number, signal: AbortSignal) {
          expect(signal.aborted).toBe(false)
          expect(++underWay).toBeLessThanOrEqual(limit)
          started.push(item)
          await scheduler.schedule(Promise.resolve(), `work on ${item}`)
          underWay--
          if (!failing.includes(item)) return
          failures.push(new Error(`item ${item}`))
          throw failures.at(-1)
        }
        const pool = runPool(lazily ? drawn() : items, work, { limit })
        const outcome = await scheduler.waitFor(
          pool.then(
            () => 'resolved',
            (error) => error,
          ),
        )
        expect(underWay).toBe(0)
        expect(outcome).toBe(failures[0] ?? 'resolved')
        expect(started).toEqual(items.slice(0, started.length))
        if (failures.length === 0) expect(started).toEqual(items)
        await turn()
        expect(started).toEqual(items.slice(0, started.length))
      }),
    )
  })
})
