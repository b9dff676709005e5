import { CATALOGUE, type CatalogueRow } from '../faults/catalogue.ts'
import { AIM_NAMES, TROUBLE_NAMES } from '../faults/every-request.ts'
import type { Outcome } from '../faults/judge.ts'
import { proofsOf } from '../faults/proofs.ts'

/** What a case of the matrix has shown. */
export interface Shown {
  readonly row: string
  readonly name: string
  readonly outcome: string
  readonly red?: string | undefined
  /** The file of the test, from the root of the repository. */
  readonly file: string
}

/** What a client has made of one of the thirty. */
export interface Compared {
  readonly client: string
  readonly fault: string
  readonly ideal: string
  readonly outcome: Outcome
}

/** Every trouble of the network with every request. */
export function gridTable(shown: readonly Shown[]): string {
  const outcomes = new Map(shown.map((one) => [one.name, outcomeOf(one)]))
  return table(
    ['The request …', ...AIM_NAMES.map(capital)],
    TROUBLE_NAMES.map((trouble) => [
      trouble,
      ...AIM_NAMES.map((aim) => outcomes.get(`${aim} ${trouble}`) ?? '–'),
    ]),
  )
}

/** Each row of the catalogue: what happens, and where it is tested. */
export function catalogueTables(shown: readonly Shown[]): string {
  return Object.entries(CATALOGUE)
    .map(([group, rows]) => {
      const lines = Object.entries(rows).map(([number, row]) => {
        const cases = shown.filter((one) => one.row === number)
        return [number, row.fault, whatHappens(cases, row), filesOf(cases, row).join('<br>')]
      })
      return `### ${group}\n\n${table(['row', 'fault', 'what happens', 'tested in'], lines)}`
    })
    .join('\n\n')
}

/** The cases that are known to be red, and why. */
export function redList(shown: readonly Shown[]): string {
  const red = shown.filter((one) => one.red !== undefined)
  if (red.length === 0) return 'Every case is green.'
  const lines = red.map(({ row, name, outcome, red }) => [row, name, outcome, red ?? ''])
  return table(['row', 'case', 'today', 'what is missing'], lines)
}

/** How the clients end, fault by fault, and in sum. */
export function comparisonTable(compared: readonly Compared[]): string {
  const clients = [...new Set(compared.map(({ client }) => client))]
  const faults = [...new Set(compared.map(({ fault }) => fault))]
  const of = (client: string, fault: string) =>
    compared.find((one) => one.client === client && one.fault === fault)
  const lines = faults.map((fault) => [
    fault,
    ...clients.map((client) => ending(of(client, fault))),
  ])
  const sums = SUMS.map(([name, counts]) => [
    `**${name}**`,
    ...clients.map((client) => {
      const own = compared.filter((one) => one.client === client)
      return `**${own.filter(counts).length}**`
    }),
  ])
  return table(['fault', ...clients], [...lines, ...sums])
}

const SUMS: readonly [string, (one: Compared) => boolean][] = [
  ['as it should be', isIdeal],
  ['an honest error', (one) => !isIdeal(one) && /^(error|resumed)$/.test(one.outcome)],
  ['false success', ({ outcome }) => outcome === 'FALSE SUCCESS'],
  ['false failure', ({ outcome }) => outcome === 'FALSE FAILURE'],
  ['no end', ({ outcome }) => outcome === 'HANG'],
]

function isIdeal({ ideal, outcome }: Compared): boolean {
  if (ideal === 'error') return outcome === 'error' || outcome === 'resumed'
  return outcome === 'arrived' || outcome === 'ORPHAN'
}

function ending(one: Compared | undefined): string {
  if (one === undefined) return ''
  switch (one.outcome) {
    case 'arrived':
      return 'arrives'
    case 'ORPHAN':
      return 'arrives, and leaves an upload behind'
    case 'resumed':
      return one.ideal === 'error' ? 'error, as it should be' : 'error; a resume arrives'
    case 'error':
      return one.ideal === 'error' ? 'error, as it should be' : 'error'
    case 'RAN ON':
      return 'runs on after its end'
    case 'NO FAULT':
      return 'does not occur'
    case 'HANG':
      return '**no end**'
    default:
      return `**${one.outcome.toLowerCase()}**`
  }
}

function whatHappens(cases: readonly Shown[], { proven, open }: CatalogueRow): string {
  const counts = new Map<string, number>()
  for (const one of cases) counts.set(outcomeOf(one), (counts.get(outcomeOf(one)) ?? 0) + 1)
  const seen = [...counts].map(([outcome, count]) =>
    count > 1 ? `${outcome} (${count})` : outcome,
  )
  const elsewhere = proven?.map((title) => `“${title.replaceAll('|', '\\|')}”`) ?? []
  return [...seen, ...elsewhere, ...(open === undefined ? [] : [`not tested: ${open}`])].join('; ')
}

function filesOf(cases: readonly Shown[], { proven = [] }: CatalogueRow): string[] {
  const files = [...cases.map(({ file }) => file), ...proven.flatMap(proofsOf)]
  return [...new Set(files)].map((file) => `[${nameOf(file)}](../${file})`)
}

function nameOf(file: string): string {
  return file.replace(/^.*\//, '')
}

function outcomeOf({ outcome, red }: Shown): string {
  return red === undefined ? outcome : `**${outcome}**`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const rule = head.map(() => '---')
  const rows = [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`)
  // What looks like HTML would not be shown.
  return rows.join('\n').replaceAll(/<(?!br>)/g, '\\<')
}
