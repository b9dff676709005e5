import { utf8 } from '../oss/encode.ts'

type Headers = Readonly<Record<string, string>>

/** A browser says these itself, and refuses to hear of them. */
const OWN = new Set(['content-length', 'user-agent', 'host', 'date'])

/** The headers that a page may set. A browser writes one byte a character, so UTF-8 is spelled in those. */
export function wireHeaders(headers: Headers): [name: string, value: string][] {
  return Object.entries(headers)
    .filter(([name]) => !OWN.has(name))
    .map(([name, value]) => [name, String.fromCharCode(...utf8(value))])
}

/** What `getAllResponseHeaders` of an XMLHttpRequest says, by name in lower case. */
export function readHeaders(text: string): Record<string, string> {
  const lines = text.split('\r\n').filter(Boolean)
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
}
