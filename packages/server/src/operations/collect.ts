import { MAX_KEY_BYTES } from '../protocol/limits.ts'

export interface Page<item> {
  /** In order, each either an item or a common prefix. */
  readonly entries: readonly Entry<item>[]
  readonly isTruncated: boolean
}

export type Entry<item> = { readonly item: item } | { readonly prefix: string }

interface Listing<item, position> {
  readonly prefix: string
  readonly delimiter: string
  readonly limit: number
  /** At most `limit` items whose key starts with `prefix`, those after `position` first. */
  readonly fetch: (position: position, limit: number) => Promise<item[]>
  readonly keyOf: (item: item) => string
  readonly after: (item: item) => position
  readonly afterName: (name: string) => position
}

/**
 * One page of a listing. Items whose key holds the delimiter after the prefix are grouped into
 * common prefixes, which count like items. Past a common prefix the listing jumps; it does not read
 * the thousands of keys below.
 */
export async function collect<item, position>(
  start: position,
  { prefix, delimiter, limit, fetch, keyOf, after, afterName }: Listing<item, position>,
): Promise<Page<item>> {
  const entries: Entry<item>[] = []
  let position = start
  // Of what is fetched together, all behind the first grouped key is fetched in vain.
  let batch = delimiter === '' ? Number.POSITIVE_INFINITY : 1
  while (entries.length <= limit) {
    const items = await fetch(position, Math.min(batch, limit + 1 - entries.length))
    if (items.length === 0) return { entries, isTruncated: false }
    batch *= 8
    for (const item of items) {
      const group = commonPrefix(keyOf(item), prefix, delimiter)
      entries.push(group === undefined ? { item } : { prefix: group })
      position = group === undefined ? after(item) : afterName(lastNameWithin(group))
      if (group === undefined) continue
      batch = 1
      break
    }
  }
  return { entries: entries.slice(0, limit), isTruncated: true }
}

/** The key up to and with the first delimiter after the prefix; undefined when there is none. */
export function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '' || !key.startsWith(prefix)) return undefined
  const at = key.indexOf(delimiter, prefix.length)
  return at < 0 ? undefined : key.slice(0, at + delimiter.length)
}

/** Not before any key that starts with `prefix`: U+10FFFF has the highest bytes in UTF-8. */
export function lastNameWithin(prefix: string): string {
  const room = Math.max(MAX_KEY_BYTES - Buffer.byteLength(prefix), 0)
  return prefix + '\u{10ffff}'.repeat(Math.ceil(room / 4))
}
