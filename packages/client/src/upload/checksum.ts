import { orAborted } from '../async/or-aborted.ts'
import type { Body } from '../oss/body.ts'
import { createCrc64 } from '../oss/crc64.ts'

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
export function checksummed({ blob, ...body }: Body): Checksummed {
  let result: () => Promise<bigint> | bigint = () => createCrc64().digest()
  let reading = new AbortController()
  return {
    crc64: async () => result(),
    stop: () => reading.abort(),
    body: {
      ...body,
      blob:
        blob &&
        (() => {
          reading.abort()
          reading = new AbortController()
          const sum = crc64Of(body, reading.signal)
          // Whoever sends the Blob may fail first, and then nobody asks.
          sum.catch(() => {})
          result = () => sum
          return blob()
        }),
      async *chunks() {
        const crc = createCrc64()
        result = () => crc.digest()
        for await (const chunk of body.chunks()) {
          crc.update(chunk)
          yield chunk
        }
      },
    },
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
