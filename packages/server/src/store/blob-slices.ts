import type { ObjectRecord } from './store.ts'

/** Bytes `start` (inclusive) to `end` (exclusive) of a blob. */
export interface BlobSlice {
  readonly id: string
  readonly start: number
  readonly end: number
}

/** What makes up bytes `start` to `end` of the object whose bytes are those of `blobs` in a row. */
export function sliceBlobs(blobs: ObjectRecord['blobs'], start: number, end: number): BlobSlice[] {
  const slices: BlobSlice[] = []
  let offset = 0
  for (const { id, size } of blobs) {
    const slice = { id, start: Math.max(start - offset, 0), end: Math.min(end - offset, size) }
    if (slice.start < slice.end) slices.push(slice)
    offset += size
  }
  if (start >= 0 && start <= end && end <= offset) return slices
  throw new RangeError(`An object of ${offset} bytes has no bytes ${start} to ${end}.`)
}
