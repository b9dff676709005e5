import { parseArgs } from 'node:util'
import { type CorsRule, pagesRule, THIS_MACHINE } from './cors-option.ts'
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
  readonly cors: boolean | readonly CorsRule[]
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
  --cors [ORIGIN]           lets pages use these buckets: those of this machine, or of an origin
                            such as http://192.168.0.7:5173; can be given several times
  --region cn-hangzhou      for locations in answers
  --faults-token TOKEN      lets tests order failures at /-/faults, on this machine alone
  --help, --version
`

/** As browsers write it, which is what rules are compared with: in lower case, without a path. */
const ORIGIN = /^(\*|null|https?:\/\/[^/\sA-Z]+)$/

/** Throws a one-line Error for what it does not understand. It never repeats a secret. */
export function readCommandLine(argv: readonly string[]): Command {
  const { values } = parseArgs({
    args: withEmptyCors(argv),
    options: {
      port: { type: 'string', default: '9000' },
      host: { type: 'string', default: '127.0.0.1' },
      dir: { type: 'string', default: '.oss-local' },
      'access-key': { type: 'string', multiple: true, default: [] },
      bucket: { type: 'string', multiple: true, default: [] },
      cors: { type: 'string', multiple: true, default: [] },
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
    cors: readCors(values.cors),
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

/** `parseArgs` knows no option whose value may be left out: that is an empty one to it. */
function withEmptyCors(argv: readonly string[]): string[] {
  return argv.map((argument, index) => {
    const next = argv[index + 1]
    const isBare = argument === '--cors' && (next === undefined || next.startsWith('--'))
    return isBare ? '--cors=' : argument
  })
}

function readCors(origins: readonly string[]): ServeOptions['cors'] {
  for (const origin of origins) {
    if (origin === '' || ORIGIN.test(origin)) continue
    throw new Error(`--cors must be an origin such as http://localhost:5173: got ${origin}`)
  }
  if (origins.length === 0) return false
  return [pagesRule(origins.flatMap((origin) => (origin === '' ? THIS_MACHINE : origin)))]
}

function readFaults(token: string | undefined, host: string): ServeOptions['faults'] {
  if (token === undefined) return false
  if (!isLoopbackHost(host)) {
    throw new Error(`--faults-token needs a --host of this machine, such as 127.0.0.1: got ${host}`)
  }
  return { token }
}
