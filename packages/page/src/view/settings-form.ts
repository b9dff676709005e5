import {
  type Access,
  type Keys,
  NO_SETTINGS,
  readSettings,
  type Settings,
} from '../uploads/settings.ts'
import type { Speech } from './context.ts'
import { h } from './element.ts'
import { createField, type Field } from './field.ts'

/** The fields of the settings. */
export interface SettingsForm {
  readonly elements: readonly HTMLElement[]
  fill(settings: Settings): void
  /** What was filled in. Undefined, and said so, as long as there is no bucket. */
  settings(): Settings | undefined
  keys(): Keys
}

type FieldName = Exclude<keyof Settings, 'access' | 'partSize'> | keyof Keys

const ACCESSES: readonly Access[] = ['sts', 'sign', 'keys']

export function createSettingsForm(speech: Speech): SettingsForm {
  const words = speech.texts.settingsForm
  const fields = createFields(speech)
  const options = ACCESSES.map((value) => h('option', { value }, words[value]))
  const access = h('select', { id: 'access', name: 'access' }, ...options)
  const groupOf = (...inside: readonly HTMLElement[]) => h('div', { class: 'group' }, ...inside)
  const { accessKeyId, accessKeySecret, stsToken } = fields
  const typed = [accessKeyId, accessKeySecret, stsToken].map(({ element }) => element)
  const groups: Readonly<Record<Access, HTMLElement>> = {
    sts: groupOf(fields.stsUrl.element),
    sign: groupOf(fields.signUrl.element),
    keys: groupOf(...typed, h('p', { class: 'hint' }, words.keysHint)),
  }
  /** What the form does not show stays as it is. */
  let opened = NO_SETTINGS
  const showAccess = () => {
    for (const one of ACCESSES) groups[one].hidden = one !== access.value
  }
  access.addEventListener('change', showAccess)

  return {
    elements: [
      h('div', { class: 'pair' }, fields.bucket.element, fields.region.element),
      h('div', { class: 'pair' }, fields.prefix.element, fields.endpoint.element),
      h('div', { class: 'field' }, h('label', { for: 'access' }, words.access), access),
      ...ACCESSES.map((one) => groups[one]),
    ],
    fill(settings) {
      opened = settings
      for (const name of ['bucket', 'region', 'endpoint', 'prefix', 'stsUrl', 'signUrl'] as const) {
        fields[name].input.value = settings[name]
      }
      access.value = settings.access
      showAccess()
    },
    settings() {
      const values = Object.entries(fields).map(([name, { input }]) => [name, input.value])
      const given = { ...opened, ...Object.fromEntries(values), access: access.value }
      const settings = readSettings(given)
      fields.bucket.complain(settings === undefined ? words.noBucket : '')
      if (settings === undefined) fields.bucket.input.focus()
      return settings
    },
    keys: () => ({
      accessKeyId: accessKeyId.input.value.trim(),
      accessKeySecret: accessKeySecret.input.value.trim(),
      stsToken: stsToken.input.value.trim(),
    }),
  }
}

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
