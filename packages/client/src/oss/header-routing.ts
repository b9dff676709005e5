type Headers = Readonly<Record<string, string>>

/** What one multipart upload sends with which of its requests, out of what the caller gave once. */
export interface RoutedHeaders {
  readonly initiate: Headers
  readonly part: Headers
  readonly complete: Headers
}

/** Sent with every request of the upload. */
const EVERYWHERE = ['x-oss-request-payer']
/** A limit on the speed of bytes. */
const PART_ONLY = ['x-oss-traffic-limit']
/** Said when the object comes into being; OSS takes the first two at Initiate as well. */
const COMPLETE = ['x-oss-object-acl', 'x-oss-forbid-overwrite']
const COMPLETE_ONLY = ['x-oss-callback', 'x-oss-callback-var', 'x-oss-complete-all']
/** They speak of the bytes of one request, and the caller knows only those of the whole. */
const NOWHERE = ['content-md5', 'content-length', 'x-oss-hash-crc64ecma']

/** Everything else — metadata, Cache-Control, storage class, tags — is settled at Initiate. */
export function routeHeaders(headers: Headers): RoutedHeaders {
  const only = (names: readonly string[]) => pick(headers, (name) => names.includes(name))
  const elsewhere = [...PART_ONLY, ...COMPLETE_ONLY, ...NOWHERE]
  return {
    initiate: pick(headers, (name) => !elsewhere.includes(name)),
    part: only([...EVERYWHERE, ...PART_ONLY]),
    complete: only([...EVERYWHERE, ...COMPLETE, ...COMPLETE_ONLY]),
  }
}

function pick(headers: Headers, wanted: (name: string) => boolean): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => wanted(name)))
}
