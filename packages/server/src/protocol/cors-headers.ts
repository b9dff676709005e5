import type { CorsRules, FullCorsRule } from './cors-rule.ts'
import { OssError } from './errors.ts'
import type { ReplyHeaders } from './reply.ts'

/** What a browser asks before it lets a page send a request. */
export interface Preflight {
  readonly origin: string
  /** Of the request to come. */
  readonly method: string
  /** The names of its headers, as they were sent. */
  readonly headers: readonly string[]
}

/** Throws BadRequest for what no browser would ask. */
export function readPreflight(headers: ReadonlyMap<string, string>): Preflight {
  const origin = headers.get('origin')
  if (!origin) throw insufficient('Origin request header needed.', '0034-00000101')
  const method = headers.get('access-control-request-method')
  if (!method) {
    throw insufficient('Request Access-Control-Request-Method header needed.', '0034-00000102')
  }
  const names = headers.get('access-control-request-headers') ?? ''
  return { origin, method, headers: names.split(/[\s,]+/).filter(Boolean) }
}

function insufficient(what: string, ec: string): OssError {
  return new OssError('BadRequest', { message: `Insufficient information. ${what}`, ec })
}

/** Throws AccessForbidden unless a rule allows the request to come, with all of its headers. */
export function preflightHeaders(cors: CorsRules | undefined, preflight: Preflight): ReplyHeaders {
  if (cors === undefined) throw new OssError('AccessForbidden', { ec: '0003-00000601' })
  const { origin, method, headers } = preflight
  const rule = cors.rules.find(
    (each) => isFor(each, origin, method) && headers.every((name) => isAllowedHeader(each, name)),
  )
  if (rule === undefined) throw new OssError('AccessForbidden', { ec: '0003-00000602' })
  const allowed = headers.length > 0 && { 'access-control-allow-headers': headers.join(', ') }
  return { ...ruleHeaders(rule, origin), ...allowed }
}

/** What any answer to a request carries besides its own headers; a browser then shows it to the page. */
export function answerHeaders(
  { rules, responseVary }: CorsRules,
  { method, headers }: { method: string; headers: ReadonlyMap<string, string> },
): ReplyHeaders {
  const origin = headers.get('origin') ?? ''
  const rule = rules.find((each) => origin !== '' && isFor(each, origin, method))
  return {
    ...(rule && ruleHeaders(rule, origin)),
    ...(responseVary && { vary: 'Origin' }),
  }
}

function isFor({ allowedOrigin, allowedMethod }: FullCorsRule, origin: string, method: string) {
  return allowedMethod.includes(method) && allowedOrigin.some((pattern) => isMatch(pattern, origin))
}

function isAllowedHeader({ allowedHeader }: FullCorsRule, name: string): boolean {
  const lower = name.toLowerCase()
  return allowedHeader.some((pattern) => isMatch(pattern.toLowerCase(), lower))
}

/** A `*` in `pattern` stands for any run of characters, or none. There is at most one. */
function isMatch(pattern: string, text: string): boolean {
  const [start = '', end] = pattern.split('*')
  if (end === undefined) return text === start
  return text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end)
}

/** There is no `access-control-allow-credentials`: OSS knows no cookies. */
function ruleHeaders(rule: FullCorsRule, origin: string): ReplyHeaders {
  const { allowedOrigin, allowedMethod, exposeHeader, maxAgeSeconds } = rule
  return {
    'access-control-allow-origin': allowedOrigin.includes('*') ? '*' : origin,
    'access-control-allow-methods': allowedMethod.join(', '),
    ...(exposeHeader.length > 0 && { 'access-control-expose-headers': exposeHeader.join(', ') }),
    ...(maxAgeSeconds !== undefined && { 'access-control-max-age': String(maxAgeSeconds) }),
  }
}
