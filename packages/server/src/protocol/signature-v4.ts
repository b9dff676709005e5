import { createHash, createHmac } from 'node:crypto'
import { canonicalQueries } from './canonical-query.ts'
import { checkSkew } from './check-date.ts'
import { type Claim, type Draft, requestExpired } from './claim.ts'
import { parseBasicDate } from './dates.ts'
import { invalidArgument, OssError } from './errors.ts'
import { MAX_CLOCK_SKEW_MS } from './limits.ts'
import type { Target } from './locate.ts'
import { percentEncodePath } from './percent.ts'
import type { OssRequest } from './request.ts'

export const ALGORITHM_V4 = 'OSS4-HMAC-SHA256'
const PAYLOAD = 'UNSIGNED-PAYLOAD'
const MAX_EXPIRES_SECONDS = 7 * 24 * 60 * 60

/** `<AccessKeyId>/<yyyymmdd>/<region>/<product>/aliyun_v4_request` */
interface Credential {
  readonly accessKeyId: string
  readonly day: string
  readonly region: string
  readonly product: string
}

interface Signing {
  readonly credential: Credential
  /** `x-oss-date` as sent. */
  readonly date: string
  readonly additionalHeaders: readonly string[]
}

/** `Authorization: OSS4-HMAC-SHA256 Credential=…,Signature=…`, given what follows the scheme. */
export function headerClaimV4(request: OssRequest, parameters: string): Claim {
  const { headers } = request
  const fields = readFields(parameters)
  const credential = readCredential(fields.get('Credential') ?? '')
  const payload = headers.get('x-oss-content-sha256') ?? ''
  if (payload !== PAYLOAD) {
    throw invalidArgument('x-oss-content-sha256', payload, {
      message: `The x-oss-content-sha256 header must be ${PAYLOAD}.`,
    })
  }
  const date = headers.get('x-oss-date') ?? ''
  const additionalHeaders = readAdditionalHeaders(fields.get('AdditionalHeaders'))
  return {
    accessKeyId: credential.accessKeyId,
    signature: fields.get('Signature') ?? '',
    token: headers.get('x-oss-security-token'),
    checkTime(now) {
      checkSkew(parseBasicDate(date), now)
      checkDay(credential, date)
    },
    drafts: (target) => drafts(request, target, { credential, date, additionalHeaders }),
    sign: (secret, stringToSign) => sign(secret, credential, stringToSign),
  }
}

/** `?x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-credential=…&x-oss-signature=…` */
export function urlClaimV4(request: OssRequest): Claim {
  const { query, headers } = request
  const credential = readCredential(query.get('x-oss-credential') ?? '')
  const date = query.get('x-oss-date') ?? ''
  const expires = query.get('x-oss-expires') ?? ''
  const additionalHeaders = readAdditionalHeaders(query.get('x-oss-additional-headers'))
  return {
    accessKeyId: credential.accessKeyId,
    signature: query.get('x-oss-signature') ?? '',
    token: query.get('x-oss-security-token') ?? headers.get('x-oss-security-token'),
    checkTime(now) {
      checkValidity(date, expires, now)
      checkDay(credential, date)
    },
    drafts: (target) => drafts(request, target, { credential, date, additionalHeaders }),
    sign: (secret, stringToSign) => sign(secret, credential, stringToSign),
  }
}

const FIELDS = new Set(['Credential', 'AdditionalHeaders', 'Signature'])

/** Comma-separated, in any order and with spaces: oss2 writes them its own way. */
function readFields(parameters: string): Map<string, string> {
  const fields = new Map<string, string>()
  for (const field of parameters.split(',')) {
    const [name = '', ...value] = field.trim().split('=')
    if (!FIELDS.has(name)) {
      throw new OssError('InvalidArgument', {
        message: 'Unknown parameter in Authorization header.',
      })
    }
    fields.set(name, value.join('='))
  }
  if (!fields.get('Credential') || !fields.get('Signature')) {
    throw new OssError('InvalidArgument', {
      message: 'AccessKeyId or Signature is missing in Authorization header value.',
    })
  }
  return fields
}

function readCredential(text: string): Credential {
  const scope = /^(.+)\/(\d{8})\/([a-z0-9-]+)\/(oss|oss-cloudbox)\/aliyun_v4_request$/.exec(text)
  if (!scope) {
    throw invalidArgument('Credential', text, {
      message: 'The credential must be <AccessKeyId>/<yyyymmdd>/<region>/oss/aliyun_v4_request.',
    })
  }
  const [, accessKeyId = '', day = '', region = '', product = ''] = scope
  return { accessKeyId, day, region, product }
}

function readAdditionalHeaders(list: string | undefined): string[] {
  if (list === undefined) return []
  if (list === '') {
    throw new OssError('InvalidArgument', {
      message: 'AdditionalHeaders must name at least one header, or be left out.',
      ec: '0002-00000209',
    })
  }
  return list.toLowerCase().split(';').sort()
}

/** The signing key is made for one UTC day. */
function checkDay({ day }: Credential, date: string): void {
  if (date.startsWith(day)) return
  throw invalidArgument('Credential', day, {
    message: 'The date of the credential must be the UTC day of x-oss-date.',
  })
}

function checkValidity(date: string, expires: string, now: number): void {
  const start = parseBasicDate(date)
  if (start === undefined) throw invalidArgument('x-oss-date', date)
  const seconds = /^\d{1,6}$/.test(expires) ? Number(expires) : 0
  if (seconds < 1 || seconds > MAX_EXPIRES_SECONDS) {
    throw invalidArgument('x-oss-expires', expires, {
      message: `x-oss-expires must be between 1 and ${MAX_EXPIRES_SECONDS} seconds.`,
      ec: '0002-00000232',
    })
  }
  if (start - now > MAX_CLOCK_SKEW_MS) {
    throw new OssError('AccessDenied', {
      message: 'x-oss-date lies in the future.',
      ec: '0002-00000235',
    })
  }
  const end = start + seconds * 1000
  if (now > end) throw requestExpired(end, now)
}

function drafts(request: OssRequest, target: Target, signing: Signing): Draft[] {
  const block = canonicalHeaders(request, signing.additionalHeaders)
  return canonicalQueries(request.query).map((query) => {
    const canonicalRequest = [
      request.method,
      canonicalUri(target),
      query,
      block,
      signing.additionalHeaders.join(';'),
      request.headers.get('x-oss-content-sha256') ?? PAYLOAD,
    ].join('\n')
    return { canonicalRequest, stringToSign: stringToSign(canonicalRequest, signing) }
  })
}

/** The bucket is in it whatever the address style. */
function canonicalUri(target: Target): string {
  if (target.level === 'service') return '/'
  const key = target.level === 'object' ? target.key : ''
  return percentEncodePath(`/${target.bucket}/${key}`)
}

/** A line for each, so that the block ends in `\n`. A listed header that is missing gives none. */
function canonicalHeaders({ headers }: OssRequest, additionalHeaders: readonly string[]): string {
  return [...headers]
    .filter(
      ([name]) =>
        name === 'content-type' ||
        name === 'content-md5' ||
        name.startsWith('x-oss-') ||
        additionalHeaders.includes(name),
    )
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value.trim()}\n`)
    .join('')
}

function stringToSign(canonicalRequest: string, { credential, date }: Signing): string {
  const hash = createHash('sha256').update(canonicalRequest, 'latin1').digest('hex')
  const { day, region, product } = credential
  return [ALGORITHM_V4, date, `${day}/${region}/${product}/aliyun_v4_request`, hash].join('\n')
}

function sign(secret: string, { day, region, product }: Credential, text: string): string {
  const key = [day, region, product, 'aliyun_v4_request'].reduce<string | Buffer>(
    (current, step) => createHmac('sha256', current).update(step).digest(),
    `aliyun_v4${secret}`,
  )
  return createHmac('sha256', key).update(text, 'latin1').digest('hex')
}
