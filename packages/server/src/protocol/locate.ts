import { undecodableKey } from './names.ts'
import { percentDecode } from './percent.ts'
import type { OssRequest } from './request.ts'

/** What a request is about, whichever way it was addressed. */
export type Target =
  | { readonly level: 'service' }
  | { readonly level: 'bucket'; readonly bucket: string }
  | { readonly level: 'object'; readonly bucket: string; readonly key: string }

export interface ServiceNames {
  /** Host names of the service itself, in lower case: `bucket.<host>` addresses a bucket. */
  readonly hosts: readonly string[]
  /** Custom domain, in lower case → bucket. */
  readonly cnames: ReadonlyMap<string, string>
}

/**
 * The targets that the request may mean, the likeliest first. There are two when the host and the
 * path both name the bucket: ali-oss does that with an IP endpoint and `sldEnable`, and only the
 * signature, made over `/bucket/key`, tells which was meant.
 */
export function locate(request: OssRequest, names: ServiceNames): readonly [Target, ...Target[]] {
  const path = request.path.slice(1)
  const bucket = bucketOfHost(hostOf(request), names)
  if (bucket === undefined) return [pathStyle(path)]
  const whole = inBucket(bucket, path)
  const named = pathStyle(path)
  return 'bucket' in named && named.bucket === bucket ? [whole, named] : [whole]
}

/** The Host header in lower case, without the port. */
export function hostOf(request: OssRequest): string {
  const host = (request.headers.get('host') ?? '').toLowerCase()
  return host.replace(/:\d*$/, '')
}

function pathStyle(path: string): Target {
  if (path === '') return { level: 'service' }
  const slash = path.indexOf('/')
  const bucket = decode(slash < 0 ? path : path.slice(0, slash))
  return inBucket(bucket, slash < 0 ? '' : path.slice(slash + 1))
}

function inBucket(bucket: string, encodedKey: string): Target {
  if (encodedKey === '') return { level: 'bucket', bucket }
  return { level: 'object', bucket, key: decode(encodedKey) }
}

/** In one go, `%2F` among it: oss2 and Go v1 escape the slashes of a key. */
function decode(encoded: string): string {
  const text = percentDecode(encoded)
  if (text === undefined) throw undecodableKey(encoded)
  return text
}

function bucketOfHost(host: string, { hosts, cnames }: ServiceNames): string | undefined {
  const service = hosts.find((name) => host.endsWith(`.${name}`))
  if (service !== undefined) return host.slice(0, -service.length - 1)
  if (host.endsWith('.aliyuncs.com')) return bucketOfAliyunHost(host)
  return cnames.get(host)
}

/**
 * ali-oss overwrites the Host of requests to an IP with `{bucket}.{region}.aliyuncs.com`; without a
 * bucket the first label is the text `undefined` or `null`, or nothing.
 */
function bucketOfAliyunHost(host: string): string | undefined {
  const [bucket = '', ...rest] = host.slice(0, -'.aliyuncs.com'.length).split('.')
  const isService = rest.length === 0 || (rest.length === 1 && rest[0] === 'oss')
  return isService || ['', 'undefined', 'null'].includes(bucket) ? undefined : bucket
}
