const HEX = /* @__PURE__ */ Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0'),
)
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
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

/** Throws for text that is not base64. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}

export function hex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += HEX[byte]
  return text
}

export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: text.length / 2 }, (_, index) =>
    Number.parseInt(text.slice(2 * index, 2 * index + 2), 16),
  )
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
