import { createCommands } from './commands.ts'
import { settingsActions } from './settings-actions.ts'
import { type Language, LOCALES, TEXTS } from './texts/texts.ts'
import type { Session } from './uploads/session.ts'
import type { State } from './uploads/state.ts'
import type { Store } from './uploads/store.ts'
import { downloadLink } from './uploads/stored-object.ts'
import type { UnfinishedUploads } from './uploads/unfinished.ts'
import type { UploadQueue } from './uploads/upload-queue.ts'
import { announcements } from './view/announcements.ts'
import { createAnnouncer } from './view/announcer.ts'
import type { FileActions, Speech } from './view/context.ts'
import { createDropZone } from './view/drop-zone.ts'
import { h } from './view/element.ts'
import { createFileList } from './view/file-list.ts'
import { createHeader } from './view/header.ts'
import { createSettingsDialog } from './view/settings-dialog.ts'
import { createTotalsBar } from './view/totals-bar.ts'
import { createTroubleBar } from './view/trouble-bar.ts'
import { createUnfinishedList } from './view/unfinished-list.ts'
import { windowTitle } from './view/window-title.ts'

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
  const { session, store, queue, unfinished, switchLanguage } = parts
  const speech: Speech = { texts: TEXTS[language], locale: LOCALES[language] }
  const { texts } = speech
  const announcer = createAnnouncer()
  const settings = createSettingsDialog(
    speech,
    settingsActions(session, () => {
      header.update(session.settings)
      commands.bucketChanged()
    }),
  )
  const header = createHeader(speech, {
    openSettings: () => settings.open(session.settings),
    switchLanguage,
  })
  const commands = createCommands({
    ...{ session, queue, unfinished, texts },
    say: (text) => dropZone.say(text),
    announce: announcer.say,
    askForBucket: () => settings.open(undefined),
  })
  const actions: FileActions = {
    pause: (id) => queue.pause(id),
    resume: (id) => queue.resume(id),
    cancel: commands.cancel,
    link: async (name, bucket) => downloadLink(await session.client(bucket), name),
    checkBucket: () => settings.openAndCheck(session.settings),
  }
  const trouble = createTroubleBar(speech)
  const dropZone = createDropZone(speech, commands)
  const left = createUnfinishedList(speech, commands)
  const totals = createTotalsBar(speech, queue)
  const list = createFileList(speech, (id) => queue.job(id), actions)
  let shown = store.state

  header.update(session.settings)
  const main = [trouble, dropZone, left, totals, list].map(({ element }) => element)
  const cover = h('div', { class: 'drop-cover', 'aria-hidden': 'true' }, texts.drop.release)
  const page = h('div', { class: 'page' }, header.element, h('main', {}, ...main))
  page.append(cover, settings.element, announcer.element)
  return {
    element: page,
    update(state) {
      trouble.update(state)
      dropZone.update(state.items.length === 0)
      left.update(state.unfinished)
      totals.update(state)
      list.update(state.items)
      document.title = windowTitle(state, speech)
      for (const text of announcements(shown, state, texts)) announcer.say(text)
      shown = state
    },
    close() {
      dropZone.close()
      list.update([])
    },
  }
}
