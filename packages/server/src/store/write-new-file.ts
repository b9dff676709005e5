import { constants, type FileHandle, open } from 'node:fs/promises'
import { LANE_BYTES } from './checksum-lanes.ts'
import { Checksums } from './checksums.ts'
import type { Blob } from './store.ts'

/** Never over an existing file, nor where a planted link points. */
const CREATE_ONLY = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW

/** Streams `bytes` into a new file and onto the disk. A failure leaves the file half written. */
export async function writeNewFile(
  path: string,
  bytes: AsyncIterable<Uint8Array>,
): Promise<Omit<Blob, 'id'>> {
  const file = await open(path, CREATE_ONLY, 0o600)
  try {
    const sums = await copyInto(file, bytes)
    await file.sync()
    return sums
  } finally {
    await file.close()
  }
}

async function copyInto(
  file: FileHandle,
  bytes: AsyncIterable<Uint8Array>,
): Promise<Omit<Blob, 'id'>> {
  const checksums = new Checksums()
  for await (const piece of regroup(bytes, LANE_BYTES)) {
    await Promise.all([writeAll(file, piece), checksums.add(piece)])
  }
  return checksums.finish()
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten
}

/**
 * The same bytes in pieces of `size`, but for the last: as they come where they have this size, and
 * otherwise as a view of one buffer. Every piece is good until the next is asked for.
 */
async function* regroup(
  bytes: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Uint8Array> {
  let buffer: Buffer | undefined
  let used = 0
  for await (const chunk of bytes) {
    if (used === 0 && chunk.length === size) {
      yield chunk
      continue
    }
    buffer ??= Buffer.allocUnsafeSlow(size)
    for (let at = 0; at < chunk.length; ) {
      const fitting = chunk.subarray(at, at + size - used)
      buffer.set(fitting, used)
      used += fitting.length
      at += fitting.length
      if (used < size) continue
      yield buffer
      used = 0
    }
  }
  if (buffer && used > 0) yield buffer.subarray(0, used)
}
