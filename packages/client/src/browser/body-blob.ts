import { orAborted } from '../async/or-aborted.ts'
import type { Body } from '../oss/body.ts'
import { readBlob, unreadable } from './read-blob.ts'

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

/**
 * A browser calls it a network error when a file can not be read any more; and of one that has become
 * shorter Firefox sends what is left, and waits for an answer.
 */
export async function mustBeReadable(blob: Blob | undefined, signal?: AbortSignal): Promise<void> {
  if (blob !== undefined) await orAborted(readBlob(blob.slice(-1)).catch(unreadable), signal)
}
