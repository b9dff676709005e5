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
    h('ul', { class: 'findings' }, ...some.map((finding) => entry(finding, texts)))
  return h(
    'div',
    {},
    h('p', { class: ok ? 'is-fine' : 'is-wrong' }, ok ? settingsForm.good : settingsForm.bad),
    other.length > 0 && listOf(other),
    h('details', {}, h('summary', {}, settingsForm.tried(good.length)), listOf(good)),
  )
}

function entry(finding: Finding, texts: Texts): HTMLElement {
  const { what, ok, code, found, missing } = finding
  const words = texts.settingsForm
  const isFine = code === 'fine'
  return h(
    'li',
    {},
    h('span', { class: ok ? 'is-fine' : 'is-wrong' }, icon(ok ? 'done' : 'failed')),
    h('span', { class: 'visually-hidden' }, ok ? words.ok : words.notOk),
    h(
      'div',
      {},
      h('p', {}, h('strong', {}, words.what(what)), !isFine && ` ${remedyOf(finding, texts)}`),
      missing !== undefined && h('p', {}, h('code', {}, missing)),
      // In the words of the library and of OSS, for whoever is asked for help.
      !isFine && h('p', { class: 'hint' }, found),
    ),
  )
}

/** What to do about it; `missing` is named after it, where something is. */
function remedyOf({ code }: Finding, { remedies, failures }: Texts): string {
  if (code === 'clock') return remedies.clock
  const reason = reasonOfCode(code)
  if (reason === 'other') return ''
  if (reason === 'network' || reason === 'hidden' || reason === 'denied') return remedies[reason]
  return failures[reason].advice
}
