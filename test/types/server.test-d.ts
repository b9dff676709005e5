// What must and must not compile for users of oss-local. Nothing here is ever run.
import { type AccessKey, type RunningServer, type ServerOptions, startServer } from 'oss-local'
import { expectTypeOf } from 'vitest'

const accessKey: AccessKey = { accessKeyId: 'id', accessKeySecret: 'secret' }

export const options: Required<ServerOptions> = {
  port: 9000,
  host: '127.0.0.1',
  dir: undefined,
  accessKeys: [accessKey, { ...accessKey, stsToken: 'token', expiration: new Date() }],
  buckets: ['media'],
  hosts: ['oss.test'],
  cnames: { 'files.example.test': 'media' },
  region: 'cn-hangzhou',
  clock: () => 0,
  log: (line) => expectTypeOf(line).toEqualTypeOf<string>(),
  faults: true,
}

export async function start(): Promise<void> {
  const server = await startServer()
  expectTypeOf(server).toEqualTypeOf<RunningServer>()
  expectTypeOf(server.url).toEqualTypeOf<string>()
  expectTypeOf(server.close()).resolves.toEqualTypeOf<void>()
  // @ts-expect-error it is the server that chooses
  server.port = 1
}

// @ts-expect-error an option that there is not
startServer({ bucket: 'media' })
// @ts-expect-error a list of names
startServer({ buckets: 'media' })
// @ts-expect-error a key has a secret
startServer({ accessKeys: [{ accessKeyId: 'id' }] })
// @ts-expect-error a point in time
startServer({ accessKeys: [{ ...accessKey, expiration: '2026-01-01' }] })
