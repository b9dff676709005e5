import { createCipheriv, createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunningServer, startServer } from 'oss-local'
import OSS, { type Checkpoint, type ClientOptions, OssError } from 'oss-multipart'
import { afterAll, expect } from 'vitest'
import { type Observer, startObserver } from './observer.ts'

export const KiB = 1024
/** The smallest part there is: tests need many parts, not large ones. */
export const PART = 100 * KiB
export const BUCKET = 'flow'

/** A local OSS, someone who watches what is asked of it, and a folder; they end with the test file. */
export interface Flow {
  readonly server: RunningServer
  readonly observer: Observer
  /** A client whose requests pass the observer, signing with V4 unless told otherwise. */
  client(options?: Partial<ClientOptions>): OSS
  /** A file with these bytes. */
  file(name: string, bytes: Uint8Array): Promise<string>
  /** Fails unless the object `name` consists of exactly these bytes. */
  expectStored(name: string, bytes: Uint8Array): Promise<void>
}

/** To be called once, at the top of a test file. */
export async function startFlow(): Promise<Flow> {
  const unhandled = watchRejections()
  const server = await startServer({ buckets: [BUCKET] })
  const observer = await startObserver(server.url)
  const folder = await mkdtemp(join(tmpdir(), 'oss-multipart-flow-'))
  afterAll(async () => {
    await observer.close()
    await server.close()
    await rm(folder, { recursive: true })
    expect(unhandled(), 'unhandled rejections').toEqual([])
  })

  const { accessKeyId, accessKeySecret } = server
  const known = { accessKeyId, accessKeySecret, bucket: BUCKET, region: 'oss-cn-hangzhou' }
  const direct = new OSS({ ...known, endpoint: server.url })
  return {
    server,
    observer,
    client: (options) => new OSS({ ...known, endpoint: observer.url, ...options }),
    async file(name, bytes) {
      const path = join(folder, name)
      await writeFile(path, bytes)
      return path
    },
    async expectStored(name, bytes) {
      const { content = Buffer.alloc(0) } = await direct.get(name)
      const summary = (data: Uint8Array) => ({ size: data.byteLength, sha256: sha256(data) })
      expect(summary(content), name).toEqual(summary(bytes))
    },
  }
}

/** Signature V1, and V4, which needs to know the region. */
export const SIGNATURES: readonly [string, Partial<ClientOptions>][] = [
  ['V1', { authorizationV4: false }],
  ['V4', { authorizationV4: true }],
]

/** `size` bytes of which no two MiB are alike; others for another `seed`, the same for the same. */
export function bytesOf(size: number, seed: string | number = 0): Buffer<ArrayBuffer> {
  const key = createHash('md5').update(String(seed)).digest()
  const cipher = createCipheriv('aes-128-ctr', key, Buffer.alloc(16))
  return Buffer.from(cipher.update(Buffer.alloc(size)))
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** What a promise is rejected with, which must be an OssError. */
export async function failure(promise: Promise<unknown>): Promise<OssError> {
  const outcome = await promise.then(
    () => 'a success',
    (error: unknown) => error,
  )
  if (outcome instanceof OssError) return outcome
  throw new Error(`Expected a rejection with an OssError: got ${outcome}`, { cause: outcome })
}

/** Where the upload that failed can go on from. */
export function checkpointOf(error: OssError): Checkpoint {
  if (typeof error.checkpoint !== 'object')
    throw new Error('Expected a checkpoint', { cause: error })
  // What an upload gives its errors is one.
  return error.checkpoint as Checkpoint
}

/** Like `expect`, but looks again until it is as it should be: for what another socket must hear first. */
export function eventually<Value>(look: () => Value) {
  return expect.poll(look, { timeout: 10_000, interval: 10 })
}

/** For what only a caller without types can pass. */
export function anyway(value: unknown): never {
  // It is not: the compiler is to let it through.
  return value as never
}

/** What is left of a value after JSON, as when it was kept in a file. */
export function throughJson<Value>(value: Value): Value {
  // Checkpoints, which this is for, are plain data.
  return JSON.parse(JSON.stringify(value))
}

/** `value` and everything in it, such that writing to it throws. */
export function deepFreeze<Value>(value: Value): Value {
  const isPlain = Object.getPrototypeOf(Object(value)) === Object.prototype
  if (!isPlain && !Array.isArray(value)) return value
  for (const inner of Object.values(Object(value))) deepFreeze(inner)
  return Object.freeze(value)
}

/** Collects what an application would die of. */
function watchRejections(): () => unknown[] {
  const rejections: unknown[] = []
  const notice = (reason: unknown) => void rejections.push(reason)
  process.on('unhandledRejection', notice)
  return () => {
    process.off('unhandledRejection', notice)
    return rejections
  }
}
