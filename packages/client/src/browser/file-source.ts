import { createCrc64 } from '../oss/crc64.ts'
import { KiB } from '../oss/limits.ts'
import { blobSource, type Source } from '../upload/source.ts'
import type { BlobCrc64 } from './blob-crc64.ts'
import { readBlob, unreadable } from './read-blob.ts'

/** Bytes of the beginning, and of the end, by which a file is recognised. */
const END = 64 * KiB

/**
 * A Blob, whose checksums are computed by `crc64`; or a File, which is recognised by its name, size, date
 * and the bytes of its ends when it is picked again.
 */
export async function fileSource(blob: Blob, crc64: BlobCrc64): Promise<Source> {
  const source = blobSource(blob)
  const { identity } = source
  return {
    ...source,
    ...(identity !== undefined && { identity: `${identity}:${await crc64OfEnds(blob)}` }),
    crc64: (start, end, signal) => crc64(blob.slice(start, end), signal),
  }
}

async function crc64OfEnds(blob: Blob): Promise<bigint> {
  const crc = createCrc64()
  for (const end of [blob.slice(0, END), blob.slice(Math.max(END, blob.size - END))]) {
    crc.update(await readBlob(end).catch(unreadable))
  }
  return crc.digest()
}
