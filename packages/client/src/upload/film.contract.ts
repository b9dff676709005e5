import type { Source, StreamSource } from './source.ts'
import { bytesOf, PART } from './testing.contract.ts'
import type { World } from './world.contract.ts'

/** A file that may be edited and touched between and during uploads. */
export interface Film {
  /** The bytes as they are now. */
  readonly bytes: Uint8Array
  /** Another one each time somebody has touched it. */
  readonly version: string
  readonly parts: number
  /** The bytes of part `number` as they are now. */
  part(number: number): Uint8Array
  /** Changes a byte of part `number`. */
  edit(number: number): void
  /** Changes a byte of every part. */
  rewrite(): void
  touch(): void
  /** To be read again and again, each time as it is then; half of each read before a turn, half after it. */
  source(reader: Reader): Source
  /** Its bytes as they are now, to be read once, in chunks that are no parts. */
  stream(reader: Reader): StreamSource
}

/** Who reads. */
export interface Reader {
  readonly owner: object
  /** Called for each read that begins. */
  onRead(): void
}

const BYTES = bytesOf(3 * PART)

/** @param parts how many of the smallest size it has; the last one has 7 bytes */
export function createFilm(parts: number, world: World): Film {
  let bytes = BYTES.slice(0, Math.max(PART, (parts - 1) * PART + 7))
  let version = 1

  async function look(owner: object, what: string): Promise<void> {
    const fate = await world.pause(what, owner)
    if (fate === 'refuse') throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' })
  }

  function edit(number: number): void {
    bytes = Uint8Array.from(bytes)
    const at = Math.min(bytes.length, number * PART) - 1
    bytes[at] = (bytes[at] ?? 0) + 1
    version++
  }

  return {
    get bytes() {
      return bytes
    },
    get version() {
      return `v${version}`
    },
    parts,
    part: (number) => bytes.subarray((number - 1) * PART, number * PART),
    edit,
    rewrite() {
      for (let number = 1; number <= parts; number++) edit(number)
    },
    touch() {
      version++
    },
    source: ({ owner, onRead }) => ({
      size: bytes.length,
      identity: 'path:/films/big.mp4',
      async *read(start, end) {
        onRead()
        const middle = start + Math.floor((end - start) / 2)
        yield bytes.subarray(start, middle)
        await look(owner, `read ${Math.floor(start / PART) + 1}`)
        yield bytes.subarray(middle, end)
      },
      version: () => `v${version}`,
    }),
    stream({ owner, onRead }) {
      const then = bytes
      async function* chunks() {
        const size = Math.floor(PART * 0.75)
        for (let at = 0; at < then.length; at += size) {
          onRead()
          await look(owner, `read from ${at}`)
          yield then.subarray(at, at + size)
        }
      }
      return { chunks }
    },
  }
}
