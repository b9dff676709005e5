import { median } from './statistics.js'

/** @import { Goal, GoalResult, Run } from './types.ts' */

/**
 * The goal's figure is taken in each round by itself, where all cases saw the same machine; the median
 * of the rounds counts.
 *
 * @param {Goal} goal
 * @param {ReadonlyMap<string, readonly (Run | undefined)[]>} runs by name of the case; one a round
 * @returns {GoalResult}
 */
export function judge({ says, of, value, least, most, unit = '×' }, runs) {
  const columns = of.map((name) => runs.get(name) ?? [])
  const rounds = Math.max(...columns.map((column) => column.length))
  const values = []
  for (let round = 0; round < rounds; round++) {
    const row = columns.map((column) => column[round]).filter(succeeded)
    if (row.length === of.length) values.push(value(...row))
  }
  const found = values.length === 0 ? undefined : median(values)
  return { says, value: found, least, most, unit, met: isMet(found, { least, most }) }
}

/**
 * @param {Run | undefined} run
 * @returns {run is Run}
 */
export function succeeded(run) {
  return run !== undefined && run.error === undefined
}

/**
 * @param {number | undefined} value
 * @param {Pick<Goal, 'least' | 'most'>} goal
 */
function isMet(value, { least, most }) {
  if (value === undefined || (least === undefined && most === undefined)) return undefined
  return value >= (least ?? value) && value <= (most ?? value)
}
