import type { Checkpoint, DonePart } from '../oss/checkpoint.ts'
import { invalidInput } from '../oss/errors.ts'
import { MAX_PARTS } from '../oss/limits.ts'
import { show } from '../oss/names.ts'

export type { Checkpoint, DonePart }

export function createCheckpoint(fields: Checkpoint): Checkpoint {
  const checkpoint = { ...fields }
  if (typeof fields.file === 'string') return checkpoint
  // As JSON a buffer is four times its size and a File is `{}`: neither can be uploaded from.
  return Object.defineProperty(checkpoint, 'toJSON', {
    value: () => ({ ...checkpoint, file: undefined }),
  })
}

/**
 * The checkpoint that a caller handed in: an object, or the JSON of one. Undefined for nothing and for
 * an object without an upload id, which means "from the start" as with ali-oss.
 */
export function readCheckpoint(given: unknown): Checkpoint | undefined {
  const value = typeof given === 'string' ? parseJson(given) : given
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'object') throw bad(`must be an object: got ${show(given)}`)
  // Each field is looked at before it is used.
  const fields = value as Record<string, unknown>
  if (fields.uploadId === undefined) return undefined
  const { file, name, fileSize, partSize, uploadId, doneParts, bucket, version } = fields
  if (typeof uploadId !== 'string' || uploadId === '') throw unusable({ uploadId })
  if (typeof name !== 'string') throw unusable({ name })
  if (!isCount(partSize) || partSize === 0) throw unusable({ partSize })
  if (fileSize !== undefined && !isCount(fileSize)) throw unusable({ fileSize })
  if (bucket !== undefined && typeof bucket !== 'string') throw unusable({ bucket })
  if (version !== undefined && typeof version !== 'string') throw unusable({ version })
  if (!Array.isArray(doneParts)) throw unusable({ doneParts })
  return {
    file,
    name,
    fileSize,
    partSize,
    uploadId,
    bucket,
    version,
    doneParts: doneParts.map(readDonePart),
  }
}

function readDonePart(value: unknown): DonePart {
  const { number, etag, size, crc64 } = Object(value) as Record<string, unknown>
  if (!isCount(number) || number < 1 || number > MAX_PARTS || typeof etag !== 'string') {
    throw bad(`names a part that can not be: ${show(number)}`)
  }
  return {
    number,
    etag,
    size: isCount(size) ? size : undefined,
    crc64: typeof crc64 === 'string' ? crc64 : undefined,
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw bad('is text that is not JSON')
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function unusable(field: object): Error {
  const [[name, value] = []] = Object.entries(field)
  return bad(`has no usable \`${name}\`: ${show(value)}`)
}

function bad(what: string): Error {
  return invalidInput(`The \`checkpoint\` ${what}`)
}
