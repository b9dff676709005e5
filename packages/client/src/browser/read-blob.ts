import { sourceChanged } from '../upload/source.ts'

/** The bytes of a Blob. Firefox gives, without a word, what is left of a file that has become shorter. */
export async function readBlob(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(await blob.arrayBuffer())
  if (bytes.length === blob.size) return bytes
  throw new Error(`only ${bytes.length} of ${blob.size} bytes could be read`)
}

/** A file that was written to or removed can not be read any more. */
export function unreadable(error: unknown): never {
  throw sourceChanged(error instanceof Error ? error.message : String(error))
}
