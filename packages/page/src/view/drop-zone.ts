import { droppedFiles } from '../device/dropped-files.ts'
import { pickFiles, takeFiles } from '../device/pick-files.ts'
import type { InputFile } from '../uploads/input-file.ts'
import type { Speech } from './context.ts'
import { h, setText } from './element.ts'
import { icon } from './icon.ts'

/** Where files come in: the whole page takes a drop, and the button asks for files. */
export interface DropZone {
  readonly element: HTMLElement
  /** It is large as long as there is nothing else to see. */
  update(isEmpty: boolean): void
  /** Says something to whoever has just dropped or picked; nothing takes it away. */
  say(text: string): void
  /** To be called when it leaves the page. */
  close(): void
}

export function createDropZone(
  { texts }: Speech,
  { add }: { add: (files: readonly InputFile[]) => void },
): DropZone {
  const { drop } = texts
  const invitation = h('p', { class: 'drop-invite' })
  const pick = h('button', { type: 'button', class: 'button primary', id: 'pick' }, drop.pick)
  const input = h('input', { type: 'file', multiple: true, class: 'visually-hidden', id: 'file' })
  // The button does the same, and has a name.
  input.tabIndex = -1
  input.setAttribute('aria-hidden', 'true')
  const notice = h('p', { class: 'notice', role: 'status' })
  const element = h(
    'section',
    { class: 'drop-zone' },
    icon('upload'),
    h('div', { class: 'drop-text' }, invitation, pick),
    h('p', { class: 'promise' }, drop.promise),
    input,
    notice,
  )
  pick.addEventListener('click', async () => add(await pickFiles(input)))
  input.addEventListener('change', () => add(takeFiles(input)))

  const gone = new AbortController()
  const listen = (
    type: 'dragenter' | 'dragover' | 'dragleave' | 'drop',
    on: (event: DragEvent) => void,
  ) => window.addEventListener(type, on, { signal: gone.signal })
  /** How many elements the files are over: each that is entered is left again. */
  let depth = 0
  const isOver = (next: number) => {
    depth = Math.max(0, next)
    document.body.classList.toggle('is-dropping', depth > 0)
  }
  listen('dragenter', (event) => {
    if (holdsFiles(event)) isOver(depth + 1)
  })
  listen('dragleave', (event) => {
    if (holdsFiles(event)) isOver(depth - 1)
  })
  listen('dragover', (event) => {
    // Else the browser opens the file in the place of the page.
    if (holdsFiles(event)) event.preventDefault()
  })
  listen('drop', async (event) => {
    if (event.dataTransfer === null || !holdsFiles(event)) return
    event.preventDefault()
    isOver(0)
    const files = await droppedFiles(event.dataTransfer)
    if (files.length === 0) setText(notice, drop.nothing)
    else add(files)
  })

  return {
    element,
    update(isEmpty) {
      element.classList.toggle('is-empty', isEmpty)
      setText(invitation, isEmpty ? drop.invite : drop.more)
    },
    say: (text) => setText(notice, text),
    close: () => gone.abort(),
  }
}

function holdsFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') ?? false
}
