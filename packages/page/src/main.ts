import './style/tokens.css'
import './style/page.css'
import './style/controls.css'
import './style/files.css'
import { type App, createApp } from './app.ts'
import { createKeepAwake } from './device/keep-awake.ts'
import { type Language, LOCALES, storeLanguage, usualLanguage } from './texts/texts.ts'
import { openSession } from './uploads/session.ts'
import { EMPTY, isRunning } from './uploads/state.ts'
import { createStore } from './uploads/store.ts'
import { createUnfinished } from './uploads/unfinished.ts'
import { UploadQueue } from './uploads/upload-queue.ts'

const store = createStore({ ...EMPTY, isOffline: !navigator.onLine })
const session = await openSession(({ message }) =>
  store.change((state) => ({ ...state, warning: message })),
)
const { checkpoints, client } = session
const bucket = () => session.settings?.bucket ?? ''
const queue = new UploadQueue({
  store,
  checkpoints,
  client,
  bucket,
  prefix: () => session.settings?.prefix ?? '',
  partSize: () => session.settings?.partSize || undefined,
})
const unfinished = createUnfinished({ store, checkpoints, client, bucket })

let language: Language = usualLanguage()
let app: App | undefined

/** The page is made anew in the other language; the uploads do not notice. */
function show(next: Language): void {
  language = next
  document.documentElement.lang = LOCALES[next]
  app?.close()
  app = createApp(next, { session, store, queue, unfinished, switchLanguage })
  document.querySelector('#app')?.replaceChildren(app.element)
  app.update(store.state)
}

function switchLanguage(): void {
  show(language === 'en' ? 'zh' : 'en')
  storeLanguage(language)
  document.querySelector<HTMLElement>('#language')?.focus()
}

show(language)
const keepAwake = createKeepAwake()
store.subscribe((state) => {
  app?.update(state)
  keepAwake(state.items.some(isRunning))
})
for (const type of ['online', 'offline']) {
  window.addEventListener(type, () =>
    store.change((state) => ({ ...state, isOffline: !navigator.onLine })),
  )
}
document.addEventListener('visibilitychange', () => {
  // Another tab may have left something, or taken it up.
  if (!document.hidden) void unfinished.refresh()
})
window.addEventListener('beforeunload', (event) => {
  // It could be gone on with later, but nobody wants to close it by mistake.
  if (store.state.items.some(isRunning)) event.preventDefault()
})
await unfinished.refresh()
