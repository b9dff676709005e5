import { constants, type FileHandle, open } from 'node:fs/promises'

/** Enough for a read to cost little beside its bytes. */
const READ_SIZE = 256 * 1024
/** Buffers that are kept for the next readers: as garbage they would cost more than the reading. */
const MAX_SPARE = 16

const spare: Buffer[] = []

/**
 * Bytes `start` to `end` of a file, in pieces that are good until the next is asked for, which is being
 * read meanwhile. Throws rather than end early.
 */
export async function* readFileSlice(
  path: string,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array, void> {
  const file = await openFile(path)
  let reading = readPiece(file, start, end)
  try {
    for (let at = start; at < end; ) {
      const { buffer, bytesRead } = await reading
      if (bytesRead === 0) throw new Error(`${path} ends at byte ${at}, but must have ${end}.`)
      at += bytesRead
      reading = readPiece(file, at, end)
      // It may fail before anybody waits for it.
      reading.catch(() => {})
      yield buffer.subarray(0, bytesRead)
      giveBack(buffer)
    }
  } finally {
    await reading.catch(() => {})
    await file.close()
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  } catch (cause) {
    throw new Error(
      'The bytes of an object cannot be opened. Was it replaced or deleted before the reader asked?',
      { cause },
    )
  }
}

/** Nothing, when `at` is the end. */
async function readPiece(file: FileHandle, at: number, end: number) {
  const length = Math.min(end - at, READ_SIZE)
  if (length === 0) return { buffer: Buffer.of(), bytesRead: 0 }
  return file.read(takeBuffer(length), 0, length, at)
}

function takeBuffer(length: number): Buffer {
  return (length === READ_SIZE && spare.pop()) || Buffer.allocUnsafeSlow(length)
}

function giveBack(buffer: Buffer): void {
  if (buffer.length === READ_SIZE && spare.length < MAX_SPARE) spare.push(buffer)
}
