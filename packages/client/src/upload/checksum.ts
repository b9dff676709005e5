import { orAborted } from '../async/or-aborted.ts'
import type { Body } from '../oss/body.ts'
import { createCrc64 } from '../oss/crc64.ts'

/** `body` with the CRC-64 of its bytes taken as they pass, so that they are read only once. */
export function checksummed(body: Body): { body: Body; crc64: () => bigint } {
  let crc = createCrc64()
  return {
    crc64: () => crc.digest(),
    body: {
      ...body,
      async *chunks() {
        crc = createCrc64()
        for await (const chunk of body.chunks()) {
          crc.update(chunk)
          yield chunk
        }
      },
    },
  }
}

/** Reads all of `body` for its CRC-64 alone. Stopped, it does not wait for bytes that do not come. */
export async function crc64Of(body: Body, signal?: AbortSignal): Promise<bigint> {
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
