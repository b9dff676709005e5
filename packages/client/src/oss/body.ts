import { invalidInput } from './errors.ts'
import { MiB } from './limits.ts'
import { show } from './names.ts'

/** Bytes to send. */
export interface Body {
  /** Undefined when the end is not known before it is reached: sent in HTTP chunks. */
  readonly size: number | undefined
  /** True when `chunks` can be read only once: such a request is never repeated. */
  readonly once?: boolean
  /** All the bytes from the first on. A chunk holds its bytes only until the next one is asked for. */
  chunks(): AsyncIterable<Uint8Array>
  /** The same bytes as a Blob that nobody need read to send it. Each call stands for another reading. */
  readonly blob?: (() => Blob) | undefined
  /** Their CRC-64, where it can be had in another way than by reading `chunks`: in a thread of its own. */
  readonly crc64?: ((signal?: AbortSignal) => Promise<bigint>) | undefined
}

/** What bytes can be read from. */
export type Bytes =
  | Uint8Array
  | ArrayBuffer
  | Blob
  | Iterable<Uint8Array>
  | AsyncIterable<Uint8Array>
  | ReadableStream<Uint8Array>

/** Large buffers are handed on in pieces, so that checksums and aborts come in between. */
const PIECE = MiB

export function bytesBody(bytes: Uint8Array): Body {
  return { size: bytes.byteLength, chunks: () => chunksOf(bytes) }
}

/** Reads `bytes`, whatever it is, as chunks. Empty chunks are left out. */
export async function* chunksOf(bytes: Bytes): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of iterable(bytes)) {
    if (!(chunk instanceof Uint8Array)) {
      throw invalidInput(`A stream to upload must yield Uint8Array or Buffer: got ${show(chunk)}`)
    }
    for (let start = 0; start < chunk.byteLength; start += PIECE) {
      yield chunk.byteLength <= PIECE ? chunk : chunk.subarray(start, start + PIECE)
    }
  }
}

function iterable(bytes: Bytes): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
  if (bytes instanceof ArrayBuffer) return [new Uint8Array(bytes)]
  if (bytes instanceof Uint8Array) return [bytes]
  if (bytes instanceof Blob) return read(bytes.stream().getReader())
  return isWebStream(bytes) ? read(bytes.getReader()) : bytes
}

export function isWebStream(bytes: object): bytes is ReadableStream<Uint8Array> {
  return 'getReader' in bytes && typeof bytes.getReader === 'function'
}

/** Safari has no other way to iterate over a stream; and a reader can be cancelled while it waits. */
export async function* read(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
  } finally {
    await reader.cancel()
  }
}
