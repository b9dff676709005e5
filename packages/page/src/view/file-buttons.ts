import type { Item } from '../uploads/state.ts'
import type { FileActions, Speech } from './context.ts'
import { h, setAttribute } from './element.ts'
import { type IconName, icon } from './icon.ts'

/** The two buttons of a file. They stay where they are and change what they say, so that focus is kept. */
export interface FileButtons {
  readonly element: HTMLDivElement
  update(item: Item): void
}

/** What the first button does in each phase; nothing where there is nothing to do. */
const FIRST: Readonly<Partial<Record<Item['phase'], 'pause' | 'resume' | 'retry'>>> = {
  waiting: 'pause',
  uploading: 'pause',
  paused: 'resume',
  failed: 'retry',
}

export function fileButtons(
  { id, name }: Item,
  { texts }: Speech,
  actions: FileActions,
): FileButtons {
  const first = h('button', { type: 'button', class: 'icon-button' })
  const last = h('button', { type: 'button', class: 'icon-button' })
  let does: 'pause' | 'resume' | 'retry' | undefined
  first.addEventListener('click', () => {
    if (does === 'pause') actions.pause(id)
    else if (does !== undefined) actions.resume(id)
  })
  last.addEventListener('click', () => actions.cancel(id))

  function say(button: HTMLButtonElement, shown: IconName, text: string): void {
    button.replaceChildren(icon(shown))
    setAttribute(button, 'aria-label', texts.named(text, name))
    setAttribute(button, 'title', text)
  }

  return {
    element: h('div', { class: 'file-buttons' }, first, last),
    update({ phase }) {
      does = FIRST[phase]
      first.classList.toggle('is-nothing', does === undefined)
      // Not `disabled`: that would take the focus away from whoever has just pressed it.
      setAttribute(first, 'aria-disabled', String(does === undefined))
      first.tabIndex = does === undefined ? -1 : 0
      if (does !== undefined) say(first, does, texts[does])
      say(last, 'close', phase === 'done' ? texts.remove : texts.cancel)
    },
  }
}
