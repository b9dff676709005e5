import { h } from './element.ts'

/** One line of a form, with its label and what helps to fill it in. */
export interface Field {
  readonly element: HTMLElement
  readonly input: HTMLInputElement
  /** Says what is wrong with it; nothing is, when it is empty. */
  complain(text: string): void
}

export function createField(
  name: string,
  label: string,
  { hint, isSecret = false }: { hint?: string; isSecret?: boolean } = {},
): Field {
  const input = h('input', {
    id: name,
    name,
    type: isSecret ? 'password' : 'text',
    // Neither a password manager nor the browser is to keep keys.
    autocomplete: 'off',
    spellcheck: 'false',
    autocapitalize: 'off',
    'aria-describedby': `${name}-hint`,
  })
  const complaint = h('span', { class: 'complaint' })
  const help = h('p', { class: 'hint', id: `${name}-hint` }, complaint, hint)
  return {
    element: h('div', { class: 'field' }, h('label', { for: name }, label), input, help),
    input,
    complain(text) {
      complaint.textContent = text
      input.setAttribute('aria-invalid', String(text !== ''))
    },
  }
}
