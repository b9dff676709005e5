import type { BucketReport, Finding } from 'oss-multipart'
import type { Texts } from '../texts/texts.ts'
import { type Failure, reasonOfCode } from '../uploads/failure.ts'
import type { Speech } from './context.ts'
import { h } from './element.ts'
import { icon } from './icon.ts'

/** What was found when each call that an upload makes was tried, and what to do about what is wrong. */
export function bucketReport(found: BucketReport | Failure, { texts }: Speech): HTMLElement {
  const { settingsForm, failures } = texts
  if (!('findings' in found)) {
    const { title, advice } = failures[found.reason]
    return h(
      'div',
      {},
      h('p', { class: 'is-wrong' }, title),
      h('p', {}, advice),
      h('p', { class: 'hint' }, found.message),
    )
  }
  const { ok, findings } = found
  // A wrong clock stops nothing, but is worth telling.
  const good = findings.filter(({ code }) => code === 'fine')
  const other = findings.filter(({ code }) => code !== 'fine')
  const listOf = (some: readonly Finding[]) =>
    h('ul', { class: 'findings' }, ...together(some).map((group) => entry(group, texts)))
  return h(
    'div',
    {},
    h('p', { class: ok ? 'is-fine' : 'is-wrong' }, ok ? settingsForm.good : settingsForm.bad),
    other.length > 0 && listOf(other),
    h('details', {}, h('summary', {}, settingsForm.tried(good.length)), listOf(good)),
  )
}

/** Those that ask for the same rule or right are one. */
function together(findings: readonly Finding[]): readonly Group[] {
  const groups = new Map<string, [Finding, ...Finding[]]>()
  for (const finding of findings) {
    const id = finding.missing ?? finding.what
    const group = groups.get(id)
    if (group === undefined) groups.set(id, [finding])
    else group.push(finding)
  }
  return [...groups.values()]
}

type Group = readonly [Finding, ...Finding[]]

function entry(group: Group, texts: Texts): HTMLElement {
  const [{ ok, code, found, missing }] = group
  const words = texts.settingsForm
  const what = group.map((one) => words.what(one.what)).join(', ')
  const isOfOss = code !== 'fine' && code !== 'hidden'
  return h(
    'li',
    {},
    h('span', { class: ok ? 'is-fine' : 'is-wrong' }, icon(ok ? 'done' : 'failed')),
    h('span', { class: 'visually-hidden' }, ok ? words.ok : words.notOk),
    h(
      'div',
      {},
      h('p', {}, h('strong', {}, what), ` ${remedyOf(code, texts)}`),
      missing !== undefined && h('p', {}, h('code', {}, missing)),
      // In the words of the library and of OSS, for whoever is asked for help.
      isOfOss && h('p', { class: 'hint' }, found),
    ),
  )
}

/** What to do about it; what is missing is named after it. */
function remedyOf(code: string, { remedies, failures }: Texts): string {
  if (code === 'clock') return remedies.clock
  const reason = reasonOfCode(code)
  if (reason === 'other') return ''
  if (reason === 'network' || reason === 'hidden' || reason === 'denied') return remedies[reason]
  return failures[reason].advice
}
