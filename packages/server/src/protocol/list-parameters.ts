import { invalidArgument } from './errors.ts'
import { MAX_KEY_BYTES } from './limits.ts'
import type { Query } from './query.ts'

/** `max-keys`, `max-uploads`, `max-parts`: 1 to 1000. */
export function readPageSize(query: Query, name: string, fallback: number): number {
  const text = query.get(name) ?? ''
  if (text === '') return fallback
  const size = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (size < 1 || size > 1000) throw invalidArgument(name, text)
  return size
}

/** `prefix`, `marker`, `delimiter` and their like: as long as a key can be. Empty when left out. */
export function readName(query: Query, name: string): string {
  const text = query.get(name) ?? ''
  if (Buffer.byteLength(text) > MAX_KEY_BYTES) throw invalidArgument(name, text)
  return text
}
