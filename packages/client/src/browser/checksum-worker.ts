// The program of a worker that reads Blobs for their CRC-64. It is bundled into a text of its own.
import { createCrc64 } from '../oss/crc64.ts'
import { MiB } from '../oss/limits.ts'
import { readBlob } from './read-blob.ts'

/** What the page asks: which Blob, under a number of its own; or to stop one. */
export type ChecksumRequest = { readonly id: number; readonly blob: Blob | undefined }
/** The CRC-64 in decimal, or why there is none. */
export type ChecksumAnswer = {
  readonly id: number
  readonly crc64?: string
  readonly error?: string
}

const PIECE = 4 * MiB
const stopped = new Set<number>()

addEventListener('message', async ({ data }: MessageEvent<ChecksumRequest>) => {
  const { id, blob } = data
  if (blob === undefined) return void stopped.add(id)
  const answer = await crc64Of(id, blob).then(
    (crc64) => ({ id, crc64 }),
    (error) => ({ id, error: String(error?.message ?? error) }),
  )
  stopped.delete(id)
  postMessage(answer)
})

async function crc64Of(id: number, blob: Blob): Promise<string> {
  const crc = createCrc64()
  for (let at = 0; at < blob.size && !stopped.has(id); at += PIECE) {
    crc.update(await readBlob(blob.slice(at, at + PIECE)))
  }
  return String(crc.digest())
}
