import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import OSS from 'ali-oss'
import { bucket, keys } from './clients/names.js'

/** @import { FarEnd, SinkReport } from './types.ts' */

const MAIN = fileURLToPath(new URL('../packages/server/dist/main.js', import.meta.url))
/** Of the clock by which the kernel tells a process's CPU time, on every Linux there is. */
const TICKS_PER_SECOND = 100

/**
 * A running oss-local, as its command starts it, with its data in a new folder below `parent`. Clients
 * that do not sign may write as well.
 *
 * @param {string} parent
 * @returns {Promise<FarEnd>}
 */
export async function startOssLocal(parent) {
  const dir = mkdtempSync(join(parent, 'oss-local-bench-'))
  const remove = () => rmSync(dir, { recursive: true, force: true })
  const words = ['--port', '0', '--dir', dir, '--access-key', `${keys.id}:${keys.secret}`]
  const child = spawn(process.execPath, [MAIN, ...words], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const stop = () => {
    child.kill('SIGKILL')
    remove()
  }
  process.on('exit', stop)
  const [line] = await once(createInterface(child.stdout), 'line')
  const [endpoint = ''] = /http:\S+(?=,)/.exec(line) ?? []
  await createBucket(endpoint)
  return {
    endpoint,
    counters: async () => ({ ...UNCOUNTED, ...usageOf(child.pid) }),
    async reset() {},
    async stop() {
      process.off('exit', stop)
      child.kill()
      await once(child, 'exit')
      remove()
    },
  }
}

/**
 * oss-local counts nothing, but it completes no upload whose bytes it does not have: a client that
 * reports success is believed.
 *
 * @type {Omit<SinkReport, 'cpu'>}
 */
const UNCOUNTED = {
  connections: Number.NaN,
  attempts: Number.NaN,
  parts: Number.NaN,
  failed: Number.NaN,
  puts: Number.NaN,
  completes: Number.NaN,
  bytes: Number.NaN,
  maxInFlight: Number.NaN,
}

/**
 * Our own client makes no buckets.
 *
 * @param {string} endpoint
 */
async function createBucket(endpoint) {
  const client = new OSS({ endpoint, accessKeyId: keys.id, accessKeySecret: keys.secret })
  await client.putBucket(bucket, { acl: 'public-read-write' })
}

/** @param {number | undefined} pid */
function usageOf(pid) {
  const about = (/** @type {string} */ file) => readFileSync(`/proc/${pid}/${file}`, 'utf8')
  // The name may hold spaces; behind it, user and system time are the 12th and 13th field.
  const fields = about('stat').split(') ')[1]?.split(' ') ?? []
  const [, kib] = /VmHWM:\s+(\d+)/.exec(about('status')) ?? []
  return {
    cpu: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    rssMiB: Number(kib) / 1024,
  }
}
