import {
  type ChecksumJob,
  type ChecksumState,
  LANE_BYTES,
  LANES,
  runInLanes,
} from './checksum-lanes.ts'
import type { Blob } from './store.ts'

/** Of MD5. */
const BLOCK = 64
const NOTHING = new Uint8Array(0)

/**
 * The checksums of one stream of bytes. Those of several streams are computed together, once in a turn
 * of the event loop: eight MD5 at once take less than twice as long as one.
 */
export class Checksums {
  readonly #state: ChecksumState = {
    md5: Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476),
    crc64: 2n ** 64n - 1n,
  }
  #size = 0
  /** Of the last block, which is not whole. */
  #rest = NOTHING

  /**
   * Takes in up to `LANE_BYTES`; all but the last time they are whole blocks of 64. Resolves when they are
   * no longer needed.
   */
  async add(bytes: Uint8Array): Promise<void> {
    if (this.#rest.length > 0) throw new RangeError('Only the last piece may end within a block.')
    if (bytes.length > LANE_BYTES) throw new RangeError(`A piece has ${LANE_BYTES} bytes at most.`)
    const whole = bytes.length - (bytes.length % BLOCK)
    this.#size += bytes.length
    this.#rest = bytes.slice(whole)
    if (whole > 0)
      await inTurn({ state: this.#state, bytes: bytes.subarray(0, whole), padding: NOTHING })
  }

  async finish(): Promise<Omit<Blob, 'id'>> {
    await inTurn({ state: this.#state, bytes: this.#rest, padding: this.#padding() })
    const words = Buffer.alloc(16)
    this.#state.md5.forEach((word, row) => void words.writeUInt32LE(word, 4 * row))
    return {
      size: this.#size,
      md5: words.toString('hex').toUpperCase(),
      crc64: BigInt.asUintN(64, ~this.#state.crc64),
    }
  }

  /** A bit, zeros, and the length in bits: up to the end of a block. */
  #padding(): Uint8Array {
    const padding = Buffer.alloc(BLOCK + 8 - ((this.#size + 8) % BLOCK))
    padding[0] = 0x80
    padding.writeBigUInt64LE(BigInt(this.#size) * 8n, padding.length - 8)
    return padding
  }
}

const waiting: { readonly job: ChecksumJob; readonly done: () => void }[] = []

/** Does the job together with others that come in this turn of the event loop. */
function inTurn(job: ChecksumJob): Promise<void> {
  return new Promise((done) => {
    if (waiting.push({ job, done }) === 1) setImmediate(takeTurn)
  })
}

function takeTurn(): void {
  const taken = waiting.splice(0, LANES)
  if (waiting.length > 0) setImmediate(takeTurn)
  runInLanes(taken.map(({ job }) => job))
  for (const { done } of taken) done()
}
