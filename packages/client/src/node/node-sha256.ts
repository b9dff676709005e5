import crypto from 'node:crypto'
import { utf8 } from '../oss/encode.ts'
import { hmac } from '../oss/hmac.ts'
import type { Sha256 } from '../oss/portable-sha256.ts'

/**
 * By OpenSSL. It has HMAC as well, but an object for each takes several times as long as to hash twice at
 * once, and all of them stay until the next full collection.
 */
export const nodeSha256: Sha256 = {
  hash: (text) => crypto.hash('sha256', utf8(text)),
  hmac: (key, text) => hmac(sha256, key, utf8(text)),
}

function sha256(bytes: Uint8Array): Uint8Array {
  return crypto.hash('sha256', bytes, 'buffer')
}
