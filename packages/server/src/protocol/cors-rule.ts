import { invalidArgument, OssError } from './errors.ts'
import { MAX_CORS_RULES } from './limits.ts'
import { malformedXml } from './xml-reader.ts'

/**
 * Pages of which origin may do what with a bucket, and what they get to see of the answers. Lists of
 * which nothing was said are empty.
 */
export interface FullCorsRule {
  /** `https://www.example.com`, with at most one `*` for any run of characters. */
  readonly allowedOrigin: readonly string[]
  readonly allowedMethod: readonly string[]
  /** Names of request headers in any case, with at most one `*` each. */
  readonly allowedHeader: readonly string[]
  /** Names of response headers, without `*`. */
  readonly exposeHeader: readonly string[]
  /** For how long browsers may believe the answer to a preflight. */
  readonly maxAgeSeconds?: number | undefined
}

export interface CorsRules {
  /** The first that matches counts. */
  readonly rules: readonly FullCorsRule[]
  /** Answers say `Vary: Origin`, whoever asks. */
  readonly responseVary: boolean
}

const METHODS = ['GET', 'PUT', 'DELETE', 'POST', 'HEAD']
/** The characters of a header's name, but for those that OSS leaves out: `*`, `&` and `'`. */
const HEADER_NAME = /^[!#$%+.^_`|~0-9A-Za-z-]+$/

/** Refuses what OSS does not take, with its error causes as far as they are known. */
export function checkCorsRules(rules: readonly FullCorsRule[]): void {
  if (rules.length === 0) throw malformedXml('There must be a CORSRule.', '0034-00000002')
  if (rules.length > MAX_CORS_RULES) throw new OssError('CORSRuleBeyondLimit')
  for (const rule of rules) checkRule(rule)
}

function checkRule(rule: FullCorsRule): void {
  if (rule.allowedOrigin.length === 0 || rule.allowedMethod.length === 0) {
    throw malformedXml('A CORSRule must have an AllowedOrigin and an AllowedMethod.')
  }
  for (const origin of rule.allowedOrigin) {
    if (!isPattern(origin)) throw invalid('AllowedOrigin', origin, '0034-00000009')
  }
  for (const method of rule.allowedMethod) {
    if (!METHODS.includes(method)) throw invalid('AllowedMethod', method, '0034-00000011')
  }
  for (const header of rule.allowedHeader) {
    if (!isPattern(header)) throw invalid('AllowedHeader', header)
  }
  for (const header of rule.exposeHeader) {
    if (!HEADER_NAME.test(header)) throw invalid('ExposeHeader', header, '0034-00000013')
  }
  if (rule.maxAgeSeconds !== undefined) readMaxAge(String(rule.maxAgeSeconds))
}

/** Whole seconds, of nine digits at most. */
export function readMaxAge(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw invalid('MaxAgeSeconds', text)
}

/** Text with at most one `*`. */
function isPattern(text: string): boolean {
  return text !== '' && text.split('*').length <= 2
}

function invalid(name: string, value: string, ec?: string): OssError {
  return invalidArgument(name, value, ec === undefined ? {} : { ec })
}
