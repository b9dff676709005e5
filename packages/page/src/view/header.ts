import type { Settings } from '../uploads/settings.ts'
import type { Speech } from './context.ts'
import { h, setText } from './element.ts'
import { icon } from './icon.ts'

export interface Header {
  readonly element: HTMLElement
  update(settings: Settings | undefined): void
}

export function createHeader(
  { texts }: Speech,
  { openSettings, switchLanguage }: { openSettings: () => void; switchLanguage: () => void },
): Header {
  const target = h('p', { class: 'target' })
  const language = h(
    'button',
    // In the other language, for whoever does not read this one.
    { type: 'button', class: 'button', id: 'language', 'aria-label': texts.languageLabel },
    texts.language,
  )
  language.lang = texts.language === '中文' ? 'zh-CN' : 'en'
  language.addEventListener('click', switchLanguage)
  const settings = h(
    'button',
    // Where there is little room, it shows the icon alone.
    { type: 'button', class: 'button', id: 'settings', 'aria-label': texts.settings },
    icon('settings'),
    h('span', {}, texts.settings),
  )
  settings.addEventListener('click', openSettings)
  return {
    element: h(
      'header',
      {},
      h('div', { class: 'heading' }, h('h1', {}, texts.title), target),
      h('div', { class: 'header-buttons' }, language, settings),
    ),
    update(where) {
      setText(target, where === undefined ? texts.noTarget : texts.target(placeOf(where)))
    },
  }
}

/** `media/users/17/ · oss-cn-hangzhou` */
function placeOf({ bucket, prefix, endpoint, region }: Settings): string {
  const place = prefix === '' ? bucket : `${bucket}/${prefix}`
  return `${place} · ${endpoint.replace(/^https?:\/\//, '') || region}`
}
