import { constants, type FileHandle, open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { invalidInput } from '../oss/errors.ts'
import { KiB } from '../oss/limits.ts'
import { type Source, sourceChanged } from '../upload/source.ts'

/**
 * Bytes read at once. Node's streams read 64 KiB, which costs half as much CPU again; of more than this the
 * first is out of the processor's cache before its checksum has been taken.
 */
const READ_SIZE = 512 * KiB

/**
 * Memory of parts that were read to their end. Fresh memory for every part costs a page fault for each
 * 4 KiB and makes the garbage collector run, and that of thousands would be left in pieces.
 */
const spare: Buffer[] = []
const MAX_SPARE = 8

/** A pipe is opened without waiting for a writer, so that it can be refused. Windows has neither. */
const READ_ONLY = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/**
 * A file on disk. It is kept open, so that what is uploaded is one file even when another one takes its
 * name meanwhile. Errors of the file system (ENOENT, EACCES) are passed on as they are.
 */
export async function fileSource(path: string): Promise<Source> {
  const file = await open(path, READ_ONLY)
  try {
    const begun = await file.stat({ bigint: true })
    if (!begun.isFile()) throw invalidInput(`${path} is not file`)
    return {
      size: Number(begun.size),
      identity: `path:${resolve(path)}`,
      read: (start, end) => readRange(file, start, end),
      close: () => file.close(),
      async version() {
        const { dev, ino, size, mtimeNs, ctimeNs } = await file.stat({ bigint: true })
        if (size !== begun.size) {
          throw sourceChanged(`${path} had ${begun.size} bytes and now has ${size}`)
        }
        return `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`
      },
    }
  } catch (error) {
    await file.close()
    throw error
  }
}

async function* readRange(
  file: FileHandle,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  const size = Math.min(READ_SIZE, end - start)
  const used = spare.pop()
  const buffer = used !== undefined && used.length >= size ? used : Buffer.allocUnsafeSlow(size)
  for (let position = start; position < end; ) {
    const length = Math.min(buffer.length, end - position)
    const { bytesRead } = await file.read(buffer, 0, length, position)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
    position += bytesRead
  }
  // Whoever breaks off may have given the last chunk to somebody who is not done with it.
  if (spare.length < MAX_SPARE) spare.push(buffer)
}
