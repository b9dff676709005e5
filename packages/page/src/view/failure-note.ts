import { type Failure, isOfBucket } from '../uploads/failure.ts'
import type { Speech } from './context.ts'
import { copyButton } from './copy-button.ts'
import { h } from './element.ts'

/** What went wrong, what to do about it, and what to tell whoever is asked for help. */
export function failureNote(
  failure: Failure,
  speech: Speech,
  checkBucket: () => void,
): HTMLDivElement {
  const { failures, failure: words } = speech.texts
  const { title, advice } = failures[failure.reason]
  const note = h(
    'div',
    { class: 'failure' },
    h('p', { class: 'failure-title' }, title),
    h('p', {}, advice),
  )
  if (failure.requestId !== undefined) {
    note.append(
      h(
        'p',
        { class: 'failure-id' },
        `${words.requestId}: `,
        h('code', {}, failure.requestId),
        ' ',
        copyButton(failure.requestId, words.requestId, speech),
      ),
    )
  }
  const code = failure.code ? `${failure.code}: ` : ''
  note.append(
    h('details', {}, h('summary', {}, words.details), h('p', {}, `${code}${failure.message}`)),
  )
  if (isOfBucket(failure)) {
    const button = h('button', { type: 'button', class: 'button small' }, words.check)
    button.addEventListener('click', checkBucket)
    note.append(button)
  }
  return note
}
