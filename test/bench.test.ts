import { describe, expect, it } from 'vitest'
import { judge } from '../bench/goals.js'
import { groupsOf } from '../bench/groups/index.js'
import { between } from '../bench/report.js'
import type { Goal, Run } from '../bench/types.ts'

const run = (rate: number, more: Partial<Run> = {}): Run => ({
  rate,
  seconds: 1,
  cpu: 1,
  rssMiB: 1,
  bytes: 1,
  cpuPerGiB: 1,
  sinkCpuPerGiB: 1,
  attempts: 1,
  connections: 1,
  maxInFlight: 1,
  ...more,
})

describe('judge', () => {
  const goal: Goal = {
    says: 'throughput',
    of: ['ours', 'theirs'],
    value: (ours, theirs) => ours.rate / theirs.rate,
    least: 2,
  }
  const judged = (ours: (Run | undefined)[], theirs: (Run | undefined)[]) =>
    judge(goal, new Map(Object.entries({ ours, theirs })))

  it('takes the median of the ratios within each round, not the ratio of the medians', () => {
    const noisy = judged([run(10), run(30), run(100)], [run(5), run(10), run(100)])
    expect(noisy).toMatchObject({ value: 2, met: true })
  })

  it('leaves out rounds in which one of the cases failed', () => {
    const failed = run(1000, { error: 'refused' })
    expect(judged([failed, run(1)], [run(1), run(1)])).toMatchObject({ value: 1, met: false })
  })

  it('says nothing of what was not measured', () => {
    expect(judged([run(1)], [])).toMatchObject({ value: undefined, met: undefined })
    expect(judge(goal, new Map())).toMatchObject({ value: undefined, met: undefined })
  })

  it('has no opinion on a figure that is only shown', () => {
    const { least: _, ...shown } = goal
    const runs = new Map([
      ['ours', [run(3)]],
      ['theirs', [run(1)]],
    ])
    expect(judge(shown, runs)).toMatchObject({ value: 3, met: undefined })
  })
})

describe('between', () => {
  it('replaces one block and leaves everything around it', () => {
    const text = 'prose\n<!-- bench:a -->\nold\n<!-- /bench:a -->\nmore\n'
    expect(between(text, 'a', 'new')).toBe(
      'prose\n<!-- bench:a -->\n\nnew\n\n<!-- /bench:a -->\nmore\n',
    )
  })

  it('adds a block that is not there yet at the end', () => {
    expect(between('prose\n', 'b', 'new')).toBe(
      'prose\n\n<!-- bench:b -->\n\nnew\n\n<!-- /bench:b -->\n',
    )
  })
})

describe.each([false, true])('the groups (quick: %s)', (quick) => {
  it.each(Object.entries(groupsOf(quick)))('%s compares only cases that it has', (_, group) => {
    const names = group.cases.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(names).toEqual(expect.arrayContaining(group.goals.flatMap(({ of }) => of)))
  })
})
