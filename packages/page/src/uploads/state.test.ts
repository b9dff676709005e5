import { describe, expect, it } from 'vitest'
import {
  added,
  changed,
  EMPTY,
  type Item,
  isRunning,
  nextWaiting,
  type Phase,
  removed,
  resumed,
  totalsOf,
} from './state.ts'

function item(id: number, phase: Phase, more: Partial<Item> = {}): Item {
  return { id, name: `${id}.bin`, size: 100, phase, sent: 0, bytesPerSecond: 0, ...more }
}

function listOf(...phases: readonly Phase[]) {
  return added(
    EMPTY,
    phases.map((phase, index) => item(index + 1, phase)),
  )
}

describe('state', () => {
  it('changes one file and leaves the others as they are', () => {
    const before = listOf('waiting', 'waiting')
    const after = changed(before, 2, { phase: 'uploading', sent: 10 })
    expect(after.items[0]).toBe(before.items[0])
    expect(after.items[1]).toMatchObject({ id: 2, phase: 'uploading', sent: 10 })
    expect(before.items[1]).toMatchObject({ phase: 'waiting', sent: 0 })
  })

  it('removes files', () => {
    expect(removed(listOf('done', 'waiting', 'done'), new Set([1, 3])).items).toMatchObject([
      { id: 2 },
    ])
  })

  it('has what was paused or has failed wait again, without its failure', () => {
    const failure = { reason: 'busy', message: '', code: undefined, requestId: undefined } as const
    const before = added(EMPTY, [
      item(1, 'failed', { failure }),
      item(2, 'paused'),
      item(3, 'uploading'),
    ])
    const after = [1, 2, 3].reduce(resumed, before)
    expect(after.items).toEqual([item(1, 'waiting'), item(2, 'waiting'), item(3, 'uploading')])
  })

  it('gives free places to those that wait, in their order', () => {
    const ids = (places: number, ...phases: readonly Phase[]) =>
      nextWaiting(listOf(...phases), places).map(({ id }) => id)
    expect(ids(3, 'waiting', 'waiting', 'waiting', 'waiting')).toEqual([1, 2, 3])
    expect(ids(3, 'uploading', 'paused', 'waiting', 'completing', 'waiting')).toEqual([3])
    expect(ids(1, 'uploading', 'waiting')).toEqual([])
    expect(ids(2, 'failed', 'done', 'paused')).toEqual([])
  })

  it('gives the place of one that is being stopped to nobody before it has stopped', () => {
    expect(nextWaiting(listOf('pausing', 'cancelling', 'waiting'), 2)).toEqual([])
  })

  it('knows what is under way', () => {
    const phases: readonly Phase[] = ['waiting', 'uploading', 'pausing', 'paused', 'done', 'failed']
    expect(phases.map((phase) => isRunning(item(1, phase)))).toEqual([
      false,
      true,
      true,
      false,
      false,
      false,
    ])
  })

  it('adds up', () => {
    const state = added(EMPTY, [
      item(1, 'done', { sent: 100 }),
      item(2, 'uploading', { sent: 40, bytesPerSecond: 7 }),
      item(3, 'paused', { sent: 10, bytesPerSecond: 5 }),
      item(4, 'failed'),
      item(5, 'waiting'),
    ])
    expect(totalsOf(state)).toEqual({
      files: 5,
      done: 1,
      failed: 1,
      paused: 1,
      open: 2,
      size: 500,
      sent: 150,
      left: 160,
      bytesPerSecond: 7,
    })
  })
})
