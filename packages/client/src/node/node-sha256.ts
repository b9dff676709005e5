import crypto from 'node:crypto'
import { lastResult } from '../async/last-result.ts'
import { utf8 } from '../oss/encode.ts'
import type { Sha256 } from '../oss/portable-sha256.ts'

/** Bytes that the hash takes in at once. */
const BLOCK = 64

/**
 * Node has an HMAC of its own, but an object for each takes several times as long as to hash twice at
 * once (RFC 2104), and all of them stay until the next full collection.
 */
export const nodeSha256: Sha256 = {
  hash: (text) => crypto.hash('sha256', utf8(text)),
  hmac(key, text) {
    const { inner, outer } = padsOf(key)
    return hashed([outer, hashed([inner, utf8(text)])])
  },
}

/** One key signs all the parts of a day. */
const padsOf = lastResult((key: Uint8Array) => {
  const block = new Uint8Array(BLOCK)
  block.set(key.length > BLOCK ? hashed([key]) : key)
  return { inner: block.map((byte) => byte ^ 0x36), outer: block.map((byte) => byte ^ 0x5c) }
})

function hashed(pieces: readonly Uint8Array[]): Uint8Array {
  return crypto.hash('sha256', Buffer.concat(pieces), 'buffer')
}
