import { type CorsRules, checkCorsRules, type FullCorsRule } from './protocol/cors-rule.ts'

/** A rule in the words of the protocol. One text is the same as a list of one. */
export interface CorsRule {
  /** Origins such as `http://localhost:5173`; one `*` in each stands for any run of characters. */
  readonly allowedOrigin: string | readonly string[]
  /** Of GET, PUT, POST, DELETE, HEAD. */
  readonly allowedMethod: string | readonly string[]
  /** Names of request headers; one `*` in each stands for any run of characters. @default none */
  readonly allowedHeader?: string | readonly string[] | undefined
  /** Names of response headers that pages get to see. @default none but those that all pages see */
  readonly exposeHeader?: string | readonly string[] | undefined
  /** For how many seconds browsers may believe the answer to a preflight. @default 5, by the Fetch standard */
  readonly maxAgeSeconds?: number | undefined
}

/** Pages that this machine serves, on any port. */
export const THIS_MACHINE: readonly string[] = ['localhost', '127.0.0.1', '[::1]'].flatMap((host) =>
  ['http', 'https'].flatMap((scheme) => [`${scheme}://${host}`, `${scheme}://${host}:*`]),
)

/** What SDKs in pages read of answers. OSS takes no `*` here, so `x-oss-meta-…` cannot be among them. */
const SEEN_BY_SDKS = [
  'ETag',
  'Date',
  'Content-Length',
  'Content-MD5',
  'Content-Range',
  'Retry-After',
  'x-oss-request-id',
  'x-oss-hash-crc64ecma',
  'x-oss-next-append-position',
  'x-oss-object-type',
  'x-oss-server-time',
  'x-oss-version-id',
  'x-oss-ec',
  'x-oss-err',
]

/** All that a page with an SDK does, for pages from these origins. */
export function pagesRule(allowedOrigin: readonly string[]): FullCorsRule {
  return {
    allowedOrigin,
    allowedMethod: ['GET', 'PUT', 'POST', 'DELETE', 'HEAD'],
    allowedHeader: ['*'],
    exposeHeader: SEEN_BY_SDKS,
    maxAgeSeconds: 600,
  }
}

/** Throws OssError, as PutBucketCors does, for rules that OSS does not take. */
export function readCorsOption(
  option: boolean | readonly CorsRule[] | undefined,
): CorsRules | undefined {
  if (option === undefined || option === false) return undefined
  const rules = option === true ? [pagesRule(THIS_MACHINE)] : option.map(fullRule)
  checkCorsRules(rules)
  return { rules, responseVary: false }
}

function fullRule({ maxAgeSeconds, ...lists }: CorsRule): FullCorsRule {
  return {
    allowedOrigin: listOf(lists.allowedOrigin),
    allowedMethod: listOf(lists.allowedMethod),
    allowedHeader: listOf(lists.allowedHeader),
    exposeHeader: listOf(lists.exposeHeader),
    ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds }),
  }
}

function listOf(value: string | readonly string[] = []): readonly string[] {
  return typeof value === 'string' ? [value] : value
}
