import { h } from './element.ts'

/** Milliseconds in which what is to be said is gathered, so that one thing does not cut off the other. */
const GATHER = 400

/** Tells screen readers what happens elsewhere on the page. */
export function createAnnouncer(): { element: HTMLElement; say(text: string): void } {
  const element = h('p', { class: 'visually-hidden', role: 'status', id: 'announcer' })
  let waiting: string[] = []
  return {
    element,
    say(text) {
      waiting.push(text)
      if (waiting.length > 1) return
      setTimeout(() => {
        element.textContent = waiting.join('. ')
        waiting = []
      }, GATHER)
    },
  }
}
