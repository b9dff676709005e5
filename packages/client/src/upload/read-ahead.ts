import { MIN_PART_SIZE } from '../oss/limits.ts'
import { concat } from '../oss/response.ts'
import { bytesSource, type Source, type StreamSource } from './source.ts'

/** Reads a stream until it is known whether it is too small for parts; if so it is held whole. */
export async function wholeIfSmall(input: Source | StreamSource): Promise<Source | StreamSource> {
  if (input.size !== undefined) return input
  const chunks = input.chunks()[Symbol.asyncIterator]()
  const held: Uint8Array[] = []
  let size = 0
  while (size < MIN_PART_SIZE) {
    const { done, value } = await chunks.next()
    if (done) return bytesSource(concat(held))
    // A copy: the producer may use its memory again, and `slice` of a Buffer is none.
    held.push(new Uint8Array(value))
    size += value.byteLength
  }
  return {
    async *chunks() {
      yield* held.splice(0)
      yield* { [Symbol.asyncIterator]: () => chunks }
    },
  }
}
