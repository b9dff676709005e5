import { hex, utf8 } from './encode.ts'
import { hmac } from './hmac.ts'
import { sha256 } from './sha256.ts'

/** SHA-256, as signatures need it: of text, which counts as UTF-8. */
export interface Sha256 {
  /** In hexadecimal. */
  hash(text: string): string
  hmac(key: Uint8Array, text: string): Uint8Array
}

/** Runs everywhere, but takes several times as long as what a platform may have of its own. */
export const portableSha256: Sha256 = {
  hash: (text) => hex(sha256(utf8(text))),
  hmac: (key, text) => hmac(sha256, key, utf8(text)),
}
