import { lastResult } from '../async/last-result.ts'
import type { Credentials } from './credentials.ts'
import { encodeKey, hex, percentEncode, utf8 } from './encode.ts'
import { portableSha256, type Sha256 } from './portable-sha256.ts'
import { headerLines, headersByName, queryText, resourcePath, type Signable } from './signable.ts'

// https://www.alibabacloud.com/help/en/oss/developer-reference/recommend-to-use-signature-version-4
const ALGORITHM = 'OSS4-HMAC-SHA256'
const TERMINATOR = 'aliyun_v4_request'
// The body is not signed: TLS and the checksums guard it, and OSS documents no other value.
const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD'
const MAX_EXPIRES = 7 * 24 * 60 * 60

/** Where a signature is valid. */
export interface ScopeV4 {
  /** `cn-hangzhou`, without `oss-`; for a cloud box its id. */
  readonly region: string
  readonly product: 'oss' | 'oss-cloudbox'
}

/** The headers to add to a request, signed as of `now`. `additional` are more to sign, as `additionalNames` gives them. */
export function signV4(
  signable: Signable,
  credentials: Credentials,
  scope: ScopeV4,
  now: Date,
  additional: readonly string[] = [],
  sha256: Sha256 = portableSha256,
): Record<string, string> {
  const timestamp = timestampOf(now)
  const added: Record<string, string> = {
    'x-oss-date': timestamp,
    'x-oss-content-sha256': UNSIGNED_PAYLOAD,
  }
  if (credentials.stsToken) added['x-oss-security-token'] = credentials.stsToken
  const signed = { ...signable, headers: { ...signable.headers, ...added } }
  const canonical = canonicalRequestV4(signed, additional)
  const fields = [`Credential=${credentialOf(credentials, timestamp, scope)}`]
  if (additional.length > 0) fields.push(`AdditionalHeaders=${additional.join(';')}`)
  fields.push(`Signature=${signatureV4(canonical, credentials, timestamp, scope, sha256)}`)
  return { ...added, authorization: `${ALGORITHM} ${fields.join(',')}` }
}

/** The query parameters that make a URL valid for `expiresSeconds` from `now`. */
export function presignV4(
  signable: Signable,
  credentials: Credentials,
  scope: ScopeV4,
  now: Date,
  expiresSeconds: number,
  additionalHeaders: readonly string[] = [],
): Record<string, string> {
  mustBeLifetime(expiresSeconds)
  const timestamp = timestampOf(now)
  const added: Record<string, string> = {
    'x-oss-signature-version': ALGORITHM,
    'x-oss-credential': credentialOf(credentials, timestamp, scope),
    'x-oss-date': timestamp,
    'x-oss-expires': String(expiresSeconds),
  }
  const additional = additionalNames(additionalHeaders, signable.headers)
  if (additional.length > 0) added['x-oss-additional-headers'] = additional.join(';')
  if (credentials.stsToken) added['x-oss-security-token'] = credentials.stsToken
  const signed = { ...signable, query: { ...signable.query, ...added } }
  const canonical = canonicalRequestV4(signed, additional)
  return { ...added, 'x-oss-signature': signatureV4(canonical, credentials, timestamp, scope) }
}

/** The `x-oss-signature` of a PostObject form, over the policy as the form sends it: in base64. */
export function signPolicyV4(
  policy: string,
  { accessKeySecret }: Credentials,
  scope: ScopeV4,
  now: Date,
): string {
  const key = signingKeyV4(accessKeySecret, dayOf(timestampOf(now)), scope)
  return hex(portableSha256.hmac(key, policy))
}

/** `additional` as `additionalNames` gives them. */
export function canonicalRequestV4(signable: Signable, additional: readonly string[] = []): string {
  const headers = headersByName(signable.headers)
  return [
    signable.method,
    encodedPath(resourcePath(signable)),
    canonicalQuery(signable.query),
    headerLines(headers, (name) => isAlwaysSigned(name) || additional.includes(name)),
    additional.join(';'),
    headers.get('x-oss-content-sha256') ?? UNSIGNED_PAYLOAD,
  ].join('\n')
}

/** `timestamp` is the `x-oss-date`: `20231216T162057Z`. */
export function stringToSignV4(
  canonical: string,
  timestamp: string,
  scope: ScopeV4,
  { hash }: Sha256 = portableSha256,
): string {
  return [ALGORITHM, timestamp, scopeText(timestamp, scope), hash(canonical)].join('\n')
}

/** The key for one `day` (`20231216`), region and product. Derived from the secret, and as secret as that. */
export function signingKeyV4(accessKeySecret: string, day: string, scope: ScopeV4): Uint8Array {
  const steps = [day, scope.region, scope.product, TERMINATOR]
  return steps.reduce(portableSha256.hmac, utf8(`aliyun_v4${accessKeySecret}`))
}

function signatureV4(
  canonical: string,
  { accessKeySecret }: Credentials,
  timestamp: string,
  scope: ScopeV4,
  sha256: Sha256 = portableSha256,
): string {
  const key = latestKey(accessKeySecret, dayOf(timestamp), scope)
  return hex(sha256.hmac(key, stringToSignV4(canonical, timestamp, scope, sha256)))
}

// Deriving the key takes as long as the rest of a signature, and all parts of a day share one.
let latest: { readonly of: readonly string[]; readonly key: Uint8Array } | undefined

function latestKey(secret: string, day: string, scope: ScopeV4): Uint8Array {
  const of = [secret, day, scope.region, scope.product]
  if (!latest?.of.every((value, index) => value === of[index])) {
    latest = { of, key: signingKeyV4(secret, day, scope) }
  }
  return latest.key
}

// The parts of an upload share it.
const encodedPath = lastResult(encodeKey)

function canonicalQuery(query: Signable['query']): string {
  return queryText(
    Object.entries(query)
      .filter(([name]) => name !== 'x-oss-signature')
      .map(([name, value = '']) => [percentEncode(name), percentEncode(value)]),
  )
}

/** The names that OSS must be told are signed: in lower case, sorted, without those signed anyway. */
export function additionalNames(
  names: readonly string[],
  headers: Signable['headers'],
): readonly string[] {
  if (names.length === 0) return names
  const lower = new Set(names.map((name) => name.toLowerCase()))
  const additional = [...lower].filter((name) => !isAlwaysSigned(name)).sort()
  const given = headersByName(headers)
  for (const name of additional) mustBePresent(name, given)
  return additional
}

function isAlwaysSigned(name: string): boolean {
  return name === 'content-type' || name === 'content-md5' || name.startsWith('x-oss-')
}

// OSS would answer SignatureDoesNotMatch, which names neither the header nor the mistake.
function mustBePresent(name: string, headers: ReadonlyMap<string, string>): void {
  if (headers.has(name)) return
  throw new TypeError(
    `Header \`${name}\` is to be signed, but the request does not have it: set it, or take it out of the additional headers`,
  )
}

function mustBeLifetime(seconds: number): void {
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= MAX_EXPIRES) return
  throw new RangeError(
    `A V4 URL can be valid for 1 to ${MAX_EXPIRES} whole seconds (seven days): got ${seconds}`,
  )
}

function credentialOf({ accessKeyId }: Credentials, timestamp: string, scope: ScopeV4): string {
  return `${accessKeyId}/${scopeText(timestamp, scope)}`
}

function scopeText(timestamp: string, { region, product }: ScopeV4): string {
  return [dayOf(timestamp), region, product, TERMINATOR].join('/')
}

/** `20231216T162057Z`. */
function timestampOf(now: Date): string {
  return timestampOfSecond(Math.floor(now.getTime() / 1000))
}

const timestampOfSecond = lastResult((seconds: number) =>
  new Date(seconds * 1000).toISOString().replace(/[-:]|\.\d+/g, ''),
)

function dayOf(timestamp: string): string {
  return timestamp.slice(0, 8)
}
