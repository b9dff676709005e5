import { type Bytes, isWebStream } from '../oss/body.ts'
import { invalidInput } from '../oss/errors.ts'
import { show } from '../oss/names.ts'
import type { FileHandle } from '../upload/file-handle.ts'
import {
  blobSource,
  bytesSource,
  type Source,
  type StreamSource,
  streamSource,
} from '../upload/source.ts'
import type { Client } from './context.ts'

/** Everything that can be uploaded. A string is the path of a file (in Node); handles are the browser's. */
export type UploadInput = string | Bytes | ArrayBufferView | Source | FileHandle

/** The source behind what the caller gave. */
export async function openInput(
  { platform }: Client,
  file: unknown,
): Promise<Source | StreamSource> {
  return (await platform.openSource(file)) ?? portableSource(file)
}

function portableSource(file: unknown): Source | StreamSource {
  if (file instanceof ArrayBuffer) return bytesSource(new Uint8Array(file))
  if (ArrayBuffer.isView(file)) {
    return bytesSource(new Uint8Array(file.buffer, file.byteOffset, file.byteLength))
  }
  if (file instanceof Blob) return blobSource(file)
  if (isSource(file)) return file
  if (isStream(file)) return streamSource(file)
  throw invalidInput(
    `\`file\` must be a path, a Buffer, Uint8Array or ArrayBuffer, a Blob or File, a stream or async iterable of bytes, or an object with \`size\` and \`read(start, end)\`: got ${show(file)}`,
  )
}

function isSource(file: unknown): file is Source {
  const { size, read } = Object(file)
  return typeof size === 'number' && typeof read === 'function'
}

function isStream(file: unknown): file is Exclude<Bytes, Uint8Array | ArrayBuffer | Blob> {
  if (typeof file !== 'object' || file === null) return false
  return Symbol.asyncIterator in file || Symbol.iterator in file || isWebStream(file)
}
