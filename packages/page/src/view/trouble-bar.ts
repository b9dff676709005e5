import type { State } from '../uploads/state.ts'
import type { Speech } from './context.ts'
import { h, setText } from './element.ts'

/** What is not as it should be, though nothing has failed: no network, or a rule that costs requests. */
export function createTroubleBar({ texts }: Speech): {
  readonly element: HTMLElement
  update(state: State): void
} {
  const offline = h('p', { class: 'offline' })
  const warning = h('p', { class: 'warning' })
  return {
    element: h('div', { class: 'trouble', role: 'status' }, offline, warning),
    update(state) {
      setText(offline, state.isOffline ? texts.offline : '')
      setText(warning, state.warning && texts.warning(state.warning))
    },
  }
}
