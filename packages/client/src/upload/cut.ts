import { bytesBody } from '../oss/body.ts'
import { OssError } from '../oss/errors.ts'
import { MAX_PARTS } from '../oss/limits.ts'
import { concat } from '../oss/response.ts'
import type { PartToSend } from './plan.ts'

/**
 * Cuts a stream into parts that are held in memory, one at a time: whoever takes the next one has done
 * with, or keeps, the one before. A part can therefore be sent again although the stream cannot.
 */
export async function* cut(
  chunks: AsyncIterable<Uint8Array>,
  sizeOf: (partNumber: number) => number,
): AsyncGenerator<PartToSend, void, undefined> {
  let number = 1
  let start = 0
  let held: Uint8Array[] = []
  let size = 0

  for await (const chunk of chunks) {
    let rest = chunk
    while (size + rest.byteLength >= sizeOf(number)) {
      const missing = sizeOf(number) - size
      yield toSend([...held, new Uint8Array(rest.subarray(0, missing))])
      rest = rest.subarray(missing)
    }
    // Copies: the producer may use the chunk's memory again, and `slice` of a Buffer is none.
    if (rest.byteLength > 0) held.push(new Uint8Array(rest))
    size += rest.byteLength
  }
  if (size > 0) yield toSend(held)

  function toSend(pieces: Uint8Array[]): PartToSend {
    if (number > MAX_PARTS) throw tooLong(start)
    const bytes = concat(pieces)
    const part = { number, start, end: start + bytes.byteLength, body: bytesBody(bytes) }
    number++
    start = part.end
    held = []
    size = 0
    return part
  }
}

function tooLong(position: number): OssError {
  return new OssError(
    `The stream is longer than ${MAX_PARTS} parts can hold at this \`partSize\`: it goes on after ${position} bytes. Give a larger \`partSize\``,
    { name: 'EntityTooLargeError', code: 'EntityTooLargeError' },
  )
}
