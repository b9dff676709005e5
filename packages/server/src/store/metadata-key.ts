/**
 * Keys of the metadata: a few fields in a row, ordered as OSS orders names, by the bytes of their
 * UTF-8. (JavaScript compares strings by UTF-16 units, which puts emoji before U+FFFF.)
 *
 * Fields are divided by two NUL bytes, and a NUL within a field is written as NUL SOH. A shorter
 * field then sorts before the longer ones it begins, and no field can be taken for two.
 */
const DIVIDER = '\0\0'
const ESCAPED_NUL = '\0\x01'

/** At or above every key that starts with the bytes before it: 0xFF is in no UTF-8 text. */
const AFTER_ALL_TEXT = Buffer.of(0xff)

/** The keys from `start` (inclusive) to `end` (exclusive). */
export interface KeyRange {
  readonly start: Buffer
  readonly end: Buffer
}

export const bucketKey = (bucket: string): Buffer => keyOf('bucket', bucket)

export const objectKey = (bucket: string, key: string): Buffer => keyOf('object', bucket, key)

export const uploadKey = ({ bucket, key, uploadId }: UploadName): Buffer =>
  keyOf('upload', bucket, key, uploadId)

export const partKey = ({ bucket, key, uploadId }: UploadName, partNumber: number): Buffer =>
  keyOf('part', bucket, key, uploadId, sortable(partNumber))

export const blobKey = (id: string): Buffer => keyOf('blob', id)

export const bucketsIn = ({ prefix, after }: Names): KeyRange =>
  range(['bucket'], prefix, present(after))

export const objectsIn = (bucket: string, { prefix, after }: Names = {}): KeyRange =>
  range(['object', bucket], prefix, present(after))

export const uploadsIn = (
  bucket: string,
  { prefix, after, afterUploadId }: Names & { afterUploadId?: string | undefined } = {},
): KeyRange => range(['upload', bucket], prefix, present(after, afterUploadId))

export const partsOf = ({ bucket, key, uploadId }: UploadName, after = 0): KeyRange =>
  range(['part', bucket, key, uploadId], '', [sortable(after)])

export interface UploadName {
  readonly bucket: string
  readonly key: string
  readonly uploadId: string
}

interface Names {
  readonly prefix?: string | undefined
  readonly after?: string | undefined
}

/** What lies below `parents`, starts with `prefix`, and comes after the fields `after`, if any. */
function range(parents: readonly string[], prefix = '', after: readonly string[]): KeyRange {
  const first = keyOf(...parents, prefix)
  const start = after.length === 0 ? first : beyond(keyOf(...parents, ...after))
  return {
    start: Buffer.compare(start, first) < 0 ? first : start,
    end: Buffer.concat([first, AFTER_ALL_TEXT]),
  }
}

/** An upload id says where to go on only together with its key. */
function present(name: string | undefined, uploadId?: string | undefined): string[] {
  if (name === undefined) return []
  return uploadId === undefined ? [name] : [name, uploadId]
}

/** Above `key` and all keys with further fields, below every other key that starts like it. */
function beyond(key: Buffer): Buffer {
  return Buffer.concat([key, Buffer.from(ESCAPED_NUL)])
}

/** Numbers in the order of numbers. Part numbers end at 10,000. */
function sortable(number: number): string {
  return String(number).padStart(16, '0')
}

function keyOf(...fields: string[]): Buffer {
  return utf8(fields.map((field) => field.replaceAll('\0', ESCAPED_NUL)).join(DIVIDER))
}

/** Half a surrogate pair has no UTF-8: it would become U+FFFD, and two names one. */
function utf8(text: string): Buffer {
  const bytes = Buffer.from(text)
  if (bytes.toString() === text) return bytes
  throw new RangeError(`Not a name, for it holds half a surrogate pair: ${JSON.stringify(text)}`)
}
