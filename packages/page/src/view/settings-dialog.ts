import type { BucketReport } from 'oss-multipart'
import type { Failure } from '../uploads/failure.ts'
import {
  type Access,
  type Keys,
  NO_SETTINGS,
  readSettings,
  type Settings,
} from '../uploads/settings.ts'
import { bucketReport } from './bucket-report.ts'
import type { Speech } from './context.ts'
import { h } from './element.ts'
import { createField, type Field } from './field.ts'

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

const ACCESSES: readonly Access[] = ['sts', 'sign', 'keys']

export function createSettingsDialog(speech: Speech, actions: SettingsActions): SettingsDialog {
  const words = speech.texts.settingsForm
  const fields = createFields(speech)
  const access = h(
    'select',
    { id: 'access', name: 'access' },
    ...ACCESSES.map((value) => h('option', { value }, words[value])),
  )
  const groups: Readonly<Record<Access, HTMLElement>> = {
    sts: h('div', { class: 'group' }, fields.stsUrl.element),
    sign: h('div', { class: 'group' }, fields.signUrl.element),
    keys: h(
      'div',
      { class: 'group' },
      fields.accessKeyId.element,
      fields.accessKeySecret.element,
      fields.stsToken.element,
      h('p', { class: 'hint' }, words.keysHint),
    ),
  }
  const report = h('div', { class: 'report', role: 'status' })
  const button = (text: string, kind = '') =>
    h('button', { type: 'button', class: `button ${kind}` }, text)
  const [check, reset, close] = [
    button(words.check),
    button(words.reset, 'plain'),
    button(words.close),
  ]
  const save = h('button', { type: 'submit', class: 'button primary' }, words.save)
  const form = h(
    'form',
    { method: 'dialog' },
    h('h2', { id: 'settings-title' }, words.title),
    h('div', { class: 'pair' }, fields.bucket.element, fields.region.element),
    h('div', { class: 'pair' }, fields.prefix.element, fields.endpoint.element),
    h('div', { class: 'field' }, h('label', { for: 'access' }, words.access), access),
    ...ACCESSES.map((one) => groups[one]),
    h('div', { class: 'check' }, check, report),
    h('div', { class: 'dialog-buttons' }, reset, h('span', { class: 'space' }), close, save),
  )
  const element = h('dialog', { 'aria-labelledby': 'settings-title' }, form)

  let opened = NO_SETTINGS
  const showAccess = () => {
    for (const one of ACCESSES) groups[one].hidden = one !== access.value
  }
  function fill(settings: Settings): void {
    opened = settings
    for (const name of ['bucket', 'region', 'endpoint', 'prefix', 'stsUrl', 'signUrl'] as const) {
      fields[name].input.value = settings[name]
    }
    access.value = settings.access
    showAccess()
  }
  /** Undefined, and said so, as long as there is no bucket. */
  function given(): Settings | undefined {
    const values = Object.entries(fields).map(([name, { input }]) => [name, input.value])
    const settings = readSettings({
      ...opened,
      ...Object.fromEntries(values),
      access: access.value,
    })
    fields.bucket.complain(settings === undefined ? words.noBucket : '')
    if (settings === undefined) fields.bucket.input.focus()
    return settings
  }
  const keys = (): Keys => ({
    accessKeyId: fields.accessKeyId.input.value.trim(),
    accessKeySecret: fields.accessKeySecret.input.value.trim(),
    stsToken: fields.stsToken.input.value.trim(),
  })
  async function runCheck(): Promise<void> {
    const settings = given()
    if (settings === undefined || check.getAttribute('aria-disabled') === 'true') return
    check.setAttribute('aria-disabled', 'true')
    report.replaceChildren(h('p', {}, words.checking))
    const found = await actions.check(settings, keys())
    report.replaceChildren(bucketReport(found, speech))
    report.scrollIntoView({ block: 'nearest' })
    check.removeAttribute('aria-disabled')
  }
  function open(settings: Settings | undefined): void {
    fill(settings ?? NO_SETTINGS)
    report.replaceChildren()
    if (!element.open) element.showModal()
  }

  access.addEventListener('change', showAccess)
  check.addEventListener('click', runCheck)
  close.addEventListener('click', () => element.close())
  reset.addEventListener('click', async () => fill((await actions.reset()) ?? NO_SETTINGS))
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const settings = given()
    if (settings === undefined) return
    actions.save(settings, keys())
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

type FieldName = Exclude<keyof Settings, 'access' | 'partSize'> | keyof Keys

function createFields({ texts }: Speech): Readonly<Record<FieldName, Field>> {
  const words = texts.settingsForm
  return {
    bucket: createField('bucket', words.bucket),
    region: createField('region', words.region),
    endpoint: createField('endpoint', words.endpoint, { hint: words.endpointHint }),
    prefix: createField('prefix', words.prefix, { hint: words.prefixHint }),
    stsUrl: createField('stsUrl', words.stsUrl, { hint: words.stsHint }),
    signUrl: createField('signUrl', words.signUrl, { hint: words.signHint }),
    accessKeyId: createField('accessKeyId', words.accessKeyId),
    accessKeySecret: createField('accessKeySecret', words.accessKeySecret, { isSecret: true }),
    stsToken: createField('stsToken', words.stsToken, { isSecret: true }),
  }
}
