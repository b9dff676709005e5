import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type CorsRule, readCorsOption } from './cors-option.ts'
import type { Fault } from './faults/fault.ts'
import type { Faults, Injection } from './faults/inject-faults.ts'
import { listen } from './http/listen.ts'
import { postCallback } from './http/post-callback.ts'
import { type CorsHeaders, createCorsHeaders } from './operations/cors-headers.ts'
import { createService } from './operations/serve.ts'
import type { AccessKey } from './protocol/claim.ts'
import { checkBucketName } from './protocol/names.ts'
import { openDiskStore } from './store/disk-store.ts'
import type { Store } from './store/store.ts'

export type { AccessKey, CorsRule, Fault, Faults }

export interface ServerOptions {
  /** @default 0: a free one */
  port?: number | undefined
  /** @default '127.0.0.1' */
  host?: string | undefined
  /** Where buckets and objects are kept. Left out: a temporary folder that `close()` removes. */
  dir?: string | undefined
  /** Who may ask. @default the development key, {@link DEVELOPMENT_KEY} */
  accessKeys?: readonly AccessKey[] | undefined
  /** Created when they are missing. */
  buckets?: readonly string[] | undefined
  /**
   * Lets pages of other origins use those of `buckets` that have no CORS rules yet, as PutBucketCors
   * would: by these rules, or with `true` pages that this machine serves, for all that an SDK does.
   *
   * @default false: no page
   */
  cors?: boolean | readonly CorsRule[] | undefined
  /** Further host names of the service: with `oss.test`, `bucket.oss.test` addresses a bucket. */
  hosts?: readonly string[] | undefined
  /** Custom domain → bucket. */
  cnames?: Readonly<Record<string, string>> | undefined
  /** For locations and endpoints in answers; signatures of any region are accepted. @default 'cn-hangzhou' */
  region?: string | undefined
  /** Milliseconds since 1970. @default Date.now */
  clock?: (() => number) | undefined
  /** Gets one line a request, and for what is not as was asked for at the start. No secrets. @default none */
  log?: ((line: string) => void) | undefined
  /**
   * Lets tests order trouble: with `true` by {@link RunningServer.faults}, with a token over HTTP as
   * well. @default false
   */
  faults?: boolean | { readonly token: string } | undefined
}

export interface RunningServer {
  /** `http://127.0.0.1:9000` */
  readonly url: string
  readonly port: number
  /** The first of the access keys. */
  readonly accessKeyId: string
  readonly accessKeySecret: string
  /** Trouble to order, when the server was started with `faults`. Otherwise its methods throw. */
  readonly faults: Faults
  /** Stops accepting, gives running requests a moment to end, and closes the data folder. */
  close(): Promise<void>
}

/** The key for everyone who does not bring one. It opens nothing but local servers. */
export const DEVELOPMENT_KEY: AccessKey = {
  accessKeyId: 'oss-local-key-id',
  accessKeySecret: 'oss-local-key-secret',
}

/** Starts a local OSS server; resolves when it accepts requests. */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const settings = resolveOptions(options)
  const data = await openData(settings.dir)
  try {
    await createBuckets(data.store, settings)
    const corsHeaders = createCorsHeaders(data.store, settings.names)
    const injection =
      settings.faults === false ? undefined : await loadFaults(settings, corsHeaders)
    const server = await listen(settings, {
      service: createService({
        services: {
          store: data.store,
          now: settings.clock,
          region: settings.region,
          postCallback,
        },
        names: settings.names,
        accessKeys: new Map(settings.accessKeys.map((key) => [key.accessKeyId, key])),
      }),
      corsHeaders,
      now: settings.clock,
      log: settings.log,
      disturb: injection?.disturb,
    })
    const { accessKeyId, accessKeySecret } = settings.accessKeys[0]
    return {
      url: `http://${urlHost(settings.host)}:${server.port}`,
      port: server.port,
      accessKeyId,
      accessKeySecret,
      faults: injection?.faults ?? NO_FAULTS,
      close: once(async () => {
        injection?.close()
        await server.close()
        await data.close()
      }),
    }
  } catch (error) {
    await data.close()
    throw error
  }
}

type Settings = ReturnType<typeof resolveOptions>

function resolveOptions(options: ServerOptions) {
  const [first = DEVELOPMENT_KEY, ...others] = options.accessKeys ?? []
  const buckets = options.buckets ?? []
  for (const bucket of buckets) checkBucketName(bucket)
  const cors = readCorsOption(options.cors)
  if (cors !== undefined && buckets.length === 0) {
    throw new TypeError('`cors` is for buckets that are named at the start: name one')
  }
  return {
    port: options.port ?? 0,
    host: options.host ?? '127.0.0.1',
    dir: options.dir,
    accessKeys: [first, ...others] as const,
    buckets,
    cors,
    names: {
      hosts: ['localhost', ...(options.hosts ?? [])].map((name) => name.toLowerCase()),
      cnames: new Map(
        Object.entries(options.cnames ?? {}).map(([name, to]) => [name.toLowerCase(), to]),
      ),
    },
    region: options.region ?? 'cn-hangzhou',
    clock: options.clock ?? Date.now,
    log: options.log ?? (() => {}),
    faults: options.faults ?? false,
  }
}

/** Loaded when it is asked for, so that no other server has a line of it. */
async function loadFaults(
  { faults, names, clock: now }: Settings,
  corsHeaders: CorsHeaders,
): Promise<Injection> {
  const { injectFaults } = await import('./faults/inject-faults.ts')
  const control = typeof faults === 'object' ? faults : undefined
  return injectFaults({ control, names, corsHeaders, now })
}

const NO_FAULTS: Faults = { add: areOff, unused: areOff, clear: areOff }

function areOff(): never {
  throw new Error('Faults are off. Start the server with startServer({ faults: true }).')
}

interface Data {
  readonly store: Store
  close(): Promise<void>
}

async function openData(dir: string | undefined): Promise<Data> {
  if (dir !== undefined) {
    const store = await openDiskStore(dir)
    return { store, close: () => store.close() }
  }
  const temporary = await mkdtemp(join(tmpdir(), 'oss-local-'))
  const remove = () => rm(temporary, { recursive: true, force: true })
  try {
    const store = await openDiskStore(temporary)
    return { store, close: () => store.close().finally(remove) }
  } catch (error) {
    await remove()
    throw error
  }
}

async function createBuckets(
  store: Store,
  { buckets, cors, clock, log }: Pick<Settings, 'buckets' | 'cors' | 'clock' | 'log'>,
): Promise<void> {
  for (const name of buckets) {
    const existing = await store.getBucket(name)
    if (existing === undefined) {
      await store.putBucket({
        name,
        createdAt: clock(),
        acl: 'private',
        storageClass: 'Standard',
        dataRedundancyType: 'LRS',
        cors,
      })
    } else if (cors !== undefined && existing.cors === undefined) {
      await store.configureBucket(name, { cors })
    } else if (cors !== undefined && !isDeepStrictEqual(existing.cors, cors)) {
      log(`The bucket ${name} keeps the CORS rules that it has: delete them to have others put.`)
    }
  }
}

function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

function once(action: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined
  return () => {
    done ??= action()
    return done
  }
}
