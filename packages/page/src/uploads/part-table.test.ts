import type { PartEvent } from 'oss-multipart'
import { describe, expect, it } from 'vitest'
import { arrived, createPartTable } from './part-table.ts'

const event = (partNumber: number, state: PartEvent['state'], sent = 0): PartEvent => {
  const start = (partNumber - 1) * 100
  return { partNumber, start, size: Math.min(100, 950 - start), state, sent }
}

describe('createPartTable', () => {
  it('knows how the file is cut from the first part that is told of', () => {
    const table = createPartTable(950)
    expect(table.count).toBe(0)
    table.tell(event(3, 'sending'))
    expect(table.count).toBe(10)
    expect([0, 1, 2].map((index) => table.cell(index))).toEqual(['waiting', 'waiting', 'sending'])
  })

  it('knows it from the last part as well, which is smaller', () => {
    const table = createPartTable(950)
    table.tell(event(10, 'done', 50))
    expect(table.count).toBe(10)
    expect(table.share(9)).toBe(1)
  })

  it('shows how much of a part has gone out', () => {
    const table = createPartTable(950)
    const index = table.tell(event(2, 'sending', 25))
    expect(table.share(index)).toBe(0.25)
  })

  it('tells a part that arrived in the end from one that arrived at once', () => {
    const table = createPartTable(950)
    for (const state of ['sending', 'retrying', 'done'] as const) table.tell(event(1, state))
    table.tell(event(2, 'done', 100))
    table.tell(event(3, 'held', 100))
    table.tell(event(4, 'failed'))
    table.tell(event(5, 'retrying'))
    const counts = table.counts()
    expect(counts).toEqual({
      waiting: 5,
      sending: 0,
      again: 1,
      done: 1,
      repaired: 1,
      held: 1,
      failed: 1,
    })
    expect(arrived(counts)).toBe(3)
    expect(table.arrivedBytes()).toBe(300)
    table.tell(event(10, 'done', 50))
    expect(table.arrivedBytes()).toBe(350)
  })

  it('shows what was under way as waiting when the upload is stopped', () => {
    const table = createPartTable(950)
    table.tell(event(1, 'done', 100))
    table.tell(event(2, 'sending', 40))
    table.tell(event(3, 'retrying', 40))
    table.stop()
    expect(table.counts()).toMatchObject({ done: 1, waiting: 9, sending: 0, again: 0 })
    expect(table.share(1)).toBe(0)
  })

  it('begins anew when the file is cut in another way', () => {
    const table = createPartTable(950)
    table.tell(event(1, 'done', 100))
    table.tell({ partNumber: 2, start: 500, size: 450, state: 'sending', sent: 0 })
    expect(table.count).toBe(2)
    expect(table.cell(0)).toBe('waiting')
  })

  it('takes a file without bytes for one part', () => {
    const table = createPartTable(0)
    table.tell({ partNumber: 1, start: 0, size: 0, state: 'done', sent: 0 })
    expect(table.count).toBe(1)
    expect(table.cell(0)).toBe('done')
  })
})
