import { formatShare } from '../texts/format.ts'
import { isRunning, type State, totalsOf } from '../uploads/state.ts'
import type { Speech } from './context.ts'

/** `43% · Upload`: seen in the list of tabs. */
export function windowTitle(state: State, { texts, locale }: Speech): string {
  if (!state.items.some(isRunning)) return texts.title
  const { sent, size } = totalsOf(state)
  return `${formatShare(size > 0 ? sent / size : 0, locale)} · ${texts.title}`
}
