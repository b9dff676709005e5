import { type Body, type Bytes, chunksOf, isWebStream, read } from '../oss/body.ts'
import { OssError } from '../oss/errors.ts'
import type { FileHandle } from './file-handle.ts'
import type { Part } from './plan.ts'

/** Bytes that can be read again from any place: a file, a Blob, a buffer, or something of one's own. */
export interface Source {
  /** Bytes in total. */
  readonly size: number
  /** Which source this is, for finding its checkpoint again: a path, a file's name and date. */
  readonly identity?: string | undefined
  /** The file on the user's disk: a store that can keep it does so beside the checkpoint. */
  readonly handle?: FileHandle | undefined
  /** The bytes from `start` (inclusive) to `end` (exclusive). Asked again when a part is sent again. */
  read(start: number, end: number): Bytes | Promise<Bytes>
  /** The same bytes as a Blob: a browser sends it without taking it into memory. */
  blob?(start: number, end: number): Blob
  /** The CRC-64 of the same bytes, where it is computed elsewhere: in a thread of its own. */
  crc64?(start: number, end: number, signal?: AbortSignal): Promise<bigint>
  /**
   * The same text for as long as nobody has touched the bytes, and another one ever after. Asked at the
   * beginning and before the upload is completed; where it has changed, all bytes are read again and
   * compared.
   *
   * @throws OssError `SourceChangedError` when it is known that they are others now
   */
  version?(): string | Promise<string>
  /** Called once, when the upload has ended, however it ended. */
  close?(): Promise<void>
}

/** Bytes that come once, and whose number nobody knows before the end. */
export interface StreamSource {
  readonly size?: undefined
  readonly identity?: undefined
  readonly handle?: undefined
  chunks(): AsyncIterable<Uint8Array>
  version?: undefined
  close?(): Promise<void>
}

export function bytesSource(bytes: Uint8Array): Source {
  return { size: bytes.byteLength, read: (start, end) => bytes.subarray(start, end) }
}

export function blobSource(blob: Blob): Source {
  const identity =
    blob instanceof File ? `file:${blob.name}:${blob.size}:${blob.lastModified}` : undefined
  return {
    size: blob.size,
    identity,
    read: (start, end) => blob.slice(start, end),
    blob: (start, end) => blob.slice(start, end),
    ...(identity !== undefined && { version: () => identity }),
  }
}

/** A stream of Node or of the web, or any iterable of bytes. */
export function streamSource(
  stream: Exclude<Bytes, Uint8Array | ArrayBuffer | Blob>,
): StreamSource {
  if (isWebStream(stream)) {
    const reader = stream.getReader()
    return { chunks: () => chunksOf(read(reader)), close: () => reader.cancel() }
  }
  if (Symbol.iterator in stream) return { chunks: () => chunksOf(stream) }
  const chunks = stream[Symbol.asyncIterator]()
  return {
    chunks: () => chunksOf({ [Symbol.asyncIterator]: () => chunks }),
    async close() {
      // A Node stream can be ended while it waits for bytes; a generator comes to it when it can.
      if ('destroy' in stream && typeof stream.destroy === 'function') stream.destroy()
      else Promise.resolve(chunks.return?.()).catch(() => {})
    },
  }
}

/** The bytes of `part`: exactly as many as were planned, or an error. */
export function partBody(source: Source, { start, end }: Part): Body {
  return {
    size: end - start,
    blob: source.blob?.bind(source, start, end),
    crc64: source.crc64?.bind(source, start, end),
    chunks: () => plannedChunks(source, start, end),
  }
}

async function* plannedChunks(
  source: Source,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  const size = end - start
  let read = 0
  for await (const chunk of chunksOf(await source.read(start, end))) {
    read += chunk.byteLength
    if (read > size) break
    yield chunk
  }
  if (read === size) return
  const found = read < size ? `only ${read}` : `more than ${size}`
  throw sourceChanged(`${found} bytes were read from position ${start}, where ${size} were planned`)
}

export function sourceChanged(what: string): OssError {
  return new OssError(`The source changed while it was uploaded: ${what}`, {
    name: 'SourceChangedError',
    code: 'SourceChangedError',
  })
}
