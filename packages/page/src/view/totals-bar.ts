import { formatBytes, formatTimeLeft, timeLeft } from '../texts/format.ts'
import { type State, totalsOf } from '../uploads/state.ts'
import type { Speech } from './context.ts'
import { h, setText } from './element.ts'

export interface TotalsBar {
  readonly element: HTMLElement
  update(state: State): void
}

export interface TotalsActions {
  pauseAll(): void
  resumeAll(): void
  retryFailed(): void
  clearDone(): void
}

/** All files together: how far, how fast, how long, and what can be done to all of them. */
export function createTotalsBar({ texts, locale }: Speech, actions: TotalsActions): TotalsBar {
  const summary = h('p', { class: 'totals-summary' })
  const rate = h('p', { class: 'totals-rate' })
  const button = (text: string, action: () => void) => {
    const made = h('button', { type: 'button', class: 'button small' }, text)
    made.addEventListener('click', action)
    return made
  }
  const pauseAll = button(texts.totals.pauseAll, () => actions.pauseAll())
  const resumeAll = button(texts.totals.resumeAll, () => actions.resumeAll())
  const retryFailed = button(texts.totals.retryFailed, () => actions.retryFailed())
  const clearDone = button(texts.totals.clearDone, () => actions.clearDone())
  const element = h(
    'div',
    { class: 'totals' },
    h('div', {}, summary, rate),
    h('div', { class: 'totals-buttons' }, pauseAll, resumeAll, retryFailed, clearDone),
  )
  return {
    element,
    update(state) {
      const { files, done, failed, paused, open, size, sent, ...now } = totalsOf(state)
      element.hidden = files === 0
      const problems = failed > 0 ? ` · ${texts.totals.failed(failed)}` : ''
      setText(summary, texts.totals.summary(done, files) + problems)
      const { bytesPerSecond } = now
      const left = open > 0 ? timeLeft(now.left, bytesPerSecond) : undefined
      const said = [
        texts.of(formatBytes(sent, locale), formatBytes(size, locale)),
        bytesPerSecond > 0 && texts.speed(formatBytes(bytesPerSecond, locale)),
        left !== undefined && texts.left(formatTimeLeft(left, locale)),
      ]
      setText(rate, said.filter((text) => text !== false).join(' · '))
      pauseAll.hidden = open === 0
      resumeAll.hidden = paused === 0
      retryFailed.hidden = failed === 0
      clearDone.hidden = done === 0
    },
  }
}
