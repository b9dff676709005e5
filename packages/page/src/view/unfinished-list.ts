import { pickFiles, takeFiles } from '../device/pick-files.ts'
import { formatBytes, formatDate } from '../texts/format.ts'
import type { InputFile } from '../uploads/input-file.ts'
import type { Unfinished } from '../uploads/state.ts'
import type { Speech } from './context.ts'
import { h } from './element.ts'
import { removeRow } from './remove-row.ts'

export interface UnfinishedActions {
  /** Opens the file again by its handle and goes on. */
  goOn(upload: Unfinished): void
  /** Goes on with a file that was picked; says false when it is another one. */
  picked(upload: Unfinished, file: InputFile): void
  discard(upload: Unfinished): void
}

/** Uploads of earlier visits. */
export interface UnfinishedList {
  readonly element: HTMLElement
  update(unfinished: readonly Unfinished[]): void
}

export function createUnfinishedList(speech: Speech, actions: UnfinishedActions): UnfinishedList {
  const { title, explanation } = speech.texts.unfinished
  const list = h('ul', {})
  const element = h(
    'section',
    { class: 'unfinished', 'aria-label': title },
    h('h2', {}, title),
    h('p', { class: 'hint' }, explanation),
    list,
  )
  let shown: readonly Unfinished[] | undefined
  const rows = new Map<string, HTMLLIElement>()
  return {
    element,
    update(unfinished) {
      if (unfinished === shown) return
      shown = unfinished
      element.hidden = unfinished.length === 0
      const ids = new Set(unfinished.map(idOf))
      for (const [id, row] of rows) {
        if (ids.has(id)) continue
        rows.delete(id)
        removeRow(row, 'button')
      }
      unfinished.forEach((upload, index) => {
        const id = idOf(upload)
        if (rows.has(id)) return
        const row = entry(upload, speech, actions)
        rows.set(id, row)
        list.insertBefore(row, list.children[index] ?? null)
      })
    },
  }
}

/** One that was begun anew is another one. */
function idOf({ key, savedAt }: Unfinished): string {
  return `${savedAt} ${key}`
}

function entry(
  upload: Unfinished,
  { texts, locale }: Speech,
  actions: UnfinishedActions,
): HTMLLIElement {
  const { unfinished, named } = texts
  const { name, size, savedAt, hasHandle } = upload
  const button = (text: string, kind: string, action: () => void) => {
    const attributes = { type: 'button', class: `button small ${kind}` }
    const made = h('button', { ...attributes, 'aria-label': named(text, name) }, text)
    made.addEventListener('click', action)
    return made
  }
  const input = h('input', { type: 'file', class: 'visually-hidden', 'aria-hidden': 'true' })
  input.tabIndex = -1
  const take = ([file]: readonly InputFile[]) => file && actions.picked(upload, file)
  input.addEventListener('change', () => take(takeFiles(input)))
  const again = hasHandle
    ? button(unfinished.goOn, 'primary', () => actions.goOn(upload))
    : button(unfinished.pick, 'primary', async () => take(await pickFiles(input)))
  const when = unfinished.begun(formatDate(savedAt, locale))
  return h(
    'li',
    {},
    h(
      'div',
      {},
      h('span', { class: 'name', dir: 'auto', title: name }, name),
      h('span', { class: 'hint' }, `${formatBytes(size, locale)} · ${when}`),
    ),
    h(
      'div',
      { class: 'unfinished-buttons' },
      again,
      button(unfinished.discard, '', () => actions.discard(upload)),
      input,
    ),
  )
}
