import { BLOCK } from './digest.ts'
import { concat } from './response.ts'

type Hash = (bytes: Uint8Array) => Uint8Array

/** HMAC of RFC 2104, by a hash with blocks of 64 bytes. */
export function hmac(hash: Hash, key: Uint8Array, message: Uint8Array): Uint8Array {
  const inner = new Uint8Array(BLOCK)
  inner.set(key.length > BLOCK ? hash(key) : key)
  const masked = (mask: number) => inner.map((byte) => byte ^ mask)
  return hash(concat([masked(0x5c), hash(concat([masked(0x36), message]))]))
}
