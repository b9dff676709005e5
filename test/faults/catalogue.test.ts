import { describe, expect, it } from 'vitest'
import { ANSWERS } from './answers.ts'
import { CATALOGUE, type CatalogueRow } from './catalogue.ts'
import { CONNECT } from './connect.ts'
import { EVERY_REQUEST } from './every-request.ts'
import { LISTINGS } from './listings.ts'
import { proofsOf } from './proofs.ts'
import { REFUSALS } from './refusals.ts'
import { REQUEST_BODY } from './request-body.ts'
import { SOURCE } from './source.ts'
import { THIRTY_CASES } from './thirty.ts'

const CASES = [
  ...EVERY_REQUEST,
  ...CONNECT,
  ...REQUEST_BODY,
  ...ANSWERS,
  ...REFUSALS,
  ...LISTINGS,
  ...SOURCE,
  ...THIRTY_CASES,
]
const rows = new Map(Object.values(CATALOGUE).flatMap((group) => Object.entries(group)))

describe.each([...rows])('%s', (number, { fault, proven, open }: CatalogueRow) => {
  it(`(${fault}) has a test, or a reason for having none`, () => {
    const cases = CASES.filter(({ row }) => row === number)
    expect(cases.length + (proven?.length ?? 0) > 0).toBe(open === undefined)
  })

  it.each(proven ?? [])('is proven by a test that is there: %s', (title) => {
    expect(proofsOf(title)).not.toEqual([])
  })
})

describe('CATALOGUE', () => {
  it('has every row that a case is of', () => {
    expect(CASES.map(({ row }) => row).filter((row) => !rows.has(row))).toEqual([])
  })

  it('has the rows C01 to C88 but for those that were merged into others', () => {
    const merged = ['C09', 'C25', 'C31', 'C44', 'C45', 'C66']
    const all = Array.from({ length: 88 }, (_, index) => `C${String(index + 1).padStart(2, '0')}`)
    expect([...rows.keys()]).toEqual(all.filter((number) => !merged.includes(number)))
  })

  it('has no two cases of one name', () => {
    const ours = CASES.filter((each) => !THIRTY_CASES.includes(each))
    const names = ours.map(({ row, name }) => `${row}: ${name}`)
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })
})
