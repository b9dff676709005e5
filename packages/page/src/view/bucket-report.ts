import type { BucketReport, Finding } from 'oss-multipart'
import type { Texts } from '../texts/texts.ts'
import type { Failure } from '../uploads/failure.ts'
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
  const good = findings.filter((finding) => finding.ok && finding.remedy === undefined)
  const other = findings.filter((finding) => !good.includes(finding))
  const listOf = (some: readonly Finding[]) =>
    h('ul', { class: 'findings' }, ...some.map((finding) => entry(finding, settingsForm)))
  return h(
    'div',
    {},
    h('p', { class: ok ? 'is-fine' : 'is-wrong' }, ok ? settingsForm.good : settingsForm.bad),
    other.length > 0 && listOf(other),
    h('details', {}, h('summary', {}, settingsForm.tried(good.length)), listOf(good)),
  )
}

function entry({ what, ok, found, remedy }: Finding, words: Texts['settingsForm']): HTMLElement {
  return h(
    'li',
    {},
    h('span', { class: ok ? 'is-fine' : 'is-wrong' }, icon(ok ? 'done' : 'failed')),
    h('span', { class: 'visually-hidden' }, ok ? words.ok : words.notOk),
    h(
      'div',
      {},
      h('p', {}, h('strong', {}, what), ` ${remedy ?? found}`),
      // In the words of OSS, for whoever is asked for help.
      remedy !== undefined && h('p', { class: 'hint' }, found),
    ),
  )
}
