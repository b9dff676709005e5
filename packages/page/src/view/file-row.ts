import { formatBytes, formatShare } from '../texts/format.ts'
import type { Job } from '../uploads/job.ts'
import type { Item } from '../uploads/state.ts'
import type { FileActions, Speech } from './context.ts'
import { h, setAttribute, setText } from './element.ts'
import { failureNote } from './failure-note.ts'
import { fileButtons } from './file-buttons.ts'
import { createFilePictures } from './file-pictures.ts'
import { type IconName, icon } from './icon.ts'
import { resultNote } from './result-note.ts'
import { shareOf, statusText } from './status-text.ts'

/** One file in the list. */
export interface FileRow {
  readonly element: HTMLLIElement
  update(item: Item): void
  setVisible(isVisible: boolean): void
  /** To be called when the file leaves the list. */
  close(): void
}

const ICONS: Readonly<Record<Item['phase'], IconName>> = {
  waiting: 'waiting',
  uploading: 'upload',
  completing: 'upload',
  pausing: 'pause',
  paused: 'pause',
  failed: 'failed',
  cancelling: 'close',
  done: 'done',
}

export function createFileRow(
  first: Item,
  job: Job,
  speech: Speech,
  actions: FileActions,
): FileRow {
  const { texts, locale } = speech
  const badge = h('span', { class: 'badge' })
  const name = h('span', { class: 'name', dir: 'auto', title: first.name }, first.name)
  const size = h('span', { class: 'size' }, formatBytes(first.size, locale))
  const buttons = fileButtons(first, speech, actions)
  const pictures = createFilePictures(job, speech)
  const status = h('span', { class: 'status' })
  const line = h('div', { class: 'file-line' }, status, pictures.chart)
  const range = { 'aria-valuemin': 0, 'aria-valuemax': 100 }
  const bar = h('div', { class: 'bar', role: 'progressbar', 'aria-label': first.name, ...range })
  const note = h('div', { class: 'note' })
  const title = h('div', { class: 'file-title' }, name, size)
  const element = h('li', { class: 'file' }, badge, title, buttons.element)
  element.append(line, bar, pictures.parts, note)
  let item = first
  let isVisible = false

  function showPhase(): void {
    setAttribute(element, 'data-phase', item.phase)
    badge.replaceChildren(icon(ICONS[item.phase]))
    buttons.update(item)
    note.replaceChildren(...noteOf(item, speech, actions))
  }
  function update(next: Item): void {
    const isNew = next.phase !== item.phase || next === first
    item = next
    if (isNew) showPhase()
    const share = shareOf(item)
    setText(status, statusText(item, speech))
    bar.style.setProperty('--share', share.toFixed(4))
    setAttribute(bar, 'aria-valuenow', String(Math.floor(share * 100)))
    const spoken = `${formatShare(share, locale)}, ${texts.phases[item.phase]}`
    setAttribute(bar, 'aria-valuetext', spoken)
    pictures.update(item, isVisible)
  }

  update(first)
  return {
    element,
    update,
    setVisible(next) {
      isVisible = next
      pictures.update(item, isVisible)
    },
    close: pictures.close,
  }
}

function noteOf(item: Item, speech: Speech, actions: FileActions): readonly HTMLElement[] {
  if (item.phase === 'failed' && item.failure !== undefined) {
    return [failureNote(item.failure, speech, actions.checkBucket)]
  }
  if (item.phase === 'done' && item.stored !== undefined) {
    return [resultNote(item, item.stored, speech, actions)]
  }
  return []
}
