import { orAborted } from '../async/or-aborted.ts'
import type { Body } from '../oss/body.ts'
import { type Crc64, createCrc64 } from '../oss/crc64.ts'

/** A body whose CRC-64 is taken while it is sent. */
export interface Checksummed {
  readonly body: Body
  /** The CRC-64 of the bytes that were sent the last time. */
  crc64(): Promise<bigint>
  /** Stops what is still being read. */
  stop(): void
}

/**
 * `body` with the CRC-64 of its bytes: taken as they pass where it is read in chunks, and from the same
 * Blob, at the same time, where it is sent as one.
 */
export function checksummed(body: Body): Checksummed {
  const { blob, size, once } = body
  let result: () => Promise<bigint> | bigint = () => createCrc64().digest()
  let reading: AbortController | undefined
  const besides = (give: NonNullable<typeof blob>) => () => {
    reading?.abort()
    reading = new AbortController()
    const sum = crc64Of(body, reading.signal)
    // Whoever sends the Blob may fail first, and then nobody asks.
    sum.catch(() => {})
    result = () => sum
    return give()
  }
  const chunks = () => {
    const crc = createCrc64()
    result = () => crc.digest()
    return fed(body.chunks(), crc)
  }
  return {
    crc64: async () => result(),
    stop: () => reading?.abort(),
    body: { size, chunks, ...(once && { once }), ...(blob && { blob: besides(blob) }) },
  }
}

/** Outside, since a generator within gets a prototype and a hidden class for each of ten thousand parts. */
async function* fed(chunks: AsyncIterable<Uint8Array>, crc: Crc64): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    crc.update(chunk)
    yield chunk
  }
}

/** Reads all of `body` for its CRC-64 alone. Stopped, it does not wait for bytes that do not come. */
export async function crc64Of(
  body: Pick<Body, 'chunks' | 'crc64'>,
  signal?: AbortSignal,
): Promise<bigint> {
  signal?.throwIfAborted()
  if (body.crc64 !== undefined) return body.crc64(signal)
  const crc = createCrc64()
  async function read(): Promise<void> {
    for await (const chunk of body.chunks()) {
      signal?.throwIfAborted()
      crc.update(chunk)
    }
  }
  await orAborted(read(), signal)
  return crc.digest()
}
