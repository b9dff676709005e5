import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunningServer, startServer } from 'oss-local'
import OSS from 'oss-multipart'
import { BUCKET, bytesOf, PART } from '../flow/testing.ts'
import type { Bench, Fault } from './fault-case.ts'
import { startFaultProxy } from './fault-proxy.ts'

export const PARTS = 5
export const REGION = 'oss-cn-hangzhou'

export interface OpenBench extends Bench {
  /** No fault any more. */
  mend(): Promise<void>
  close(): Promise<void>
}

interface BenchOptions {
  readonly partSize?: number
  /** Puts something between proxy and server: for clients that speak another protocol. */
  readonly translate?: ((server: RunningServer) => Promise<Translator>) | undefined
}

export interface Translator {
  readonly url: string
  close(): Promise<void>
}

/** A server, a proxy and a file of five parts. */
export async function openBench(
  fault: Fault,
  { partSize = PART, translate }: BenchOptions = {},
): Promise<OpenBench> {
  const folder = await mkdtemp(join(tmpdir(), 'oss-multipart-faults-'))
  const server = await startServer({ buckets: [BUCKET], faults: true, ...fault.server?.() })
  const translator = await translate?.(server)
  const proxy = await startFaultProxy(translator?.url ?? server.url)
  const bytes = bytesOf(PARTS * partSize - 1, fault.name)
  const path = join(folder, 'file.bin')
  await writeFile(path, bytes)
  const { url: endpoint, accessKeyId, accessKeySecret } = server
  return {
    proxy,
    server,
    direct: new OSS({ endpoint, accessKeyId, accessKeySecret, bucket: BUCKET, region: REGION }),
    folder,
    path,
    partSize,
    versions: [bytes],
    async mend() {
      server.faults.clear()
      await proxy.mend()
    },
    async close() {
      await proxy.close()
      await translator?.close()
      await server.close()
      await rm(folder, { recursive: true })
    },
  }
}
