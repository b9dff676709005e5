import { parseHttpDate, wholeSeconds } from './dates.ts'
import { OssError } from './errors.ts'

/** What conditions are compared with. */
export interface Validators {
  readonly etag: string
  readonly lastModified: number
}

/**
 * True when the client has this version already (304). Throws PreconditionFailed (412). `prefix` is
 * `x-oss-copy-source-` for the source of a copy. Dates that cannot be read are ignored, and dates
 * beside the ETag condition of their kind as well (RFC 9110, 13.2.2).
 */
export function isNotModified(
  headers: ReadonlyMap<string, string>,
  { etag, lastModified }: Validators,
  prefix = '',
): boolean {
  const modified = wholeSeconds(lastModified)
  const date = (name: string) => parseHttpDate(headers.get(prefix + name) ?? '')
  const tags = (name: string) => headers.get(prefix + name)

  const ifMatch = tags('if-match')
  if (ifMatch !== undefined && !names(ifMatch, etag)) throw preconditionFailed('If-Match')
  const unmodifiedSince = date('if-unmodified-since')
  if (ifMatch === undefined && unmodifiedSince !== undefined && modified > unmodifiedSince) {
    throw preconditionFailed('If-Unmodified-Since')
  }
  const ifNoneMatch = tags('if-none-match')
  if (ifNoneMatch !== undefined) return names(ifNoneMatch, etag)
  const modifiedSince = date('if-modified-since')
  return modifiedSince !== undefined && modified <= modifiedSince
}

/** ETags come with or without quotes, in any case. */
export function plainEtag(etag: string): string {
  return etag
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .toUpperCase()
}

function names(list: string, etag: string): boolean {
  return list.split(',').some((item) => item.trim() === '*' || plainEtag(item) === etag)
}

function preconditionFailed(condition: string): OssError {
  return new OssError('PreconditionFailed', { elements: { Condition: condition } })
}

const CONDITIONAL = ['If-Match', 'If-None-Match', 'If-Modified-Since', 'If-Unmodified-Since']

/** OSS has no conditional writes; `x-oss-forbid-overwrite` is its way to say it. */
export function refuseConditions(headers: ReadonlyMap<string, string>): void {
  const name = CONDITIONAL.find((header) => headers.has(header.toLowerCase()))
  if (name !== undefined) throw new OssError('NotImplemented', { elements: { Header: name } })
}
