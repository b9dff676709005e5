import type { AccessKey, Claim, Draft } from './claim.ts'
import { sameSignature } from './claim.ts'
import { OssError } from './errors.ts'
import type { Target } from './locate.ts'
import type { OssRequest } from './request.ts'
import { headerClaimV1, urlClaimV1 } from './signature-v1.ts'
import { ALGORITHM_V4, headerClaimV4, urlClaimV4 } from './signature-v4.ts'

/** Who asks. Every access key belongs to the one owner of all buckets. */
export type Identity = 'owner' | 'anonymous'

export interface Authenticated {
  readonly identity: Identity
  /** The one of the possible targets that the signature was made for. */
  readonly target: Target
}

/** Checks the signature, if there is one. A request without any is anonymous. */
export function authenticate(
  request: OssRequest,
  targets: readonly [Target, ...Target[]],
  { accessKeys, now }: { accessKeys: ReadonlyMap<string, AccessKey>; now: number },
): Authenticated {
  const claim = readClaim(request)
  if (claim === undefined) return { identity: 'anonymous', target: targets[0] }
  const accessKey = accessKeys.get(claim.accessKeyId)
  if (accessKey === undefined) {
    throw new OssError('InvalidAccessKeyId', {
      elements: { OSSAccessKeyId: claim.accessKeyId },
    })
  }
  claim.checkTime(now)
  const target = targets.find((candidate) => isSignedFor(candidate, claim, accessKey))
  if (target === undefined) throw signatureDoesNotMatch(claim, targets[0])
  checkToken(claim, accessKey, now)
  return { identity: 'owner', target }
}

function readClaim(request: OssRequest): Claim | undefined {
  const authorization = request.headers.get('authorization')
  const inUrl = urlScheme(request)
  if (authorization === undefined) return inUrl?.(request)
  if (inUrl !== undefined) {
    throw new OssError('InvalidArgument', {
      message: 'Only one of the Authorization header and a signature in the URL may be given.',
    })
  }
  return readAuthorization(request, authorization.trim())
}

function urlScheme({ query }: OssRequest): ((request: OssRequest) => Claim) | undefined {
  const version = query.get('x-oss-signature-version')
  if (version === ALGORITHM_V4) return urlClaimV4
  if (version !== undefined) throw unsupportedScheme(version)
  return query.has('Signature') || query.has('OSSAccessKeyId') ? urlClaimV1 : undefined
}

function readAuthorization(request: OssRequest, authorization: string): Claim {
  if (authorization === '') {
    throw new OssError('InvalidArgument', { message: 'Authorization header value is empty.' })
  }
  const [scheme = ''] = authorization.split(' ', 1)
  const rest = authorization.slice(scheme.length).trim()
  if (scheme === 'OSS') return headerClaimV1(request, rest)
  if (scheme === ALGORITHM_V4) return headerClaimV4(request, rest)
  if (scheme === 'OSS2') throw unsupportedScheme(scheme)
  throw new OssError('InvalidArgument', { message: 'Authorization header is invalid.' })
}

function unsupportedScheme(name: string): OssError {
  return new OssError('InvalidArgument', {
    message: `The signature version ${name} is not supported here: sign with V1 or V4.`,
  })
}

function isSignedFor(target: Target, claim: Claim, { accessKeySecret }: AccessKey): boolean {
  return claim
    .drafts(target)
    .some(({ stringToSign }) =>
      sameSignature(claim.sign(accessKeySecret, stringToSign), claim.signature),
    )
}

function checkToken(claim: Claim, { stsToken, expiration }: AccessKey, now: number): void {
  if (stsToken === undefined && claim.token === undefined) return
  if (claim.token === undefined) throw new OssError('InvalidSecurityToken')
  if (stsToken === undefined || !sameSignature(stsToken, claim.token)) {
    throw new OssError('AccessKeyIdAndSecurityTokenNotMatch')
  }
  if (expiration !== undefined && now >= expiration.getTime()) {
    throw new OssError('SecurityTokenExpired')
  }
}

/** Shows what was signed here, so that a client's author can compare. */
function signatureDoesNotMatch(claim: Claim, target: Target): OssError {
  const [draft = { stringToSign: '' }]: Draft[] = claim.drafts(target)
  return new OssError('SignatureDoesNotMatch', {
    elements: {
      OSSAccessKeyId: claim.accessKeyId,
      SignatureProvided: claim.signature,
      StringToSign: readable(draft.stringToSign),
      StringToSignBytes: hexBytes(draft.stringToSign),
      ...(draft.canonicalRequest === undefined
        ? {}
        : { CanonicalRequest: readable(draft.canonicalRequest) }),
    },
  })
}

function readable(byteString: string): string {
  return Buffer.from(byteString, 'latin1').toString('utf8')
}

function hexBytes(byteString: string): string {
  return (
    Buffer.from(byteString, 'latin1').toString('hex').toUpperCase().match(/../g)?.join(' ') ?? ''
  )
}
