import type { Job } from '../uploads/job.ts'
import type { Item } from '../uploads/state.ts'
import type { FileActions, Speech } from './context.ts'
import { h } from './element.ts'
import { createFileRow, type FileRow } from './file-row.ts'
import { removeRow } from './remove-row.ts'

/** The files, one row each. Rows that are out of sight are not laid out (`content-visibility`). */
export interface FileList {
  readonly element: HTMLElement
  update(items: readonly Item[]): void
}

interface Known {
  item: Item
  readonly row: FileRow
}

export function createFileList(
  speech: Speech,
  jobOf: (id: number) => Job | undefined,
  actions: FileActions,
): FileList {
  const list = h('ul', { class: 'files' })
  const element = h('section', { 'aria-label': speech.texts.list }, list)
  const known = new Map<number, Known>()
  const rows = new Map<Element, FileRow>()
  const sight = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) rows.get(target)?.setVisible(isIntersecting)
    },
    { rootMargin: '200px' },
  )

  function add(item: Item, job: Job): void {
    const row = createFileRow(item, job, speech, actions)
    known.set(item.id, { item, row })
    rows.set(row.element, row)
    list.append(row.element)
    sight.observe(row.element)
  }

  function remove(id: number, { row }: Known): void {
    row.close()
    sight.unobserve(row.element)
    rows.delete(row.element)
    known.delete(id)
    removeRow(row.element, '.file-buttons button:last-child')
  }

  return {
    element,
    update(items) {
      element.hidden = items.length === 0
      const ids = new Set(items.map(({ id }) => id))
      for (const [id, one] of known) if (!ids.has(id)) remove(id, one)
      for (const item of items) {
        const one = known.get(item.id)
        const job = jobOf(item.id)
        if (one === undefined && job !== undefined) add(item, job)
        else if (one !== undefined && one.item !== item) {
          one.item = item
          one.row.update(item)
        }
      }
    },
  }
}
