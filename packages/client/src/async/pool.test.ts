import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { createGate } from './gate.ts'
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
    async work(item: number, { signal }: AbortController) {
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

  it('gives those that run at once signals of their own, and later items the same ones again', async () => {
    const signals: AbortSignal[] = []
    let underWay: AbortSignal[] = []
    await runPool(
      Array.from({ length: 20 }),
      async (_, { signal }) => {
        expect(underWay).not.toContain(signal)
        signals.push(signal)
        underWay.push(signal)
        await turn()
        underWay = underWay.filter((other) => other !== signal)
      },
      { limit: 3 },
    )
    expect(signals).toHaveLength(20)
    expect(new Set(signals).size).toBe(3)
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
      const work = async (_: number, { signal }: AbortController) => {
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
        async function work(item: number, { signal }: AbortController) {
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

describe('runPool with a gate', () => {
  it('begins more at once when the gate is widened', async () => {
    const { work, started, at } = gatedWork()
    const limit = createGate(1)
    const done = runPool([1, 2, 3, 4, 5], work, { limit })
    await turn()
    expect(started()).toEqual([1])
    limit.limit = 3
    await turn()
    expect(started()).toEqual([1, 2, 3])
    limit.limit = 9
    await turn()
    for (const item of [1, 2, 3, 4, 5]) at(item).open()
    await done
  })

  it('lets those under way end when the gate is narrowed, and goes on with fewer', async () => {
    const { work, started, at, signals } = gatedWork()
    const limit = createGate(3)
    const done = runPool([1, 2, 3, 4, 5], work, { limit })
    await turn()
    limit.limit = 1
    at(1).open()
    await turn()
    at(3).open()
    await turn()
    expect(started()).toEqual([1, 2, 3])
    expect(signals.get(2)?.aborted).toBe(false)
    at(2).open()
    await turn()
    expect(started()).toEqual([1, 2, 3, 4])
    at(4).open()
    await turn()
    at(5).open()
    await done
  })

  it('pauses while the gate is closed, and can still be stopped', async () => {
    const { work, started } = gatedWork()
    const limit = createGate(0)
    const stop = new AbortController()
    const done = runPool([1], work, { limit, signal: stop.signal })
    await turn()
    expect(started()).toEqual([])
    stop.abort('enough')
    await expect(done).rejects.toBe('enough')
    expect([limit.taken, limit.waiting]).toEqual([0, 0])
  })

  it('shares the places of one gate with other pools, and takes turns with them', async () => {
    const { work, started, at, underWay } = gatedWork()
    const limit = createGate(2)
    const both = Promise.all([
      runPool([1, 2, 3], work, { limit }),
      runPool([11, 12, 13], work, { limit }),
    ])
    for (let turns = 0; turns < 6; turns++) {
      await turn()
      expect(underWay.size).toBeLessThanOrEqual(2)
      for (const item of started()) at(item).open()
    }
    await both
    expect(started()).toEqual([1, 11, 2, 12, 3, 13])
    expect(limit.taken).toBe(0)
  })

  it.each(['the last item', 'a failure', 'an abort'])('has left it after %s', async (end) => {
    const limit = createGate(2)
    const stop = new AbortController()
    const work = async (item: number) => {
      if (item < 3) return
      if (end === 'an abort') stop.abort(new Error(end))
      if (end === 'a failure') throw new Error(end)
    }
    await runPool([1, 2, 3, 4], work, { limit, signal: stop.signal }).catch(() => {})
    expect([limit.taken, limit.waiting]).toEqual([0, 0])
  })

  it('has left it when the items themselves fail', async () => {
    const limit = createGate(2)
    const items = (function* () {
      yield 1
      throw new Error('the file is gone')
    })()
    await expect(runPool(items, async () => {}, { limit })).rejects.toThrow('the file is gone')
    expect(limit.taken).toBe(0)
  })

  it('works on every item once, whenever the gate is widened or narrowed', async () => {
    const limits = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(fc.nat(12), limits, fc.scheduler(), async (count, changes, scheduler) => {
        const items = Array.from({ length: count }, (_, index) => index)
        const limit = createGate(2)
        const started: number[] = []
        let underWay = 0
        async function work(item: number) {
          underWay++
          // One that was let in before the limit fell may still be waiting for its item.
          expect(underWay).toBeLessThanOrEqual(limit.taken)
          started.push(item)
          await scheduler.schedule(Promise.resolve(), `work on ${item}`)
          underWay--
        }
        const changed = scheduler.scheduleSequence([
          ...changes.map((value) => async () => {
            limit.limit = value
          }),
          async () => {
            limit.limit = 1
          },
        ])
        await scheduler.waitFor(Promise.all([runPool(items, work, { limit }), changed.task]))
        expect(started).toEqual(items)
        expect(limit.taken).toBe(0)
      }),
    )
  })
})
