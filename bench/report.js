import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { succeeded } from './goals.js'
import { median } from './statistics.js'

/** @import { Case, GoalResult, Group, Run } from './types.ts' */
/** @typedef {ReturnType<typeof import('./profile.js').profileOf> & { name: string }} Profile */

/** @param {string} congestionControl */
export function describeMachine(congestionControl) {
  const { model = 'unknown' } = cpus()[0] ?? {}
  const paced = congestionControl === 'bbr' ? ' (which paces loopback: speeds mean little)' : ''
  return `Node ${process.versions.node}, ${cpus().length} × ${model}, TCP ${congestionControl}${paced}`
}

/**
 * The tables of one group, as Markdown.
 *
 * @param {Group} group
 * @param {{
 *   goals: readonly GoalResult[],
 *   profiles: readonly Profile[],
 *   runs: ReadonlyMap<string, readonly Run[]>,
 * }} result
 */
export function groupReport({ title, about, cases }, { goals, profiles, runs }) {
  const sections = [`### ${title}`, about, caseTable(cases, runs), goalTable(goals), failures(runs)]
  return [...sections, ...profiles.map(profileReport)].filter(Boolean).join('\n\n')
}

/**
 * Each column gives the text of a case, or '' where it has nothing to say. `ours` are the runs of the
 * first case, round by round.
 *
 * @type {Record<string, (runs: readonly Run[], ours: readonly Run[]) => string>}
 */
const COLUMNS = {
  'MB/s (min–max)': (runs) => range(runs, ({ rate }) => rate, 0),
  'ms (min–max)': (runs) =>
    runs.some(({ bytes }) => bytes > 0) ? '' : range(runs, ({ seconds }) => seconds * 1000, 1),
  'CPU-s/GiB': (runs) => figure(runs, ({ cpuPerGiB }) => cpuPerGiB, 2),
  'CPU-µs a part': (runs) => figure(runs, ({ cpu, attempts }) => (cpu / attempts) * 1e6, 0),
  'peak MiB': (runs) => figure(runs, ({ rssMiB }) => rssMiB, 0),
  modules: (runs) => figure(runs, ({ modules = Number.NaN }) => modules, 0),
  'ours ÷ this: speed': (runs, ours) => ratio(runs, ours, (run, own) => own.rate / run.rate),
  'ours ÷ this: CPU': (runs, ours) =>
    ratio(runs, ours, (run, own) => own.cpuPerGiB / run.cpuPerGiB),
  'far end CPU-s/GiB': (runs) => figure(runs, ({ sinkCpuPerGiB }) => sinkCpuPerGiB, 2),
  'far end peak MiB': (runs) => figure(runs, ({ farEndRssMiB = Number.NaN }) => farEndRssMiB, 0),
  connections: (runs) =>
    figure(runs, ({ connections, bytes }) => (bytes > 0 ? connections : Number.NaN), 0),
  'part requests': (runs) =>
    figure(runs, ({ attempts, bytes }) => (bytes > 0 ? attempts : Number.NaN), 0),
}

/**
 * @param {readonly Case[]} cases
 * @param {ReadonlyMap<string, readonly Run[]>} runs
 */
function caseTable(cases, runs) {
  const of = (/** @type {string | undefined} */ name) => runs.get(name ?? '') ?? []
  const ours = of(cases[0]?.name)
  const measured = cases.filter(({ name }) => runs.has(name))
  const columns = Object.entries(COLUMNS)
    .map(([head, text]) => [head, ...measured.map(({ name }) => text(of(name), ours))])
    .filter(([, ...cells]) => cells.some((cell) => cell !== ''))
  const names = ['case', ...measured.map(({ name }) => name)]
  const rows = names.map((name, row) => [name, ...columns.map((column) => column[row] ?? '')])
  return table(rows)
}

/** @param {ReadonlyMap<string, readonly Run[]>} runs */
function failures(runs) {
  return [...runs]
    .flatMap(([name, all]) => all.map(({ error }) => error && `- ${name} failed: ${error}`))
    .filter(Boolean)
    .join('\n')
}

/** @param {readonly GoalResult[]} goals */
function goalTable(goals) {
  const rows = goals.map(({ says, value, least, most, unit, met }) => {
    const bounds = [least !== undefined && `≥ ${least}`, most !== undefined && `≤ ${most}`]
    const wanted = bounds.filter(Boolean).join(', ')
    const found = value === undefined ? 'not measured' : `${round(value)} ${unit}`.trim()
    return [
      says,
      wanted && `${wanted} ${unit}`.trim(),
      found,
      met === undefined ? '' : met ? 'met' : '**not met**',
    ]
  })
  return table([['goal', 'wanted', 'found', ''], ...rows])
}

/** @param {Profile} profile */
function profileReport({ name, busy, idle, functions }) {
  const rows = functions
    .slice(0, 12)
    .map(({ name, ms, share }) => [`${(share * 100).toFixed(1)} %`, ms.toFixed(0), name])
  const head = `Where the time of “${name}” goes: ${busy.toFixed(0)} ms busy, ${idle.toFixed(0)} ms idle, the start of the process included.`
  return `${head}\n\n${table([['', 'ms', 'function'], ...rows])}`
}

/**
 * Replaces what stands between `<!-- bench:NAME -->` and `<!-- /bench:NAME -->`, or adds it at the end.
 *
 * @param {string} path
 * @param {string} name
 * @param {string} report
 */
export function writeInto(path, name, report) {
  writeFileSync(path, between(readFileSync(path, 'utf8'), name, report))
}

/**
 * @param {string} text
 * @param {string} name
 * @param {string} report
 */
export function between(text, name, report) {
  const [begin, end] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`]
  const block = `${begin}\n\n${report}\n\n${end}`
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from === -1 || to === -1) return `${text.trimEnd()}\n\n${block}\n`
  return text.slice(0, from) + block + text.slice(to + end.length)
}

/**
 * In columns of even width, as the formatter wants Markdown.
 *
 * @param {readonly (readonly string[])[]} rows the first of them is the head
 */
function table(rows) {
  const [head = []] = rows
  const widths = head.map((_, at) => Math.max(3, ...rows.map((cells) => (cells[at] ?? '').length)))
  const line = (/** @type {readonly string[]} */ cells) =>
    `| ${widths.map((width, at) => (cells[at] ?? '').padEnd(width)).join(' | ')} |`
  const rule = line(widths.map((width) => '-'.repeat(width)))
  return [line(head), rule, ...rows.slice(1).map(line)].join('\n')
}

/**
 * @param {readonly Run[]} runs
 * @param {(run: Run) => number} value
 * @param {number} digits
 */
function figure(runs, value, digits) {
  const values = runs.filter(succeeded).map(value).filter(Number.isFinite)
  return values.length === 0 ? '' : median(values).toFixed(digits)
}

/**
 * @param {readonly Run[]} runs
 * @param {(run: Run) => number} value
 * @param {number} digits
 */
function range(runs, value, digits) {
  const values = runs
    .filter(succeeded)
    .map(value)
    .filter((one) => Number.isFinite(one) && one > 0)
  if (values.length === 0) return ''
  const [middle, least, most] = [median(values), Math.min(...values), Math.max(...values)]
  const text = middle.toFixed(digits)
  return values.length === 1 ? text : `${text} (${least.toFixed(digits)}–${most.toFixed(digits)})`
}

/**
 * @param {readonly Run[]} runs
 * @param {readonly Run[]} ours
 * @param {(run: Run, own: Run) => number} value
 */
function ratio(runs, ours, value) {
  const values = runs.flatMap((run, round) => {
    const own = ours[round]
    return own !== undefined && succeeded(run) && succeeded(own) ? [value(run, own)] : []
  })
  const found = values.filter(Number.isFinite)
  return found.length === 0 ? '' : round(median(found))
}

/** @param {number} value */
function round(value) {
  return value >= 10 ? value.toFixed(1) : value.toFixed(2)
}
