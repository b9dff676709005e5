import type { BucketReport } from 'oss-multipart'
import type { Failure } from '../uploads/failure.ts'
import { type Keys, NO_SETTINGS, type Settings } from '../uploads/settings.ts'
import { bucketReport } from './bucket-report.ts'
import type { Speech } from './context.ts'
import { h } from './element.ts'
import { createSettingsForm } from './settings-form.ts'

export interface SettingsActions {
  save(settings: Settings, keys: Keys): void
  /** Forgets what was set here; gives what the server of the page says. */
  reset(): Promise<Settings | undefined>
  check(settings: Settings, keys: Keys): Promise<BucketReport | Failure>
}

export interface SettingsDialog {
  readonly element: HTMLDialogElement
  open(settings: Settings | undefined): void
  /** Opens it and checks the bucket of these settings. */
  openAndCheck(settings: Settings | undefined): void
}

export function createSettingsDialog(speech: Speech, actions: SettingsActions): SettingsDialog {
  const words = speech.texts.settingsForm
  const form = createSettingsForm(speech)
  const report = h('div', { class: 'report', role: 'status' })
  const button = (text: string, kind = '') =>
    h('button', { type: 'button', class: `button ${kind}` }, text)
  const check = button(words.check)
  const reset = button(words.reset, 'plain')
  const close = button(words.close)
  const save = h('button', { type: 'submit', class: 'button primary' }, words.save)
  const inside = h(
    'form',
    { method: 'dialog' },
    h('h2', { id: 'settings-title' }, words.title),
    ...form.elements,
    h('div', { class: 'check' }, check, report),
    h('div', { class: 'dialog-buttons' }, reset, h('span', { class: 'space' }), close, save),
  )
  const element = h('dialog', { 'aria-labelledby': 'settings-title' }, inside)

  async function runCheck(): Promise<void> {
    const settings = form.settings()
    if (settings === undefined || check.getAttribute('aria-disabled') === 'true') return
    check.setAttribute('aria-disabled', 'true')
    report.replaceChildren(h('p', {}, words.checking))
    const found = await actions.check(settings, form.keys())
    report.replaceChildren(bucketReport(found, speech))
    report.scrollIntoView({ block: 'nearest' })
    check.removeAttribute('aria-disabled')
  }
  function open(settings: Settings | undefined): void {
    form.fill(settings ?? NO_SETTINGS)
    report.replaceChildren()
    if (!element.open) element.showModal()
  }

  check.addEventListener('click', runCheck)
  close.addEventListener('click', () => element.close())
  reset.addEventListener('click', async () => form.fill((await actions.reset()) ?? NO_SETTINGS))
  inside.addEventListener('submit', (event) => {
    event.preventDefault()
    const settings = form.settings()
    if (settings === undefined) return
    actions.save(settings, form.keys())
    element.close()
  })
  return {
    element,
    open,
    openAndCheck(settings) {
      open(settings)
      void runCheck()
    },
  }
}
