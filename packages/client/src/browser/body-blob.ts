import type { Body } from '../oss/body.ts'
import { sourceChanged } from '../upload/source.ts'

/**
 * The body as a Blob, which a browser sends without taking it into the memory of the page. Bytes that are
 * there already are handed over to the browser.
 */
export async function bodyBlob(body: Body | undefined): Promise<Blob | undefined> {
  if (body?.blob !== undefined) return body.blob()
  if (body === undefined) return undefined
  const chunks: Uint8Array<ArrayBuffer>[] = []
  // A chunk holds its bytes only until the next one is asked for.
  for await (const chunk of body.chunks()) chunks.push(new Uint8Array(chunk))
  return new Blob(chunks)
}

/** A file that was written to or removed can not be read any more, and a browser calls that a network error. */
export async function mustBeReadable(blob: Blob | undefined): Promise<void> {
  try {
    await blob?.slice(0, 1).arrayBuffer()
  } catch (error) {
    throw sourceChanged(error instanceof Error ? error.message : String(error))
  }
}
