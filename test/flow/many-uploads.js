// Makes many uploads of one file at once, in a process of its own:
// `node many-uploads.js <client options as JSON> <path> <count>` prints, as JSON, the most memory it ever
// had, in bytes, and what it held of the system before and after them.
import { getEventListeners } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { Agent } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import OSS from 'oss-multipart'
import { peakMemory } from './peak-memory.js'

const [options = '', path = '', count = ''] = process.argv.slice(2)
const bytes = await readFile(path)
const blob = new Blob([bytes])
const { signal } = new AbortController()
/** One entry for each, on Linux alone. */
const DESCRIPTORS = '/proc/self/fd'

/** @type {Record<string, () => import('oss-multipart').UploadInput>} */
const KINDS = {
  path: () => path,
  buffer: () => bytes,
  blob: () => blob,
  stream: () => blob.stream(),
  // In one request.
  small: () => bytes.subarray(0, 1_000),
}

// What is opened at the first use of things and then kept is no leak.
await upload(Object.keys(KINDS).length, 'first')
const before = inUse()
await upload(Number(count), 'many')
console.log(JSON.stringify({ memory: await peakMemory(), before, after: inUse() }))

/**
 * @param {number} count
 * @param {string} prefix
 */
async function upload(count, prefix) {
  const agent = new Agent({ keepAlive: true })
  const client = new OSS({ ...JSON.parse(options), agent })
  const kinds = Object.entries(KINDS)
  await Promise.all(
    Array.from({ length: count }, (_, index) => {
      const [kind = '', input] = kinds[index % kinds.length] ?? []
      const name = `${prefix}/${kind}/${index}`
      return client.multipartUpload(name, input?.(), { partSize: 102_400, signal })
    }),
  )
  agent.destroy()
  // Sockets take a moment to close; whoever waits here for ever is stopped by the test.
  while (process.getActiveResourcesInfo().some((kind) => kind.startsWith('TCP'))) {
    await setTimeout(50)
  }
}

function inUse() {
  const names = process.eventNames().map(String).sort()
  return {
    descriptors: existsSync(DESCRIPTORS) ? readdirSync(DESCRIPTORS).length : 0,
    resources: process.getActiveResourcesInfo().sort(),
    onProcess: names.map((name) => `${name} ${process.listenerCount(name)}`),
    onSignal: getEventListeners(signal, 'abort').length,
  }
}
