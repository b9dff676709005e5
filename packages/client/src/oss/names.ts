import { utf8 } from './encode.ts'
import { invalidInput } from './errors.ts'
import { MAX_KEY_BYTES } from './limits.ts'

/** Bucket names as ali-oss accepts them: OSS itself refuses `_` in new ones, but old ones have it. */
const BUCKET = /^[a-z0-9_][a-z0-9_-]{1,61}[a-z0-9_]$/

export function checkBucketName(name: unknown): string {
  if (typeof name === 'string' && BUCKET.test(name)) return name
  throw invalidInput(
    `The bucket must be conform to the specifications: 3 to 63 of a-z, 0-9 and "-", got ${show(name)}`,
  )
}

/**
 * The key that `name` stands for. Leading slashes are dropped, as ali-oss does and because OSS refuses
 * keys that start with one; everything else is taken to the letter.
 */
export function objectKey(name: unknown): string {
  if (typeof name !== 'string')
    throw invalidInput(`The object name must be a string: got ${show(name)}`)
  const key = name.replace(/^\/+/, '')
  if (key === '') throw invalidInput('The object name can not be empty')
  if (key.startsWith('\\'))
    throw invalidInput(`The object name must not start with "\\": got ${show(name)}`)
  if (/\p{Surrogate}/u.test(key)) {
    throw invalidInput(`The object name holds half a surrogate pair: ${show(name)}`)
  }
  const bytes = utf8(key).length
  if (bytes > MAX_KEY_BYTES) {
    throw invalidInput(
      `The object name must be at most ${MAX_KEY_BYTES} bytes of UTF-8: got ${bytes} ("${key.slice(0, 40)}…")`,
    )
  }
  return key
}

/** A short, printable form of what was passed, for messages. */
export function show(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value)
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'object' && value !== null)
    return `an object of type ${value.constructor?.name ?? 'Object'}`
  return String(value)
}
