import { type Bytes, chunksOf } from '../oss/body.ts'
import { invalidInput } from '../oss/errors.ts'
import { MIN_PART_SIZE } from '../oss/limits.ts'
import { show } from '../oss/names.ts'
import { concat } from '../oss/response.ts'
import { blobSource, bytesSource, type Source, type StreamSource } from '../upload/source.ts'
import type { Client } from './context.ts'

/** Everything that can be uploaded. A string is the path of a file (in Node). */
export type UploadInput = string | Bytes | ArrayBufferView | Source

/** The source behind what the caller gave. A stream that ends early is small enough to be held whole. */
export async function openInput(client: Client, file: unknown): Promise<Source | StreamSource> {
  const input = (await client.platform.openSource(file)) ?? portableSource(file)
  return input.size === undefined ? wholeIfSmall(input) : input
}

export function portableSource(file: unknown): Source | StreamSource {
  if (file instanceof ArrayBuffer) return bytesSource(new Uint8Array(file))
  if (ArrayBuffer.isView(file)) {
    return bytesSource(new Uint8Array(file.buffer, file.byteOffset, file.byteLength))
  }
  if (file instanceof Blob) return blobSource(file)
  if (isSource(file)) return file
  if (isStream(file)) return { chunks: () => chunksOf(file) }
  throw invalidInput(
    `\`file\` must be a path, a Buffer, Uint8Array or ArrayBuffer, a Blob or File, a stream or async iterable of bytes, or an object with \`size\` and \`read(start, end)\`: got ${show(file)}`,
  )
}

function isSource(file: unknown): file is Source {
  const { size, read } = Object(file)
  return typeof size === 'number' && typeof read === 'function'
}

function isStream(file: unknown): file is AsyncIterable<Uint8Array> | ReadableStream<Uint8Array> {
  const whole = Object(file)
  return Symbol.asyncIterator in whole || typeof whole.getReader === 'function'
}

/** Reads ahead until it is known whether the stream is too small for parts. */
async function wholeIfSmall(stream: StreamSource): Promise<Source | StreamSource> {
  const chunks = stream.chunks()[Symbol.asyncIterator]()
  const held: Uint8Array[] = []
  let size = 0
  while (size < MIN_PART_SIZE) {
    const { done, value } = await chunks.next()
    if (done) return bytesSource(concat(held, size))
    held.push(value.slice())
    size += value.byteLength
  }
  return {
    async *chunks() {
      yield* held.splice(0)
      // Handed over rather than looped through, so that leaving early reaches the stream itself.
      yield* { [Symbol.asyncIterator]: () => chunks }
    },
    async close() {
      await chunks.return?.()
    },
  }
}
