import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import OSS, { type ClientOptions } from 'oss-multipart'
import { afterAll } from 'vitest'
import { BUCKET } from './testing.ts'

const MAIN = fileURLToPath(new URL('../../packages/server/dist/main.js', import.meta.url))

/** An oss-local in a process of its own, so that what a client costs can be told from what it costs. */
export interface ServerProcess {
  /** For a client of it. */
  readonly options: ClientOptions
  readonly client: OSS
}

/** To be called once, at the top of a test file, with which it ends. */
export async function startServerProcess(): Promise<ServerProcess> {
  if (!existsSync(MAIN))
    throw new Error(`${MAIN} is missing: run \`npm run build\` before the tests`)
  const folder = await mkdtemp(join(tmpdir(), 'oss-multipart-server-'))
  const args = [MAIN, '--port', '0', '--dir', folder, '--bucket', BUCKET]
  const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  afterAll(async () => {
    server.kill('SIGKILL')
    await once(server, 'close')
    await rm(folder, { recursive: true })
  })
  const [line] = await once(createInterface(server.stdout), 'line')
  const [, endpoint = ''] = /(http:[^,]+),/.exec(line) ?? []
  // The development key of oss-local.
  const keys = { accessKeyId: 'oss-local-key-id', accessKeySecret: 'oss-local-key-secret' }
  const options = { endpoint, ...keys, bucket: BUCKET }
  return { options, client: new OSS(options) }
}
