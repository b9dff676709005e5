import { crc64 } from './crc64.ts'
import type { Metadata } from './metadata.ts'
import type { KeyRange } from './metadata-key.ts'

/** The records of one kind. Writing is for `Metadata.commit` only. */
export interface Table<record> {
  get(key: Buffer): record | undefined
  list(range: KeyRange, limit?: number): record[]
  /** All of a range, with their keys. */
  entries(range: KeyRange): { key: Uint8Array; record: record }[]
  put(key: Buffer, record: record): void
  remove(key: Uint8Array): void
}

/** How a record becomes JSON, which has no bigint, and a record again. */
export interface Shape<record, json> {
  toJson(record: record): json
  fromJson(json: json): record
}

const CHECKSUM_SIZE = 8

export function openTable<record, json>(
  metadata: Metadata,
  shape: Shape<record, json>,
): Table<record> {
  const decode = (key: Uint8Array, value: Uint8Array) =>
    // Text with its checksum was written by `put` below, hence has this shape.
    shape.fromJson(JSON.parse(checked(key, value)) as json)

  return {
    get(key) {
      const value = metadata.get(key)
      return value && decode(key, value)
    },
    list: (range, limit = Number.POSITIVE_INFINITY) =>
      Array.from(metadata.list(range, limit), ({ key, value }) => decode(key, value)),
    entries: (range) =>
      Array.from(metadata.list(range, Number.POSITIVE_INFINITY), ({ key, value }) => ({
        key,
        record: decode(key, value),
      })),
    put: (key, record) => metadata.put(key, sealed(JSON.stringify(shape.toJson(record)))),
    remove: (key) => metadata.remove(key),
  }
}

/** LMDB survives torn writes, but would not notice bytes that rot. */
function sealed(text: string): Uint8Array {
  const value = Buffer.alloc(CHECKSUM_SIZE + Buffer.byteLength(text))
  value.write(text, CHECKSUM_SIZE)
  value.writeBigUInt64BE(crc64(value.subarray(CHECKSUM_SIZE)))
  return value
}

function checked(key: Uint8Array, value: Uint8Array): string {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  const text = bytes.subarray(CHECKSUM_SIZE)
  if (bytes.length > CHECKSUM_SIZE && bytes.readBigUInt64BE() === crc64(text)) {
    return text.toString()
  }
  throw new Error(
    `The metadata of ${JSON.stringify(Buffer.from(key).toString())} is damaged on disk: its ` +
      'checksum does not match. Restore the data folder from a copy.',
  )
}
