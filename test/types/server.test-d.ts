// What must and must not compile for users of oss-local. Nothing here is ever run.
import {
  type AccessKey,
  type CorsRule,
  type Fault,
  type Faults,
  type RunningServer,
  type ServerOptions,
  startServer,
} from 'oss-local'
import { expectTypeOf } from 'vitest'

const accessKey: AccessKey = { accessKeyId: 'id', accessKeySecret: 'secret' }

const rule: CorsRule = { allowedOrigin: '*', allowedMethod: ['GET', 'PUT'], exposeHeader: 'ETag' }

export const options: Required<ServerOptions> = {
  port: 9000,
  host: '127.0.0.1',
  dir: undefined,
  accessKeys: [accessKey, { ...accessKey, stsToken: 'token', expiration: new Date() }],
  buckets: ['media'],
  cors: [rule, { ...rule, allowedHeader: ['*'], maxAgeSeconds: 600 }],
  hosts: ['oss.test'],
  cnames: { 'files.example.test': 'media' },
  region: 'cn-hangzhou',
  clock: () => 0,
  log: (line) => expectTypeOf(line).toEqualTypeOf<string>(),
  faults: { token: 'secret' },
}

export const faults: Fault[] = [
  { do: 'cut' },
  { on: 'UploadPart', key: 'k', partNumber: 3, nth: 2, do: 'cut', afterBytes: 5, by: 'end' },
  { do: 'refuse', status: 503, code: 'SlowDown', headers: { 'retry-after': '1' }, times: 'always' },
  { do: 'change answer', headers: { etag: null } },
  // @ts-expect-error an operation that there is not
  { on: 'uploadPart', do: 'cut' },
  // @ts-expect-error nothing that can happen
  { do: 'explode' },
  // @ts-expect-error a refusal has a code
  { do: 'refuse', status: 503 },
  // @ts-expect-error a field of another one
  { do: 'stall', bytesPerSecond: 5 },
]

export async function start(): Promise<void> {
  const server = await startServer()
  expectTypeOf(server).toEqualTypeOf<RunningServer>()
  expectTypeOf(server.url).toEqualTypeOf<string>()
  expectTypeOf(server.faults).toEqualTypeOf<Faults>()
  server.faults.add(...faults)
  expectTypeOf(server.faults.unused()).toEqualTypeOf<Fault[]>()
  expectTypeOf(server.close()).resolves.toEqualTypeOf<void>()
  // @ts-expect-error it is the server that chooses
  server.port = 1
}

// @ts-expect-error an option that there is not
startServer({ bucket: 'media' })
// @ts-expect-error a list of names
startServer({ buckets: 'media' })
// @ts-expect-error a list of rules
startServer({ buckets: ['media'], cors: rule })
// @ts-expect-error an origin alone is no rule
startServer({ buckets: ['media'], cors: ['http://localhost:5173'] })
// @ts-expect-error a key has a secret
startServer({ accessKeys: [{ accessKeyId: 'id' }] })
// @ts-expect-error a point in time
startServer({ accessKeys: [{ ...accessKey, expiration: '2026-01-01' }] })
// @ts-expect-error over HTTP with a token alone
startServer({ faults: {} })
