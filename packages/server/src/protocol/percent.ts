const UNRESERVED = /[A-Za-z0-9\-_.~]/

const ENCODED = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte)
  const hex = byte.toString(16).toUpperCase().padStart(2, '0')
  return UNRESERVED.test(character) ? character : `%${hex}`
})

/** The UTF-8 bytes of `text`, all but `A–Z a–z 0–9 - _ . ~` as `%XX`. A space is `%20`, never `+`. */
export function percentEncode(text: string): string {
  let encoded = ''
  for (const byte of Buffer.from(text, 'utf8')) encoded += ENCODED[byte]
  return encoded
}

/** As `percentEncode`, with `/` left alone. */
export function percentEncodePath(text: string): string {
  return percentEncode(text).replaceAll('%2F', '/')
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Undefined when an escape is broken or the bytes are not UTF-8. `+` stays `+`. Characters above
 * U+007F that came unescaped are single bytes here, as Node hands them over.
 */
export function percentDecode(encoded: string): string | undefined {
  if (/%(?![0-9A-Fa-f]{2})/.test(encoded)) return undefined
  const bytes = encoded.replace(/%(..)/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  try {
    return utf8.decode(Buffer.from(bytes, 'latin1'))
  } catch {
    return undefined
  }
}
