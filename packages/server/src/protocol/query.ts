import { OssError } from './errors.ts'
import { percentDecode } from './percent.ts'

export interface QueryPair {
  readonly name: string
  readonly value: string
  /** As sent, still encoded: `uploads` and `uploads=` can be told apart here. */
  readonly raw: string
}

/** The parameters in the order of the wire. `?uploads` and `?uploads=` are the same to `has`. */
export interface Query {
  readonly pairs: readonly QueryPair[]
  has(name: string): boolean
  /** The first value of that name. */
  get(name: string): string | undefined
}

export function parseQuery(raw: string): Query {
  const pairs = raw.split('&').filter(Boolean).map(parsePair)
  return {
    pairs,
    has: (name) => pairs.some((pair) => pair.name === name),
    get: (name) => pairs.find((pair) => pair.name === name)?.value,
  }
}

function parsePair(raw: string): QueryPair {
  const equals = raw.indexOf('=')
  const name = percentDecode(equals < 0 ? raw : raw.slice(0, equals))
  const value = percentDecode(equals < 0 ? '' : raw.slice(equals + 1))
  if (name === undefined || value === undefined) {
    throw new OssError('InvalidArgument', {
      message: 'A query parameter is not percent-encoded UTF-8.',
      elements: { ArgumentValue: raw },
    })
  }
  return { name, value, raw }
}
