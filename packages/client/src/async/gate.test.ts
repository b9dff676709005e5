import { getEventListeners } from 'node:events'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createGate, type Gate } from './gate.ts'
import { turn } from './testing.contract.ts'

/** Lets `names` come to the gate one after the other; `inside` tells who has a place, and frees it. */
function visitors(gate: Gate, ...names: string[]) {
  const inside = new Map<string, () => void>()
  for (const name of names) gate.acquire().then((leave) => inside.set(name, leave))
  return {
    inside: () => [...inside.keys()],
    async leave(name: string) {
      inside.get(name)?.()
      inside.delete(name)
      await turn()
    },
  }
}

describe('createGate', () => {
  it('lets in as many as there are places, and the next one for each that leaves', async () => {
    const gate = createGate(2)
    const { inside, leave } = visitors(gate, 'a', 'b', 'c', 'd')
    await turn()
    expect(inside()).toEqual(['a', 'b'])
    expect([gate.taken, gate.waiting]).toEqual([2, 2])
    await leave('b')
    expect(inside()).toEqual(['a', 'c'])
    await leave('c')
    await leave('a')
    await leave('d')
    expect([gate.taken, gate.waiting]).toEqual([0, 0])
  })

  it('serves in the order of coming: a newcomer does not overtake those who wait', async () => {
    const gate = createGate(1)
    const { inside, leave } = visitors(gate, 'a', 'b')
    await turn()
    const left = leave('a')
    const late = visitors(gate, 'c')
    await left
    expect(inside()).toEqual(['b'])
    expect(late.inside()).toEqual([])
  })

  it('frees a place once, however often that is called', async () => {
    const gate = createGate(1)
    const leave = await gate.acquire()
    leave()
    const second = await gate.acquire()
    leave()
    leave()
    expect(gate.taken).toBe(1)
    const { inside } = visitors(gate, 'third')
    await turn()
    expect(inside()).toEqual([])
    second()
    await turn()
    expect(inside()).toEqual(['third'])
  })

  it('lets more in at once when the limit grows', async () => {
    const gate = createGate(1)
    const { inside } = visitors(gate, 'a', 'b', 'c', 'd')
    gate.limit = 3
    await turn()
    expect(gate.limit).toBe(3)
    expect(inside()).toEqual(['a', 'b', 'c'])
  })

  it('sends nobody away when the limit falls, but lets nobody in until enough have left', async () => {
    const gate = createGate(3)
    const { inside, leave } = visitors(gate, 'a', 'b', 'c', 'd')
    await turn()
    gate.limit = 1
    await turn()
    expect(inside()).toEqual(['a', 'b', 'c'])
    await leave('a')
    await leave('b')
    expect(inside()).toEqual(['c'])
    await leave('c')
    expect(inside()).toEqual(['d'])
  })

  it('is closed with a limit of 0 until there is another', async () => {
    const gate = createGate(0)
    const { inside } = visitors(gate, 'a')
    await turn()
    expect(inside()).toEqual([])
    gate.limit = Number.POSITIVE_INFINITY
    await turn()
    expect(inside()).toEqual(['a'])
  })
})

describe('a wait at the gate', () => {
  it('ends with the reason of its signal, and the next in line gets the place', async () => {
    const gate = createGate(1)
    const leave = await gate.acquire()
    const stop = new AbortController()
    const stopped = gate.acquire(stop.signal)
    const { inside } = visitors(gate, 'next')
    stop.abort('enough')
    await expect(stopped).rejects.toBe('enough')
    expect(gate.waiting).toBe(1)
    leave()
    await turn()
    expect(inside()).toEqual(['next'])
    expect(gate.taken).toBe(1)
  })

  it('does not begin with a signal that was aborted before, although a place is free', async () => {
    const gate = createGate(1)
    await expect(gate.acquire(AbortSignal.abort('too late'))).rejects.toBe('too late')
    expect([gate.taken, gate.waiting]).toEqual([0, 0])
  })

  it('leaves no listener on a signal that lives on, let in or turned away', async () => {
    const gate = createGate(1)
    const { signal } = new AbortController()
    const leave = await gate.acquire(signal)
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
    const second = gate.acquire(signal)
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    leave()
    await second
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)

    const stop = new AbortController()
    const stopped = gate.acquire(stop.signal)
    stop.abort()
    await expect(stopped).rejects.toThrow()
    expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0)
  })

  it('keeps the place that was given just before the signal was aborted, so that it can be freed', async () => {
    const gate = createGate(1)
    const stop = new AbortController()
    const entered = gate.acquire(stop.signal)
    stop.abort()
    const leave = await entered
    expect(gate.taken).toBe(1)
    leave()
    expect(gate.taken).toBe(0)
  })
})

it('never has more inside than places, and forgets nobody, whatever happens in whatever order', async () => {
  const step = fc.oneof(
    fc.record({ come: fc.boolean() }),
    fc.record({ leave: fc.nat(20) }),
    fc.record({ abort: fc.nat(20) }),
    fc.record({ limit: fc.integer({ min: 0, max: 5 }) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const gate = createGate(2)
      const came: { stop: AbortController; leave?: () => void; refused?: true }[] = []
      for (const one of steps) {
        const before = gate.taken
        if ('come' in one) {
          const visitor: (typeof came)[number] = { stop: new AbortController() }
          came.push(visitor)
          gate.acquire(visitor.stop.signal).then(
            (leave) => {
              visitor.leave = leave
            },
            () => {
              visitor.refused = true
            },
          )
        }
        if ('leave' in one) came[one.leave]?.leave?.()
        if ('abort' in one) came[one.abort]?.stop.abort()
        if ('limit' in one) gate.limit = one.limit
        await turn()
        expect(gate.taken).toBeLessThanOrEqual(Math.max(gate.limit, before))
        if (gate.waiting > 0) expect(gate.taken).toBeGreaterThanOrEqual(gate.limit)
      }
      gate.limit = came.length
      await turn()
      for (const { leave, refused } of came) expect(leave !== undefined || refused).toBe(true)
      for (const { leave } of came) leave?.()
      expect([gate.taken, gate.waiting]).toEqual([0, 0])
    }),
  )
})
