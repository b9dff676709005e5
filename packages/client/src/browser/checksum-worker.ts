// The program of a worker that reads Blobs for their CRC-64. It is bundled into a text of its own.
import type { Crc64Update } from '../oss/crc64-update.ts'
import { wasmUpdate } from '../oss/crc64-wasm.ts'
import { MiB } from '../oss/limits.ts'

/** What the page asks: which Blob, under a number of its own; or to stop one. */
export type ChecksumRequest = { readonly id: number; readonly blob: Blob | undefined }
/** The page sends first what it has compiled, so that the module is not in this program as well. */
type ChecksumMessage = WebAssembly.Module | ChecksumRequest
/** The CRC-64 in decimal, or why the Blob can not be read; neither where it can not be computed here. */
export type ChecksumAnswer = {
  readonly id: number
  readonly crc64?: string | undefined
  readonly error?: string
}

const PIECE = 4 * MiB
const stopped = new Set<number>()
let update: Crc64Update | undefined

addEventListener('message', async ({ data }: MessageEvent<ChecksumMessage>) => {
  if (data instanceof WebAssembly.Module) {
    update = wasmUpdate(data, WebAssembly)
    return
  }
  const { id, blob } = data
  if (blob === undefined) return void stopped.add(id)
  const answer = await crc64Of(id, blob).then(
    (crc64) => ({ id, crc64 }),
    (error) => ({ id, error: String(error?.message ?? error) }),
  )
  stopped.delete(id)
  postMessage(answer)
})

async function crc64Of(id: number, blob: Blob): Promise<string | undefined> {
  if (update === undefined) return undefined
  let register = -1n
  for (let at = 0; at < blob.size && !stopped.has(id); at += PIECE) {
    register = update(register, new Uint8Array(await blob.slice(at, at + PIECE).arrayBuffer()))
  }
  return String(BigInt.asUintN(64, ~register))
}
