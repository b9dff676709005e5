import { formatShare } from './texts/format.ts'
import { type Language, LOCALES, TEXTS } from './texts/texts.ts'
import { connect } from './uploads/connect.ts'
import { explainFailure } from './uploads/failure.ts'
import type { InputFile } from './uploads/input-file.ts'
import type { Session } from './uploads/session.ts'
import { NO_KEYS, servedSettings, storeSettings } from './uploads/settings.ts'
import { isRunning, type State, totalsOf, type Unfinished } from './uploads/state.ts'
import type { Store } from './uploads/store.ts'
import { downloadLink } from './uploads/stored-object.ts'
import type { UnfinishedUploads } from './uploads/unfinished.ts'
import type { UploadQueue } from './uploads/upload-queue.ts'
import { announcements } from './view/announcements.ts'
import { createAnnouncer } from './view/announcer.ts'
import type { FileActions, Speech } from './view/context.ts'
import { createDropZone } from './view/drop-zone.ts'
import { h, setText } from './view/element.ts'
import { createFileList } from './view/file-list.ts'
import { createHeader } from './view/header.ts'
import { createSettingsDialog } from './view/settings-dialog.ts'
import { createTotalsBar } from './view/totals-bar.ts'
import { createUnfinishedList } from './view/unfinished-list.ts'

export interface AppParts {
  readonly session: Session
  readonly store: Store
  readonly queue: UploadQueue
  readonly unfinished: UnfinishedUploads
  readonly switchLanguage: () => void
}

/** The page in one language. */
export interface App {
  readonly element: HTMLElement
  update(state: State): void
  close(): void
}

export function createApp(language: Language, parts: AppParts): App {
  const { session, store, queue, unfinished } = parts
  const speech: Speech = { texts: TEXTS[language], locale: LOCALES[language] }
  const { texts } = speech
  const announcer = createAnnouncer()
  let shown = store.state

  const settings = createSettingsDialog(speech, {
    save(next, keys) {
      storeSettings(next)
      session.use(next, keys)
      header.update(next)
      void unfinished.refresh()
    },
    async reset() {
      storeSettings(undefined)
      session.use(await servedSettings(), NO_KEYS)
      header.update(session.settings)
      return session.settings
    },
    check: (next, keys) =>
      // What it warns of is among what it finds.
      connect(next, keys, () => {})
        .then((client) => client.checkBucket({ prefix: next.prefix }))
        .catch(explainFailure),
  })
  const header = createHeader(speech, {
    openSettings: () => settings.open(session.settings),
    switchLanguage: parts.switchLanguage,
  })
  const dropZone = createDropZone(speech, { add })
  const actions: FileActions = {
    pause: queue.pause,
    resume: queue.resume,
    cancel: (id) => void cancel(id),
    link: (name) => session.client().then((client) => downloadLink(client, name)),
    checkBucket: () => settings.openAndCheck(session.settings),
  }
  const list = createFileList(speech, queue.job, actions)
  const totals = createTotalsBar(speech, queue)
  const left = createUnfinishedList(speech, {
    goOn: (upload) => void goOn(upload),
    picked,
    discard: (upload) => void discard(upload),
  })
  const offline = h('p', { class: 'offline', role: 'status' })
  const warning = h('p', { class: 'warning', role: 'status' })

  function add(files: readonly InputFile[]): void {
    if (files.length === 0) return
    if (session.settings === undefined) {
      dropZone.say(texts.drop.setUp)
      settings.open(undefined)
      return
    }
    const { added, known } = queue.add(files)
    dropZone.say(known > 0 ? texts.drop.known(known) : '')
    if (added > 0) announcer.say(texts.say.added(added))
    void unfinished.refresh()
  }
  async function cancel(id: number): Promise<void> {
    const item = store.state.items.find((one) => one.id === id)
    if (item === undefined) return
    await queue.cancel(id).then(
      () => item.phase !== 'done' && announcer.say(texts.say.cancelled(item.name)),
      () => dropZone.say(texts.say.notDropped(item.name)),
    )
    await unfinished.refresh()
  }
  async function goOn(upload: Unfinished): Promise<void> {
    try {
      start(upload, await unfinished.reopen(upload.key))
    } catch {
      dropZone.say(texts.unfinished.notAllowed(upload.name))
    }
  }
  function picked(upload: Unfinished, file: InputFile): void {
    const wanted = upload.name.slice(upload.name.lastIndexOf('/') + 1)
    const isIt = file.file.name === wanted && file.file.size === upload.size
    if (isIt) start(upload, file)
    else dropZone.say(texts.unfinished.wrong(file.file.name, wanted))
  }
  function start(upload: Unfinished, file: InputFile): void {
    dropZone.say('')
    queue.goOn(upload.name, file)
    void unfinished.refresh()
  }
  async function discard(upload: Unfinished): Promise<void> {
    await unfinished
      .discard(upload.key)
      .catch(() => dropZone.say(texts.say.notDropped(upload.name)))
  }

  header.update(session.settings)
  return {
    element: h(
      'div',
      { class: 'page' },
      header.element,
      h('main', {}, offline, warning, dropZone.element, left.element, totals.element, list.element),
      h('div', { class: 'drop-cover', 'aria-hidden': 'true' }, texts.drop.release),
      settings.element,
      announcer.element,
    ),
    update(state) {
      dropZone.update(state.items.length === 0)
      left.update(state.unfinished)
      totals.update(state)
      list.update(state.items)
      setText(offline, state.isOffline ? texts.offline : '')
      setText(warning, state.warning && texts.warning(state.warning))
      document.title = titleOf(state, speech)
      for (const text of announcements(shown, state, texts)) announcer.say(text)
      shown = state
    },
    close() {
      dropZone.close()
      list.update([])
    },
  }
}

/** `43% · Upload`: the tab says it as well. */
function titleOf(state: State, { texts, locale }: Speech): string {
  if (!state.items.some(isRunning)) return texts.title
  const { sent, size } = totalsOf(state)
  return `${formatShare(size > 0 ? sent / size : 0, locale)} · ${texts.title}`
}
