import { parseArgs } from 'node:util'
import { isLoopbackHost } from './protocol/loopback.ts'

export type Command =
  | { readonly name: 'help' }
  | { readonly name: 'version' }
  | { readonly name: 'serve'; readonly options: ServeOptions }

export interface ServeOptions {
  readonly port: number
  readonly host: string
  readonly dir: string
  readonly accessKeys: readonly { accessKeyId: string; accessKeySecret: string }[]
  readonly buckets: readonly string[]
  readonly region: string
  readonly faults: false | { readonly token: string }
}

export const USAGE = `Usage: oss-local [options]

A local Alibaba Cloud OSS for development and tests.

  --port 9000               where to listen
  --host 127.0.0.1          on which address
  --dir .oss-local          where buckets and objects are kept
  --access-key ID:SECRET    who may ask; can be given several times
  --bucket NAME             created when missing; can be given several times
  --region cn-hangzhou      for locations in answers
  --faults-token TOKEN      lets tests order failures at /-/faults, on this machine alone
  --help, --version
`

/** Throws a one-line Error for what it does not understand. It never repeats a secret. */
export function readCommandLine(argv: readonly string[]): Command {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      port: { type: 'string', default: '9000' },
      host: { type: 'string', default: '127.0.0.1' },
      dir: { type: 'string', default: '.oss-local' },
      'access-key': { type: 'string', multiple: true, default: [] },
      bucket: { type: 'string', multiple: true, default: [] },
      region: { type: 'string', default: 'cn-hangzhou' },
      'faults-token': { type: 'string' },
      help: { type: 'boolean', default: false },
      version: { type: 'boolean', default: false },
    },
  })
  if (values.help) return { name: 'help' }
  if (values.version) return { name: 'version' }
  const options = {
    port: readPort(values.port),
    host: values.host,
    dir: values.dir,
    accessKeys: values['access-key'].map(readAccessKey),
    buckets: values.bucket,
    region: values.region,
    faults: readFaults(values['faults-token'], values.host),
  }
  return { name: 'serve', options }
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw new Error(`--port must be a number from 0 to 65535: got ${text}`)
}

function readAccessKey(text: string): { accessKeyId: string; accessKeySecret: string } {
  const [, accessKeyId, accessKeySecret] = /^([^:/\s]+):(\S+)$/.exec(text) ?? []
  if (accessKeyId === undefined || accessKeySecret === undefined) {
    throw new Error('--access-key must be ID:SECRET')
  }
  return { accessKeyId, accessKeySecret }
}

function readFaults(token: string | undefined, host: string): ServeOptions['faults'] {
  if (token === undefined) return false
  if (!isLoopbackHost(host)) {
    throw new Error(`--faults-token needs a --host of this machine, such as 127.0.0.1: got ${host}`)
  }
  return { token }
}
