import { describe, expect, it } from 'vitest'
import {
  type Compared,
  catalogueTables,
  comparisonTable,
  gridTable,
  redList,
  type Shown,
} from './tables.ts'

const shown: readonly Shown[] = [
  { row: 'C21', name: 'Complete loses its answer', outcome: 'arrived', file: 'test/a.test.ts' },
  { row: 'C21', name: 'another', outcome: 'arrived', file: 'test/a.test.ts' },
  { row: 'C21', name: 'a third', outcome: 'ORPHAN', red: 'the cure', file: 'test/b.test.ts' },
]

describe('gridTable', () => {
  it('has a column for each request and a line for each trouble', () => {
    const lines = gridTable(shown).split('\n')
    expect(lines[0]).toMatch(/^\| The request … \| Initiate \| .* \| ListParts \|$/)
    expect(lines).toContain('| loses its answer | – | – | – | – | arrived | – |')
  })
})

describe('catalogueTables', () => {
  it('tells of each row how its cases end, and where they are', () => {
    expect(catalogueTables(shown)).toContain(
      '| C21 | the answer to Complete is lost | arrived (2); **ORPHAN** | [a.test.ts](../test/a.test.ts)<br>[b.test.ts](../test/b.test.ts) |',
    )
  })

  it('tells of rows that are proven elsewhere, and of those that are not', () => {
    const tables = catalogueTables([])
    expect(tables).toMatch(
      /\| C58 \| the process is killed \| “[^|]*goes on when it is run again[^|]* \| \[/,
    )
    expect(tables).toContain('not tested: No request asks for it')
  })
})

describe('redList', () => {
  it('says what is missing for each case that is red', () => {
    expect(redList(shown)).toContain('| C21 | a third | ORPHAN | the cure |')
    expect(redList(shown.slice(0, 2))).toBe('Every case is green.')
  })
})

describe('comparisonTable', () => {
  it('counts what is as it should be, and what must not be', () => {
    const of = (client: string, ...outcomes: Compared['outcome'][]): Compared[] =>
      outcomes.map((outcome, index) => ({
        client,
        fault: `fault ${index}`,
        ideal: index === 2 ? 'error' : 'arrived',
        outcome,
      }))
    const lines = comparisonTable([
      ...of('ours', 'arrived', 'arrived', 'resumed'),
      ...of('theirs', 'HANG', 'error', 'FALSE SUCCESS'),
    ]).split('\n')
    expect(lines).toEqual([
      '| fault | ours | theirs |',
      '| --- | --- | --- |',
      '| fault 0 | arrives | **no end** |',
      '| fault 1 | arrives | error |',
      '| fault 2 | error, as it should be | **false success** |',
      '| **as it should be** | **3** | **0** |',
      '| **an honest error** | **0** | **1** |',
      '| **false success** | **0** | **1** |',
      '| **false failure** | **0** | **0** |',
      '| **no end** | **0** | **1** |',
    ])
  })
})
