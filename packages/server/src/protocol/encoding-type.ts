import { invalidArgument } from './errors.ts'
import { percentEncode } from './percent.ts'

export interface NameEncoding {
  /** For the `EncodingType` element; undefined when none was asked for. */
  readonly type: 'url' | undefined
  encode(name: string): string
}

/** How names are written in an answer: as they are, or percent-encoded (`encoding-type=url`). */
export function nameEncoding(asked: string | undefined): NameEncoding {
  if (asked === undefined || asked === '') return { type: undefined, encode: (name) => name }
  if (asked === 'url') return { type: 'url', encode: percentEncode }
  throw invalidArgument('encoding-type', asked)
}
