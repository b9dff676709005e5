import { KiB, MiB } from '../oss/limits.ts'

/** Bytes of a body that are handed over at once. */
export interface BodyPieces {
  readonly size: number
  /** A piece of so many bytes took so many milliseconds. */
  took(milliseconds: number, bytes: number): void
}

/**
 * Node takes a chunk that the kernel takes bit by bit for movement, but not under TLS. In pieces of this
 * size even a line of 1.1 KB/s moves within a minute …
 */
const SMALL = 64 * KiB
/** … and in larger ones, which cost less, one that has just shown that it is quick: */
const LARGE = 512 * KiB
/** so many bytes, more than a slow line's buffers take in, in pieces of so many milliseconds at most. */
const SHOWN = MiB
const QUICK = 100

export const WHOLE: BodyPieces = { size: Number.POSITIVE_INFINITY, took() {} }

export function securePieces(): BodyPieces {
  let quick = 0
  return {
    get size() {
      return quick < SHOWN ? SMALL : LARGE
    },
    took(milliseconds, bytes) {
      quick = milliseconds <= QUICK ? quick + bytes : 0
    },
  }
}
