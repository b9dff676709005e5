import { CHECKSUMS_MODULE } from './checksums-module.ts'

/** What is known of a stream of bytes so far. */
export interface ChecksumState {
  /** The words A, B, C and D. */
  readonly md5: Uint32Array
  /** The register, which is the checksum inverted. */
  crc64: bigint
}

/** What comes next in a stream. */
export interface ChecksumJob {
  readonly state: ChecksumState
  /** At most `LANE_BYTES`. */
  readonly bytes: Uint8Array
  /** Follows the bytes for MD5 alone, and makes them whole blocks of 64. */
  readonly padding: Uint8Array
}

export const LANES = 8
export const LANE_BYTES = 256 * 1024

/** The types of Node leave it out. */
declare const WebAssembly: {
  readonly Module: new (binary: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

/** What packages/server/assembly/checksums.ts exports. */
interface LaneExports {
  readonly memory: { readonly buffer: ArrayBuffer }
  /** Where the bytes of the first lane are, and how far it is to those of the next. */
  readonly inputs: { readonly value: number }
  readonly laneSize: { readonly value: number }
  /** Four rows, for A, B, C and D, with a word for each lane. */
  readonly states: { readonly value: number }
  readonly md5OfAll: (from: number, to: number) => void
  readonly md5OfOne: (lane: number, from: number, to: number) => void
  /** The bytes are overwritten. */
  readonly crc64: (lane: number, register: bigint, length: number) => bigint
}

interface Lane {
  readonly number: number
  readonly job: ChecksumJob
  /** With the padding. */
  readonly length: number
}

// The module is our own, so that it exports this is certain.
const wasm = new WebAssembly.Instance(
  new WebAssembly.Module(Buffer.from(CHECKSUMS_MODULE, 'base64')),
).exports as LaneExports
const bytes = new Uint8Array(wasm.memory.buffer)
const states = new Uint32Array(wasm.memory.buffer, wasm.states.value, 4 * LANES)

/** Does the next of up to `LANES` streams at once: MD5 takes hardly longer for two than for eight. */
export function runInLanes(jobs: readonly ChecksumJob[]): void {
  const lanes = jobs.map(load)
  md5OfLanes(lanes)
  for (const { number, job } of lanes) {
    job.state.crc64 = wasm.crc64(number, job.state.crc64, job.bytes.length)
  }
}

function load(job: ChecksumJob, number: number): Lane {
  const at = wasm.inputs.value + number * wasm.laneSize.value
  bytes.set(job.bytes, at)
  bytes.set(job.padding, at + job.bytes.length)
  job.state.md5.forEach((word, row) => {
    states[row * LANES + number] = word
  })
  return { number, job, length: job.bytes.length + job.padding.length }
}

/** All go on together until the shortest is at its end, the others then without it. */
function md5OfLanes(lanes: readonly Lane[]): void {
  const byLength = lanes.toSorted((a, b) => a.length - b.length)
  let from = 0
  byLength.forEach(({ number, job, length }, done) => {
    if (done < byLength.length - 1) wasm.md5OfAll(from, length)
    else wasm.md5OfOne(number, from, length)
    from = length
    job.state.md5.forEach((_, row) => {
      job.state.md5[row] = states[row * LANES + number] ?? 0
    })
  })
}
