import type { Agent as HttpAgent } from 'node:http'
import type { ProxyOptions } from '../node/proxy-url.ts'
import { type Address, resolveAddress } from '../oss/address.ts'
import type { Credentials } from '../oss/credentials.ts'
import { invalidInput } from '../oss/errors.ts'
import { checkBucketName, show } from '../oss/names.ts'
import type { OperationTimeouts } from '../oss/request.ts'
import type { ScopeV4 } from '../oss/sign-v4.ts'
import type { SignElsewhere } from '../oss/signing.ts'
import { checkSign } from './sign-elsewhere.ts'
import { resolveTimeouts, type Timeout } from './timeouts.ts'

/** How to reach OSS and as whom. The names and meanings are those of ali-oss. */
export interface ClientOptions {
  accessKeyId: string
  accessKeySecret: string
  /** The security token that belongs to temporary keys. */
  stsToken?: string | undefined
  /** Gives new temporary keys. Called once for all requests that need them. */
  refreshSTSToken?: (() => Promise<TemporaryKeys>) | undefined
  /**
   * Milliseconds after which temporary keys are renewed.
   *
   * @default 300000
   */
  refreshSTSTokenInterval?: number | undefined
  /** In the place of keys: see {@link KeylessClientOptions}. */
  sign?: never
  /** The bucket of every call, until `useBucket` says another. */
  bucket?: string | undefined
  /**
   * Such as `oss-cn-hangzhou`; `cn-hangzhou` will do.
   *
   * @default 'oss-cn-hangzhou' when there is no endpoint either
   */
  region?: string | undefined
  /** A host name, with a scheme and a port if need be. It goes before `region` for the address. */
  endpoint?: string | undefined
  /**
   * Whether to use the host of the region's internal network.
   *
   * @default false
   */
  internal?: boolean | undefined
  /**
   * HTTPS or plain HTTP, where the endpoint does not say it.
   *
   * @default true, but false for an IP address and for localhost
   */
  secure?: boolean | undefined
  /**
   * Milliseconds, or text such as '60s', that OSS may take: to make a connection, to let any byte move,
   * and to begin its answer, each by itself. A slow transfer that moves is not cut. `[connect, response]`
   * and {@link TimeoutOptions} say them one by one.
   *
   * @default 10 s for a connection, 30 s without any byte moving, 60 s for an answer, 10 minutes for that to CompleteMultipartUpload
   */
  timeout?: Timeout | undefined
  /**
   * Whether the endpoint is a custom domain of the bucket.
   *
   * @default false
   */
  cname?: boolean | undefined
  /**
   * Whether the bucket stands in the path instead of the host name.
   *
   * @default false, but true for an IP address and for localhost
   */
  sldEnable?: boolean | undefined
  /**
   * Whether the requester pays for the traffic.
   *
   * @default false
   */
  isRequestPay?: boolean | undefined
  /**
   * 'latin1' has `head` give metadata as ali-oss does: each byte of its UTF-8 as one character. What is
   * sent is UTF-8 in any case.
   *
   * @default 'utf-8'
   */
  headerEncoding?: 'utf-8' | 'latin1' | undefined
  /**
   * Bytes per second that all requests of this client send together, in Node.
   *
   * @default no limit
   */
  bandwidth?: number | undefined
  /**
   * How often one request is sent again after a network error, a time-out, 429 or 5xx. 0: never.
   *
   * @default 5; 12 in the middle of an upload, which then sits out an outage of a minute
   */
  retryMax?: number | undefined
  /**
   * Signature V4 or V1.
   *
   * @default true when the region is known from `region` or from the endpoint
   */
  authorizationV4?: boolean | undefined
  /** The id of a cloud box; its endpoint must be given too. */
  cloudBoxId?: string | undefined
  /** For plain HTTP, in Node. */
  agent?: HttpAgent | undefined
  /** For HTTPS, in Node. */
  httpsAgent?: HttpAgent | undefined
  /**
   * Connections at once to one host, of this client alone.
   *
   * @default Infinity
   */
  maxSockets?: number | undefined
  /**
   * Whether to go through `proxy`, in Node.
   *
   * @default false
   */
  enableProxy?: boolean | undefined
  /** An HTTP proxy: its URL, such as `http://user:password@proxy.example:3128`, or the parts of one. */
  proxy?: string | ProxyOptions | undefined
  /**
   * Hears of what is worth knowing but stops nothing, such as an error thrown by `progress`.
   *
   * @default prints a process warning
   */
  onWarning?: ((warning: Error) => void) | undefined
}

/** The options of a client without keys: somebody else signs each request. Never both. */
export interface KeylessClientOptions extends CommonOptions {
  /**
   * Has the application's server sign a request: gets what is to be signed, which can be sent as JSON,
   * and gives the headers to add or the URL to send it to. `createSigner` is the server's end.
   */
  sign: SignElsewhere
  accessKeyId?: never
  accessKeySecret?: never
  stsToken?: never
  refreshSTSToken?: never
  refreshSTSTokenInterval?: never
}

type CommonOptions = Omit<ClientOptions, KeyOption | 'sign'>

type KeyOption =
  | 'accessKeyId'
  | 'accessKeySecret'
  | 'stsToken'
  | 'refreshSTSToken'
  | 'refreshSTSTokenInterval'

export type AnyClientOptions = ClientOptions | KeylessClientOptions

/** `stsToken` or `securityToken`; the keys may begin with a capital, as STS itself writes them. */
export type TemporaryKeys = Readonly<Record<string, unknown>>

/** The options with every default filled in and every mistake found. */
export interface ClientSettings {
  readonly address: Address
  /** Empty where `sign` is given. */
  readonly credentials: Credentials
  readonly sign: SignElsewhere | undefined
  readonly refresh: (() => Promise<TemporaryKeys>) | undefined
  readonly refreshInterval: number
  readonly bucket: string | undefined
  /** For Signature V4; undefined when the region is not known. */
  readonly scope: ScopeV4 | undefined
  /** Whether requests are signed with V4 rather than V1. */
  readonly signsV4: boolean
  readonly timeouts: OperationTimeouts
  readonly retryMax: number | undefined
  readonly requestPayer: boolean
  readonly headerEncoding: 'utf-8' | 'latin1'
  readonly warn: ((warning: Error) => void) | undefined
}

const DEFAULT_REFRESH_INTERVAL = 300_000

export function resolveClientOptions(options: AnyClientOptions): ClientSettings {
  if (typeof options !== 'object' || options === null) {
    throw invalidInput(`The options of the client must be an object: got ${show(options)}`)
  }
  const address = resolveAddress(options)
  return {
    address,
    credentials: credentialsOf(options),
    sign: options.sign ?? undefined,
    refresh: optionalFunction('refreshSTSToken', options.refreshSTSToken),
    refreshInterval: count(
      'refreshSTSTokenInterval',
      options.refreshSTSTokenInterval ?? DEFAULT_REFRESH_INTERVAL,
    ),
    bucket: options.bucket ? checkBucketName(options.bucket) : undefined,
    scope: scopeOf(options, address),
    signsV4: signsV4(options, address),
    timeouts: resolveTimeouts(options.timeout ?? {}),
    retryMax: optionalCount('retryMax', options.retryMax),
    requestPayer: options.isRequestPay ?? false,
    headerEncoding: headerEncodingOf(options.headerEncoding ?? 'utf-8'),
    warn: optionalFunction('onWarning', options.onWarning),
  }
}

function credentialsOf(options: AnyClientOptions): Credentials {
  const { accessKeyId, accessKeySecret, stsToken, refreshSTSToken, sign } = options
  if (sign !== undefined && sign !== null) {
    checkSign(sign, [accessKeyId, accessKeySecret, stsToken, refreshSTSToken])
    return { accessKeyId: '', accessKeySecret: '' }
  }
  if (!isText(accessKeyId) || !isText(accessKeySecret)) {
    throw invalidInput('require accessKeyId, accessKeySecret')
  }
  if (stsToken && typeof stsToken !== 'string') throw invalidInput('`stsToken` must be a string')
  // They go into headers. What was given is not shown: one of them is secret.
  if (
    /\p{Cc}|\p{Surrogate}/u.test(`${accessKeyId.trim()}${accessKeySecret.trim()}${stsToken ?? ''}`)
  ) {
    throw invalidInput(
      '`accessKeyId`, `accessKeySecret` or `stsToken` holds a line break or another control character',
    )
  }
  return {
    accessKeyId: accessKeyId.trim(),
    accessKeySecret: accessKeySecret.trim(),
    stsToken: stsToken || undefined,
  }
}

function scopeOf({ cloudBoxId }: CommonOptions, { region }: Address): ScopeV4 | undefined {
  if (cloudBoxId) return { region: cloudBoxId, product: 'oss-cloudbox' }
  return region === undefined ? undefined : { region, product: 'oss' }
}

function signsV4(options: CommonOptions, address: Address): boolean {
  const known = scopeOf(options, address) !== undefined
  const { authorizationV4 = known } = options
  if (!authorizationV4 || known) return authorizationV4
  throw invalidInput('`authorizationV4` needs to know the region: give `region` as well')
}

function headerEncodingOf(encoding: string): 'utf-8' | 'latin1' {
  if (/^utf-?8$/i.test(encoding)) return 'utf-8'
  if (encoding === 'latin1') return 'latin1'
  throw invalidInput(`\`headerEncoding\` must be 'utf-8' or 'latin1': got ${show(encoding)}`)
}

function count(name: keyof ClientOptions, value: unknown): number {
  if (Number.isInteger(value) && Number(value) >= 0) return Number(value)
  throw invalidInput(`\`${name}\` must be a whole number from 0: got ${show(value)}`)
}

function optionalCount(name: keyof ClientOptions, value: unknown): number | undefined {
  return value === undefined || value === null ? undefined : count(name, value)
}

function optionalFunction<Value>(name: keyof ClientOptions, value: Value): Value {
  if (value === undefined || value === null || typeof value === 'function') return value
  throw invalidInput(`\`${name}\` must be a function: got ${show(value)}`)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}
