import type { Speech } from './context.ts'
import { h } from './element.ts'

/** Milliseconds for which it says that it has copied. */
const SAID_FOR = 2_000

export function copyButton(text: string, what: string, { texts }: Speech): HTMLButtonElement {
  const { copy, copied } = texts.failure
  const label = texts.named(copy, what)
  const button = h('button', { type: 'button', class: 'link', 'aria-label': label }, copy)
  button.addEventListener('click', async () => {
    // Without a clipboard, as on plain http, the text stands beside it and can be selected.
    const isCopied = await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    )
    if (!isCopied) return
    button.textContent = copied
    button.removeAttribute('aria-label')
    setTimeout(() => {
      button.textContent = copy
      button.setAttribute('aria-label', label)
    }, SAID_FOR)
  })
  return button
}
