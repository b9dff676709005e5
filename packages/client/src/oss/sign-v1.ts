import type { Credentials } from './credentials.ts'
import { base64, utf8 } from './encode.ts'
import { hmac } from './hmac.ts'
import { sha1 } from './sha1.ts'
import { headerLines, headersByName, queryText, resourcePath, type Signable } from './signable.ts'

// https://www.alibabacloud.com/help/en/oss/developer-reference/include-signatures-in-the-authorization-header
// The page lists only a part of what OSS signs: this is the union with the lists of its SDKs.
// `x-oss-…` parameters that are not named here are not signed.
const SUB_RESOURCES: ReadonlySet<string> = new Set(
  [
    // Objects and multipart uploads
    'acl append callback callback-var cleanRestoredObject delete link objectInfo objectMeta',
    'partNumber position restore seal sequential symlink tagging uploadId uploads versionId',
    'versions withHashContext',
    // What an answer shall look like
    'continuation-token response-cache-control response-content-disposition',
    'response-content-encoding response-content-language response-content-type response-expires',
    // Buckets
    'accessPoint accessPointPolicy bucketArchiveDirectRead bucketInfo cname comp cors encryption',
    'httpsConfig inventory inventoryId lifecycle location logging metaQuery policy policyStatus',
    'publicAccessBlock redundancyTransition referer regionList replication replicationLocation',
    'replicationProgress requestPayment resourceGroup responseHeader rtc stat style styleName',
    'transferAcceleration versioning website worm wormExtend wormId',
    // Quotas and resource pools
    'qos qosInfo qosRequester requesterQosInfo resourcePool resourcePoolBuckets resourcePoolInfo',
    // Images, live streams and other services
    'asyncFetch cloudboxes endTime group img live processConfiguration startTime status udf',
    'udfApplication udfApplicationLog udfId udfImage udfImageDesc udfName vip vod vpcip',
    // Who asks, and how
    'security-token x-oss-ac-forward-allow x-oss-ac-source-ip x-oss-ac-subnet-mask',
    'x-oss-ac-vpc-id x-oss-access-point-name x-oss-request-payer x-oss-traffic-limit',
    // What to do with the data
    'x-oss-async-process x-oss-delete x-oss-dir x-oss-enable-md5 x-oss-enable-sha1',
    'x-oss-enable-sha256 x-oss-hash-ctx x-oss-md5-ctx x-oss-process',
    'x-oss-redundancy-transition-taskid x-oss-rename x-oss-target-redundancy-type',
    'x-oss-write-get-object-response',
  ].flatMap((group) => group.split(' ')),
)

/** The headers to add to a request, signed as of `now`. */
export function signV1(
  signable: Signable,
  credentials: Credentials,
  now: Date,
): Record<string, string> {
  const date = now.toUTCString()
  const added: Record<string, string> = { 'x-oss-date': date }
  if (credentials.stsToken) added['x-oss-security-token'] = credentials.stsToken
  const signed = { ...signable, headers: { ...signable.headers, ...added } }
  const signature = signatureV1(stringToSignV1(signed, date), credentials)
  return { ...added, authorization: `OSS ${credentials.accessKeyId}:${signature}` }
}

/** The query parameters that make a URL valid until `expires`, in seconds since 1970. */
export function presignV1(
  signable: Signable,
  credentials: Credentials,
  expires: number,
): Record<string, string> {
  if (!Number.isSafeInteger(expires) || expires < 0) {
    throw new RangeError(`\`expires\` must be whole seconds since 1970: got ${expires}`)
  }
  const token: Record<string, string> = {}
  if (credentials.stsToken) token['security-token'] = credentials.stsToken
  const signed = { ...signable, query: { ...signable.query, ...token } }
  return {
    OSSAccessKeyId: credentials.accessKeyId,
    Expires: String(expires),
    Signature: signatureV1(stringToSignV1(signed, String(expires)), credentials),
    ...token,
  }
}

/** The `Signature` of a PostObject form, over the policy as the form sends it: in base64. */
export function signPolicyV1(policy: string, credentials: Credentials): string {
  return signatureV1(policy, credentials)
}

/** `date` is the x-oss-date of a request or, in a URL, its `Expires`. */
export function stringToSignV1(signable: Signable, date: string): string {
  const headers = headersByName(signable.headers)
  return [
    signable.method,
    headers.get('content-md5') ?? '',
    headers.get('content-type') ?? '',
    date,
    headerLines(headers, (name) => name.startsWith('x-oss-')) + canonicalResource(signable),
  ].join('\n')
}

/** What is asked for: the path and the sub-resources, neither of them percent-encoded. */
export function canonicalResource(signable: Signable): string {
  const subResources = Object.entries(signable.query)
    .filter(([name]) => SUB_RESOURCES.has(name))
    .map(([name, value = '']): [string, string] => [name, value])
  const path = resourcePath(signable)
  return subResources.length === 0 ? path : `${path}?${queryText(subResources)}`
}

function signatureV1(text: string, { accessKeySecret }: Credentials): string {
  return base64(hmac(sha1, utf8(accessKeySecret), utf8(text)))
}
