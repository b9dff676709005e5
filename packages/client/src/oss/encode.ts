const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

const PLAIN = /^[\w.~-]*$/

/** The UTF-8 bytes of `text`. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  mustBeUnicode(text)
  return new TextEncoder().encode(text)
}

/** `text` as OSS wants it in a query: all but `A-Z a-z 0-9 - _ . ~` as `%XX`. */
export function percentEncode(text: string): string {
  // Most of what is encoded needs none of it.
  if (PLAIN.test(text)) return text
  mustBeUnicode(text)
  return encodeURIComponent(text).replace(/[!'()*]/g, percentOf)
}

/** A key as it stands in a path: percent-encoded, but for the slashes. */
export function encodeKey(key: string): string {
  return percentEncode(key).replaceAll('%2F', '/')
}

export function base64(bytes: Uint8Array): string {
  const byte = (at: number) => bytes[at] ?? 0
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const group = (byte(at) << 16) | (byte(at + 1) << 8) | byte(at + 2)
    for (const shift of [18, 12, 6, 0]) text += BASE64.charAt((group >> shift) & 63)
  }
  const padding = (3 - (bytes.length % 3)) % 3
  return text.slice(0, text.length - padding) + '='.repeat(padding)
}

function percentOf(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}

// Half a surrogate pair has no UTF-8 form. TextEncoder would put U+FFFD there: another object's key.
// The text stays out of the message, since it may be a token.
function mustBeUnicode(text: string): void {
  const half = /\p{Surrogate}/u.exec(text)
  if (!half) return
  const code = half[0].charCodeAt(0).toString(16).toUpperCase()
  throw new TypeError(
    `Text must be whole Unicode characters: there is half a surrogate pair (U+${code}) at index ${half.index}`,
  )
}
