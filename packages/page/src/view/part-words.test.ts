import { describe, expect, it } from 'vitest'
import { en } from '../texts/en.ts'
import { zh } from '../texts/zh.ts'
import { createPartTable } from '../uploads/part-table.ts'
import { partWords } from './part-words.ts'

describe('partWords', () => {
  it('says all that the map shows', () => {
    const table = createPartTable(1_000)
    const states = ['held', 'done', 'sending', 'retrying', 'failed'] as const
    states.forEach((state, index) => {
      table.tell({ partNumber: index + 1, start: index * 100, size: 100, state, sent: 0 })
    })
    expect(partWords(table, en)).toBe(
      '2 of 10 parts · 1 in flight · 1 being sent again · 1 already there · 1 failed',
    )
    expect(partWords(table, zh)).toContain('2 / 10 个分片')
  })

  it('says no more than there is to say', () => {
    const table = createPartTable(1)
    table.tell({ partNumber: 1, start: 0, size: 1, state: 'done', sent: 1 })
    expect(partWords(table, en)).toBe('1 of 1 part')
  })
})
