import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { made } from './prepare.js'

/** @import { ClientReport, FarEnd, Run, SinkReport, Task } from './types.ts' */

const GiB = 1024 ** 3
/** Milliseconds after which a client is taken for hung. */
const PATIENCE = 20 * 60_000

/**
 * One run of one client in a process of its own.
 *
 * @param {string} client
 * @param {Task} task
 * @param {{ bytes: number, farEnd: FarEnd, nodeFlags?: readonly string[] }} setting
 * @returns {Promise<Run>}
 */
export async function runClient(client, task, { bytes, farEnd, nodeFlags = [] }) {
  const before = await farEnd.counters()
  await farEnd.reset()
  const report = await start(client, task, nodeFlags)
  const after = await farEnd.counters()
  const sinkCpu = after.cpu - before.cpu
  // Who fetches has counted the bytes itself.
  const expected = fetches(client) ? { bytes: 0, files: 0 } : { bytes, files: task.files.length }
  return {
    ...report,
    ...failureOf(report, after, expected),
    bytes,
    rate: bytes / 1e6 / report.seconds,
    cpuPerGiB: report.cpu / (bytes / GiB),
    sinkCpuPerGiB: sinkCpu / (bytes / GiB),
    ...(after.rssMiB !== undefined && { farEndRssMiB: after.rssMiB }),
    attempts: after.attempts,
    // One of them was our question for the counters.
    connections: after.connections - 1,
    maxInFlight: after.maxInFlight,
  }
}

/** @param {string} client */
function fetches(client) {
  return client.endsWith('-get')
}

/**
 * What the client says it did must be what the far end saw.
 *
 * @param {ClientReport} report
 * @param {SinkReport} seen
 * @param {{ bytes: number, files: number }} expected
 */
function failureOf({ error }, { bytes: arrived, completes, puts }, { bytes, files }) {
  if (error !== undefined) return { error }
  if (arrived < bytes) return { error: `only ${arrived} of ${bytes} bytes arrived` }
  if (completes + puts < files)
    return { error: `only ${completes + puts} of ${files} were completed` }
  return {}
}

/**
 * @param {string} client
 * @param {Task} task
 * @param {readonly string[]} nodeFlags
 * @returns {Promise<ClientReport>}
 */
async function start(client, task, nodeFlags) {
  const [command, ...words] =
    client === 'go-oss-v2'
      ? [made.goClient]
      : [
          process.execPath,
          ...nodeFlags,
          fileURLToPath(new URL(`clients/${client}.js`, import.meta.url)),
        ]
  const child = spawn(command, [...words, JSON.stringify(task)], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: made.certificate, SSL_CERT_FILE: made.certificate },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PATIENCE,
    killSignal: 'SIGKILL',
  })
  // When the benchmark is stopped, so is the client.
  const stop = () => child.kill('SIGKILL')
  process.on('exit', stop)
  let said = ''
  let complained = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    complained += text
  })
  const end = await new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message))
    child.on('close', (code, signal) => resolve(signal ?? code))
  })
  process.off('exit', stop)
  const line = said.split('\n').find((text) => text.startsWith('{'))
  if (line !== undefined) return JSON.parse(line)
  const error = `ended with ${end}: ${complained.trim().slice(-500)}`
  return { seconds: Number.NaN, cpu: Number.NaN, rssMiB: Number.NaN, error }
}
