import { BLOCK } from './digest.ts'

type Hash = (bytes: Uint8Array) => Uint8Array

/** HMAC of RFC 2104, by a hash with blocks of 64 bytes. */
export function hmac(hash: Hash, key: Uint8Array, message: Uint8Array): Uint8Array {
  const short = key.length > BLOCK ? hash(key) : key
  return hash(behindKey(short, 0x5c, hash(behindKey(short, 0x36, message))))
}

/** A block with the key, masked, and the message behind it. */
function behindKey(key: Uint8Array, mask: number, message: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(BLOCK + message.length)
  for (let at = 0; at < BLOCK; at++) bytes[at] = (key[at] ?? 0) ^ mask
  bytes.set(message, BLOCK)
  return bytes
}
