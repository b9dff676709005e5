import type { Body } from '../oss/body.ts'
import { MAX_PART_SIZE, MAX_PARTS, MiB } from '../oss/limits.ts'

/** Bytes `start` (inclusive) to `end` (exclusive) of the object, sent as part `number`. */
export interface Part {
  readonly number: number
  readonly start: number
  readonly end: number
}

/** A part together with its bytes, which can be read as often as the part must be sent. */
export interface PartToSend extends Part {
  readonly body: Body
}

/** What all the parts together must come to. */
export interface Expected {
  readonly parts: number
  /** Bytes. */
  readonly size: number
}

/** Where nobody asks for a part size, the smallest power of two MiB that keeps to this many parts … */
const COMFORTABLE_PARTS = 256
/** … up to this size, beyond which only the limit of 10,000 parts makes parts larger. */
const COMFORTABLE_PART_SIZE = 16 * MiB

/** The part size to use: `wanted`, or the next whole MiB that keeps `size` within 10,000 parts. */
export function choosePartSize(size: number, wanted = comfortablePartSize(size)): number {
  const needed = Math.ceil(size / MAX_PARTS)
  return needed <= wanted ? wanted : Math.ceil(needed / MiB) * MiB
}

function comfortablePartSize(size: number): number {
  let partSize = MiB
  while (partSize < COMFORTABLE_PART_SIZE && size > partSize * COMFORTABLE_PARTS) partSize *= 2
  return partSize
}

/** Cuts `size` bytes into consecutive parts, each as it is asked for: ten thousand take up room. */
export function* planParts(size: number, partSize: number): Generator<Part, void, undefined> {
  for (let start = 0, number = 1; start < size; start += partSize, number++) {
    yield { number, start, end: Math.min(size, start + partSize) }
  }
}

/** A stream may be longer than 10,000 parts of the size it began with, so its later parts grow … */
const STEADY_PARTS = 5_000
/** … to twice the size after every so many parts. */
const DOUBLED_EVERY = 500

/** The size of part `number` of a stream whose parts began with `partSize`. It depends on nothing else, so a resumed stream is cut in the same places. */
export function streamPartSize(number: number, partSize: number): number {
  const doublings = Math.max(0, Math.ceil((number - STEADY_PARTS) / DOUBLED_EVERY))
  return Math.min(MAX_PART_SIZE, partSize * 2 ** doublings)
}
