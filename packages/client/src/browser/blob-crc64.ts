import { orAborted } from '../async/or-aborted.ts'
import { createCrc64 } from '../oss/crc64.ts'
import { MiB } from '../oss/limits.ts'
import type { ChecksumAnswer, ChecksumRequest } from './checksum-worker.ts'
import { CHECKSUM_WORKER } from './checksum-worker-text.ts'
import { readBlob, unreadable } from './read-blob.ts'

/** Bytes at a time on the page's own thread: some milliseconds of work, even on a phone. */
const PIECE = MiB

/** The CRC-64 of a Blob. */
export type BlobCrc64 = (blob: Blob, signal?: AbortSignal) => Promise<bigint>

/** What is used of a Worker. */
export type ChecksumWorker = Pick<Worker, 'addEventListener' | 'postMessage' | 'terminate'>

/**
 * Computes in a worker, and where there can be none, because of the page's Content-Security-Policy or in
 * a service worker, in pieces. The worker is started when it is first needed.
 */
export function createBlobCrc64(start: () => ChecksumWorker | undefined = startWorker): BlobCrc64 {
  let asked: ((request: Blob, signal?: AbortSignal) => Promise<string>) | undefined
  let isUseless = false
  return async (blob, signal) => {
    if (!isUseless) {
      try {
        asked ??= connect(start)
        return BigInt(await asked(blob, signal))
      } catch (error) {
        signal?.throwIfAborted()
        if (!(error instanceof WorkerFailure)) throw error
        isUseless = true
      }
    }
    return crc64Here(blob, signal)
  }
}

/** On this thread, which does other things while it waits for bytes. It needs no timer: a hidden page's are slow. */
export async function crc64Here(
  blob: Pick<Blob, 'size' | 'slice'>,
  signal?: AbortSignal,
): Promise<bigint> {
  const crc = createCrc64()
  for (let at = 0; at < blob.size; at += PIECE) {
    const bytes = await readBlob(blob.slice(at, at + PIECE)).catch(unreadable)
    signal?.throwIfAborted()
    crc.update(bytes)
  }
  return crc.digest()
}

/** The worker could not be had, or died: no word about the Blob. */
class WorkerFailure extends Error {}

/** Some browsers throw for what a page's policy forbids, others send an event later. */
function started(start: () => ChecksumWorker | undefined): ChecksumWorker | undefined {
  try {
    return start()
  } catch {
    return undefined
  }
}

function startWorker(): ChecksumWorker | undefined {
  if (CHECKSUM_WORKER === '' || typeof Worker === 'undefined') return undefined
  const url = URL.createObjectURL(new Blob([CHECKSUM_WORKER], { type: 'text/javascript' }))
  const worker = new Worker(url)
  // Its program is fetched once; an error of it is heard below.
  const revoke = () => URL.revokeObjectURL(url)
  for (const event of ['message', 'error']) worker.addEventListener(event, revoke, { once: true })
  return worker
}

function connect(start: () => ChecksumWorker | undefined) {
  const worker = started(start)
  if (worker === undefined) throw new WorkerFailure()
  const waiting = new Map<number, (answer: ChecksumAnswer | undefined) => void>()
  let lastId = 0
  worker.addEventListener('message', ({ data }: MessageEvent<ChecksumAnswer>) => {
    waiting.get(data.id)?.(data)
  })
  worker.addEventListener('error', () => {
    worker.terminate()
    for (const answer of waiting.values()) answer(undefined)
  })
  const post = (request: ChecksumRequest) => worker.postMessage(request)

  return async (blob: Blob, signal?: AbortSignal): Promise<string> => {
    signal?.throwIfAborted()
    const id = ++lastId
    const answered = new Promise<ChecksumAnswer | undefined>((resolve) => waiting.set(id, resolve))
    post({ id, blob })
    try {
      const answer = await orAborted(answered, signal)
      if (answer?.error !== undefined) unreadable(answer.error)
      if (answer?.crc64 === undefined) throw new WorkerFailure()
      return answer.crc64
    } finally {
      waiting.delete(id)
      if (signal?.aborted) post({ id, blob: undefined })
    }
  }
}
