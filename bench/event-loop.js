// How long the event loop of a program is held up by an upload of 10,000 parts: while it is sent, when it is
// gone on with, and while it is completed. `node bench/event-loop.js`, after `npm run build`; the machine
// should have nothing else to do. oss-local runs in a thread of its own.
import { once } from 'node:events'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { startServer } from 'oss-local'
import OSS from 'oss-multipart'

const PARTS = 10_000
const PART = 100 * 1024

if (isMainThread) await main()
else await serve()

async function serve() {
  const { url, accessKeyId, accessKeySecret } = await startServer({ buckets: ['bench'] })
  parentPort?.postMessage({ endpoint: url, accessKeyId, accessKeySecret })
}

async function main() {
  const worker = new Worker(new URL(import.meta.url))
  const [keys] = await once(worker, 'message')
  const client = new OSS({ region: 'oss-cn-hangzhou', bucket: 'bench', ...keys })
  const folder = await mkdtemp(join(tmpdir(), 'event-loop-'))
  const path = join(folder, 'holes')
  const file = await open(path, 'w')
  await file.truncate(PARTS * PART)
  await file.close()

  const watched = watch()
  try {
    watched.during('sending')
    const stop = new AbortController()
    const enough = 0.9 * PARTS * PART
    const stopped = await client
      .multipartUpload('holes', path, {
        partSize: PART,
        signal: stop.signal,
        onTransfer: ({ acknowledged }) => acknowledged > enough && stop.abort(),
      })
      .catch((error) => error)

    watched.during('going on')
    await client.multipartUpload('holes', path, {
      checkpoint: stopped.checkpoint,
      onTransfer: ({ phase }) => watched.during(phase === 'completing' ? phase : 'going on'),
    })
    console.table(watched.stop())
  } finally {
    await worker.terminate()
    await rm(folder, { recursive: true })
  }
}

/** The longest time in milliseconds between two turns of the event loop. */
function watch() {
  /** @type {Record<string, { 'longest ms': number }>} */
  const longest = {}
  let phase = 'start'
  let last = performance.now()
  let next = setImmediate(turn)

  function turn() {
    const now = performance.now()
    const known = longest[phase]?.['longest ms'] ?? 0
    longest[phase] = { 'longest ms': Math.round(Math.max(known, now - last)) }
    last = now
    next = setImmediate(turn)
  }

  return {
    /** @param {string} what */
    during(what) {
      phase = what
    },
    stop() {
      clearImmediate(next)
      return longest
    },
  }
}
