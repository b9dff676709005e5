import http from 'node:http'

/** The bucket that every client here uses. */
export const BUCKET = 'media'
/** A host name that the server is told is its own. */
export const SERVICE_HOST = 'oss.test'
/** A custom domain of the bucket. */
export const CNAME = 'files.example.test'

/** One way to reach the server, in options that ali-oss and our client have in common. */
export interface Address {
  readonly name: string
  readonly host: string
  readonly sldEnable?: boolean
  readonly cname?: boolean
  /** The Host that ali-oss then sends, without the port. For IP addresses it makes one up. */
  readonly aliOssHost: string
}

const MADE_UP_HOST = `${BUCKET}.oss-cn-hangzhou.aliyuncs.com`

/** Every way in which ali-oss names a bucket. */
export const ADDRESSES = {
  ip: { name: 'an IP address', host: '127.0.0.1', aliOssHost: MADE_UP_HOST },
  ipByPath: {
    name: 'an IP address, sldEnable',
    host: '127.0.0.1',
    sldEnable: true,
    aliOssHost: MADE_UP_HOST,
  },
  localhost: { name: 'localhost', host: 'localhost', aliOssHost: `${BUCKET}.localhost` },
  localhostByPath: {
    name: 'localhost, sldEnable',
    host: 'localhost',
    sldEnable: true,
    aliOssHost: 'localhost',
  },
  ownHost: {
    name: 'a host of its own',
    host: SERVICE_HOST,
    aliOssHost: `${BUCKET}.${SERVICE_HOST}`,
  },
  cname: { name: 'a CNAME', host: CNAME, cname: true, aliOssHost: CNAME },
} as const satisfies Record<string, Address>

export interface Way {
  readonly address: Address
  readonly authorizationV4: boolean
}

/** Each address with each signature, titled for `describe.each`. */
export const WAYS: readonly (readonly [string, Way])[] = Object.values(ADDRESSES).flatMap(
  (address: Address) => [
    [`${address.name}, Signature V1`, { address, authorizationV4: false }] as const,
    [`${address.name}, Signature V4`, { address, authorizationV4: true }] as const,
  ],
)

/** Resolves every name to this machine: `bucket.localhost` is known to few systems. */
export const loopbackAgent = new http.Agent({
  keepAlive: true,
  lookup: (_hostname, options, callback) => {
    if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }])
    else callback(null, '127.0.0.1', 4)
  },
})

/** The options of a client that goes this way to the server on `port`. */
export function clientOptions({ address, authorizationV4 }: Way, port: number) {
  const { host, sldEnable = false, cname = false } = address
  return {
    region: 'oss-cn-hangzhou',
    endpoint: `http://${host}:${port}`,
    bucket: BUCKET,
    agent: loopbackAgent,
    sldEnable,
    cname,
    authorizationV4,
  }
}
