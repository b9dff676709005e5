import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listen } from './http/listen.ts'
import { postCallback } from './http/post-callback.ts'
import { createService } from './operations/serve.ts'
import type { AccessKey } from './protocol/claim.ts'
import { checkBucketName } from './protocol/names.ts'
import { openDiskStore } from './store/disk-store.ts'
import type { Store } from './store/store.ts'

export type { AccessKey }

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
  /** Further host names of the service: with `oss.test`, `bucket.oss.test` addresses a bucket. */
  hosts?: readonly string[] | undefined
  /** Custom domain → bucket. */
  cnames?: Readonly<Record<string, string>> | undefined
  /** For locations and endpoints in answers; signatures of any region are accepted. @default 'cn-hangzhou' */
  region?: string | undefined
  /** Milliseconds since 1970. @default Date.now */
  clock?: (() => number) | undefined
  /** Gets one line a request, without secrets. @default none */
  log?: ((line: string) => void) | undefined
}

export interface RunningServer {
  /** `http://127.0.0.1:9000` */
  readonly url: string
  readonly port: number
  /** The first of the access keys. */
  readonly accessKeyId: string
  readonly accessKeySecret: string
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
      now: settings.clock,
      log: settings.log,
    })
    const { accessKeyId, accessKeySecret } = settings.accessKeys[0]
    return {
      url: `http://${urlHost(settings.host)}:${server.port}`,
      port: server.port,
      accessKeyId,
      accessKeySecret,
      close: once(async () => {
        await server.close()
        await data.close()
      }),
    }
  } catch (error) {
    await data.close()
    throw error
  }
}

function resolveOptions(options: ServerOptions) {
  const [first = DEVELOPMENT_KEY, ...others] = options.accessKeys ?? []
  const buckets = options.buckets ?? []
  for (const bucket of buckets) checkBucketName(bucket)
  return {
    port: options.port ?? 0,
    host: options.host ?? '127.0.0.1',
    dir: options.dir,
    accessKeys: [first, ...others] as const,
    buckets,
    names: {
      hosts: ['localhost', ...(options.hosts ?? [])].map((name) => name.toLowerCase()),
      cnames: new Map(
        Object.entries(options.cnames ?? {}).map(([name, to]) => [name.toLowerCase(), to]),
      ),
    },
    region: options.region ?? 'cn-hangzhou',
    clock: options.clock ?? Date.now,
    log: options.log ?? (() => {}),
  }
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
  { buckets, clock }: { buckets: readonly string[]; clock: () => number },
): Promise<void> {
  for (const name of buckets) {
    if ((await store.getBucket(name)) !== undefined) continue
    await store.putBucket({
      name,
      createdAt: clock(),
      acl: 'private',
      storageClass: 'Standard',
      dataRedundancyType: 'LRS',
    })
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
