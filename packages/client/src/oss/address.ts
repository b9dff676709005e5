import { lastResult } from '../async/last-result.ts'
import { encodeKey, percentEncode } from './encode.ts'
import { invalidInput } from './errors.ts'
import { show } from './names.ts'

/** Where requests go and how the bucket is named there (oss-protocol: virtual host, path, CNAME). */
export interface Address {
  readonly protocol: 'http:' | 'https:'
  /** Host and port, without a bucket. */
  readonly host: string
  readonly style: 'virtual' | 'path' | 'cname'
  /** The region id for V4 (`cn-hangzhou`), when the options or the host name tell it. */
  readonly region: string | undefined
}

export interface AddressOptions {
  readonly region?: string | undefined
  readonly endpoint?: string | undefined
  readonly internal?: boolean | undefined
  readonly secure?: boolean | undefined
  readonly cname?: boolean | undefined
  readonly sldEnable?: boolean | undefined
}

/** As with ali-oss, where neither region nor endpoint is given. */
const DEFAULT_REGION = 'oss-cn-hangzhou'

export function resolveAddress(options: AddressOptions): Address {
  const { region, endpoint, internal = false, secure, cname = false, sldEnable = false } = options
  checkRegion(region)
  if (region === '' && !endpoint) throw invalidInput('require options.endpoint or options.region')
  const url = parseEndpoint(endpoint || regionHost(region ?? DEFAULT_REGION, internal), secure)
  // `bucket.localhost` resolves on few systems and `bucket.127.0.0.1` on none, so those are addressed by path.
  const byPath = sldEnable || isLocalName(url.hostname)
  return {
    protocol: url.protocol === 'https:' ? 'https:' : 'http:',
    host: url.host,
    style: cname ? 'cname' : byPath ? 'path' : 'virtual',
    region: region ? regionToSignFor(regionId(region)) : regionOfHost(url.hostname),
  }
}

/** The request target for a bucket and key: nothing in it is normalised, whatever the key. */
export function locate(
  { protocol, host, style }: Address,
  { bucket, key = '' }: { bucket?: string | undefined; key?: string | undefined },
  query: Readonly<Record<string, string>> = {},
): { origin: string; path: string } {
  const prefixed = bucket !== undefined && style === 'virtual'
  const inPath = bucket !== undefined && style === 'path' ? `/${bucket}` : ''
  return {
    origin: `${protocol}//${prefixed ? `${bucket}.` : ''}${host}`,
    path: `${inPath}/${encodedKey(key)}${queryText(query)}`,
  }
}

// The parts of an upload share it.
const encodedKey = lastResult(encodeKey)

function queryText(query: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(query).map(([name, value]) =>
    value === '' ? percentEncode(name) : `${percentEncode(name)}=${percentEncode(value)}`,
  )
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

function checkRegion(region: unknown): void {
  if (region === undefined || (typeof region === 'string' && /^[\w-]*$/.test(region))) return
  throw invalidInput(
    `The region must be conform to the specifications, such as "oss-cn-hangzhou": got ${show(region)}`,
  )
}

function parseEndpoint(endpoint: unknown, secure: boolean | undefined): URL {
  if (typeof endpoint !== 'string')
    throw invalidInput(`\`endpoint\` must be a string: got ${show(endpoint)}`)
  if (!/^[\w.:/[\]-]+$/.test(endpoint)) {
    throw invalidInput(`The endpoint must be conform to the specifications: got ${show(endpoint)}`)
  }
  const hasScheme = endpoint.includes('://')
  const url = tryUrl(hasScheme ? endpoint : `https://${endpoint}`)
  if (url === undefined)
    throw invalidInput(`The endpoint is no host name or URL: got ${show(endpoint)}`)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw invalidInput(`Endpoint protocol must be http or https.: got ${show(endpoint)}`)
  }
  if (hasScheme) return url
  // Credentials and data go over TLS unless somebody says otherwise; a development server has none.
  const plain = secure === false || (secure === undefined && isLocalName(url.hostname))
  // Built again rather than switched: setting `protocol` would keep a port that is the other scheme's default.
  return plain ? new URL(`http://${endpoint}`) : url
}

function tryUrl(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}

function regionHost(region: string, internal: boolean): string {
  const name = region.includes('oss-') ? region : `oss-${region}`
  // The classic VPC host names are internal by themselves.
  const suffix = internal && !name.startsWith('vpc100-oss-cn-') && !name.endsWith('-internal')
  return `${name}${suffix ? '-internal' : ''}.aliyuncs.com`
}

function regionId(region: string): string {
  return region.replace(/^(vpc100-)?oss-/, '').replace(/-internal$/, '')
}

/** `oss-cn-hangzhou[-internal].aliyuncs.com` and `cn-hangzhou.oss.aliyuncs.com`; accelerated hosts name no region. */
function regionOfHost(hostname: string): string | undefined {
  const [, dualStack] = /^([a-z0-9-]+)\.oss\.aliyuncs\.com$/.exec(hostname) ?? []
  const [, classic] = /^(?:vpc100-)?oss-([a-z0-9-]+)\.aliyuncs\.com$/.exec(hostname) ?? []
  const region = dualStack ?? classic
  return region === undefined ? undefined : regionToSignFor(regionId(region))
}

/** Accelerated host names stand for all regions. */
function regionToSignFor(region: string): string | undefined {
  return region.startsWith('accelerate') ? undefined : region
}

function isLocalName(hostname: string): boolean {
  return hostname === 'localhost' || isIp(hostname)
}

export function isIp(hostname: string): boolean {
  return hostname.startsWith('[') || /^\d+\.\d+\.\d+\.\d+$/.test(hostname)
}
