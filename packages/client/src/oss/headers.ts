import { invalidInput } from './errors.ts'
import { show } from './names.ts'

export type HeaderValues = Readonly<Record<string, string | number | boolean | undefined | null>>

const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]+$/

/**
 * The caller's headers as they can be sent: names in lower case, values as trimmed text; those without
 * a value are left out. A line break in a value would start a header of its own, so it is refused here.
 */
export function checkHeaders(headers: HeaderValues = {}, what = 'headers'): Record<string, string> {
  mustBeRecord(headers, what)
  const checked: Record<string, string> = {}
  for (const [given, value] of Object.entries(headers)) {
    if (value === undefined || value === null) continue
    const name = given.toLowerCase()
    if (!TOKEN.test(name)) throw invalidInput(`Not the name of a header: ${show(given)}`)
    checked[name] = checkValue(given, value)
  }
  return checked
}

/** User metadata as the headers that carry it. */
export function metaHeaders(meta: HeaderValues | undefined): Record<string, string> {
  mustBeRecord(meta ?? {}, 'meta')
  const named = Object.entries(meta ?? {}).map(([name, value]) => [`x-oss-meta-${name}`, value])
  return checkHeaders(Object.fromEntries(named))
}

/** A Map or Headers has no properties: all that it holds would be lost in silence. */
function mustBeRecord(value: unknown, what: string): void {
  if (typeof value === 'object' && value !== null && !(Symbol.iterator in value)) return
  throw invalidInput(`\`${what}\` must be an object of names and values: got ${show(value)}`)
}

function checkValue(name: string, value: unknown): string {
  if (typeof value === 'object' || typeof value === 'function') {
    throw invalidInput(`The header ${name} must be text or a number: got ${show(value)}`)
  }
  const text = String(value).trim()
  if (/\p{Cc}/u.test(text.replaceAll('\t', ' '))) {
    throw invalidInput(
      `The header ${name} holds a line break or another control character: ${show(text)}`,
    )
  }
  if (/\p{Surrogate}/u.test(text)) {
    throw invalidInput(`The header ${name} holds half a surrogate pair: ${show(text)}`)
  }
  return text
}

/** The user metadata of an object, or null when it has none: as `head` of ali-oss gives it. */
export function metaOf(headers: Readonly<Record<string, string>>): Record<string, string> | null {
  const meta = Object.entries(headers)
    .filter(([name]) => name.startsWith('x-oss-meta-'))
    .map(([name, value]) => [name.slice('x-oss-meta-'.length), value])
  return meta.length === 0 ? null : Object.fromEntries(meta)
}
