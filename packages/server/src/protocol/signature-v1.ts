import { createHmac } from 'node:crypto'
import { checkSkew } from './check-date.ts'
import { byteString, type Claim, type Draft, requestExpired } from './claim.ts'
import { parseBasicDate, parseHttpDate } from './dates.ts'
import { OssError } from './errors.ts'
import type { Target } from './locate.ts'
import type { OssRequest } from './request.ts'
import { SIGNED_SUB_RESOURCES } from './sub-resources.ts'

/** `Authorization: OSS <AccessKeyId>:<Signature>`, given what follows the scheme. */
export function headerClaimV1(request: OssRequest, credentials: string): Claim {
  const { headers } = request
  const colon = credentials.lastIndexOf(':')
  const accessKeyId = credentials.slice(0, Math.max(colon, 0)).trim()
  const signature = credentials.slice(colon + 1).trim()
  if (accessKeyId === '' || signature === '') {
    throw new OssError('InvalidArgument', {
      message: 'AccessKeyId or Signature is missing in Authorization header value.',
    })
  }
  const date = headers.get('x-oss-date') ?? headers.get('date') ?? ''
  return {
    accessKeyId,
    signature,
    // Python v2 in V1 mode sends the token under the second name, unsigned.
    token: headers.get('x-oss-security-token') ?? headers.get('security-token'),
    // `x-oss-date` may be in either form.
    checkTime: (now) => checkSkew(parseHttpDate(date) ?? parseBasicDate(date), now),
    drafts: (target) => resourcesOf(request, target).map((at) => draft(request, date, at)),
    sign,
  }
}

/** `?OSSAccessKeyId=…&Expires=…&Signature=…` */
export function urlClaimV1(request: OssRequest): Claim {
  const { query, headers } = request
  const accessKeyId = query.get('OSSAccessKeyId')
  const expires = query.get('Expires')
  const signature = query.get('Signature')
  if (!accessKeyId || !expires || !signature) {
    throw new OssError('AccessDenied', {
      message:
        'Query string authentication requires the Signature, Expires and OSSAccessKeyId parameters',
    })
  }
  return {
    accessKeyId,
    signature,
    token: query.get('security-token') ?? headers.get('x-oss-security-token'),
    checkTime: (now) => checkExpires(expires, now),
    drafts: (target) =>
      [...resourcesOf(request, target), ...presignedByJava(request, target)].map((at) =>
        draft(request, expires, at),
      ),
    sign,
  }
}

function checkExpires(expires: string, now: number): void {
  if (!/^\d{1,12}$/.test(expires)) {
    throw new OssError('AccessDenied', {
      message: 'Invalid date (should be seconds since epoch).',
      ec: '0002-00000070',
    })
  }
  const end = Number(expires) * 1000
  if (now > end) throw requestExpired(end, now)
}

function draft({ method, headers }: OssRequest, date: string, resource: string): Draft {
  const canonicalHeaders = [...headers]
    .filter(([name]) => name.startsWith('x-oss-'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value.trim()}\n`)
    .join('')
  const stringToSign = [
    method,
    headers.get('content-md5') ?? '',
    headers.get('content-type') ?? '',
    date,
    canonicalHeaders + byteString(resource),
  ].join('\n')
  return { stringToSign }
}

/** The canonical resource with the listed sub-resources; Go v2 signs every `x-oss-*` besides. */
function resourcesOf(request: OssRequest, target: Target): string[] {
  const listed = subResources(request, (name) => SIGNED_SUB_RESOURCES.has(name))
  const more = subResources(
    request,
    (name) => SIGNED_SUB_RESOURCES.has(name) || name.startsWith('x-oss-'),
  )
  const path = pathOf(target)
  return listed === more ? [path + listed] : [path + listed, path + more]
}

/** Java v1 presigns a bucket's URL without the slash after the bucket. */
function presignedByJava(request: OssRequest, target: Target): string[] {
  if (target.level !== 'bucket') return []
  const listed = subResources(request, (name) => SIGNED_SUB_RESOURCES.has(name))
  return [`/${target.bucket}${listed}`]
}

function pathOf(target: Target): string {
  if (target.level === 'service') return '/'
  return `/${target.bucket}/${target.level === 'object' ? target.key : ''}`
}

function subResources({ query }: OssRequest, isSigned: (name: string) => boolean): string {
  const entries = query.pairs
    .filter(({ name }) => isSigned(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, value }) => (value === '' ? name : `${name}=${value}`))
  return entries.length === 0 ? '' : `?${entries.join('&')}`
}

function sign(accessKeySecret: string, stringToSign: string): string {
  return createHmac('sha1', accessKeySecret).update(stringToSign, 'latin1').digest('base64')
}
