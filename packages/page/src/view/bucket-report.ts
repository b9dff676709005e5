import type { BucketReport } from 'oss-multipart'
import type { Failure } from '../failure.ts'
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
  const list = h('ul', { class: 'findings' })
  for (const { what, ok, found: said, remedy } of found.findings) {
    const sign = h('span', { class: ok ? 'is-fine' : 'is-wrong' }, icon(ok ? 'done' : 'failed'))
    const meaning = h(
      'span',
      { class: 'visually-hidden' },
      ok ? settingsForm.ok : settingsForm.notOk,
    )
    list.append(
      h(
        'li',
        {},
        sign,
        meaning,
        h(
          'div',
          {},
          h('p', {}, h('strong', {}, what), ` ${said}`),
          remedy !== undefined && h('p', { class: 'remedy' }, remedy),
        ),
      ),
    )
  }
  const summary = found.ok ? settingsForm.good : settingsForm.bad
  return h('div', {}, h('p', { class: found.ok ? 'is-fine' : 'is-wrong' }, summary), list)
}
