import { percentEncode } from './percent.ts'
import type { Query, QueryPair } from './query.ts'
import { SIGNED_SUB_RESOURCES } from './sub-resources.ts'

/**
 * The canonical query of Signature V4, then the ways in which official SDKs write it differently:
 * ali-oss sorts by locale, and puts `=` after an empty value unless it is a sub-resource's; others
 * sign the query as they sent it (Python v2 leaves `/` unescaped there).
 */
export function canonicalQueries(query: Query): string[] {
  const pairs = query.pairs.filter(({ name }) => name !== 'x-oss-signature')
  const variants = [byBytes, byLocale].flatMap((order) => {
    const sorted = [...pairs].sort(order)
    return [bare, withEquals, withEqualsUnlessSubResource, asSent].map((write) =>
      sorted.map(write).join('&'),
    )
  })
  return [...new Set(variants)]
}

function byBytes(a: QueryPair, b: QueryPair): number {
  const [left, right] = [percentEncode(a.name), percentEncode(b.name)]
  return left < right ? -1 : left > right ? 1 : 0
}

function byLocale(a: QueryPair, b: QueryPair): number {
  return a.name.localeCompare(b.name)
}

function bare({ name, value }: QueryPair): string {
  return value === '' ? percentEncode(name) : `${percentEncode(name)}=${percentEncode(value)}`
}

function withEquals({ name, value }: QueryPair): string {
  return `${percentEncode(name)}=${percentEncode(value)}`
}

function withEqualsUnlessSubResource(pair: QueryPair): string {
  return SIGNED_SUB_RESOURCES.has(pair.name) ? bare(pair) : withEquals(pair)
}

function asSent({ raw }: QueryPair): string {
  return raw
}
