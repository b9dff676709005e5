import { finished, type Readable } from 'node:stream'

/** As the store writes them, so that it need not copy them again. */
export const PIECE_SIZE = 256 * 1024
/** Milliseconds after which a slow client's bytes are passed on, although they are no whole piece. */
const PATIENCE_MS = 10
/** Buffers that are kept for the next bodies. */
const MAX_SPARE = 16

const spare: Buffer[] = []

/**
 * What comes out of `stream`, in pieces that are good until the next is asked for. While one is in use
 * the next is gathered, and then the stream waits. A socket's chunks are copied and let go at once: as
 * garbage they would cost more, the longer they were kept.
 *
 * Leaving early pauses the stream; others may read on.
 */
export async function* piecesOf(stream: Readable): AsyncGenerator<Uint8Array, void> {
  const pieces = new Pieces(stream)
  try {
    for (let piece = await pieces.next(); piece.length > 0; piece = await pieces.next()) yield piece
  } finally {
    pieces.stop()
  }
}

class Pieces {
  readonly #stream: Readable
  readonly #forget: () => void
  /** Two buffers, by turns: one is filled while the reader has the other. */
  #filling = takeBuffer()
  #lent = takeBuffer()
  #used = 0
  /** What there was no room for. */
  #rest: Uint8Array = Buffer.of()
  #end: { readonly failure: Error | null | undefined } | undefined
  /** Resolves what the reader waits for. */
  #wake: (() => void) | undefined
  #patience: NodeJS.Timeout | undefined

  constructor(stream: Readable) {
    this.#stream = stream
    this.#forget = finished(stream, { writable: false }, (failure) => {
      this.#end = { failure }
      this.#wake?.()
    })
    stream.on('data', this.#take)
  }

  /** Empty at the end. */
  async next(): Promise<Uint8Array> {
    if (this.#used < PIECE_SIZE && this.#end === undefined) await this.#more()
    if (this.#end?.failure) throw this.#end.failure
    const piece = this.#filling.subarray(0, this.#used)
    ;[this.#filling, this.#lent] = [this.#lent, this.#filling]
    this.#used = 0
    this.#take(this.#rest)
    if (this.#used < PIECE_SIZE) this.#stream.resume()
    return piece
  }

  stop(): void {
    this.#stream.off('data', this.#take)
    this.#stream.pause()
    this.#forget()
    clearTimeout(this.#patience)
    for (const buffer of [this.#filling, this.#lent]) {
      if (spare.length < MAX_SPARE) spare.push(buffer)
    }
  }

  readonly #take = (chunk: Uint8Array): void => {
    const fitting = chunk.subarray(0, PIECE_SIZE - this.#used)
    this.#filling.set(fitting, this.#used)
    this.#used += fitting.length
    this.#rest = chunk.subarray(fitting.length)
    if (this.#used === PIECE_SIZE) {
      this.#stream.pause()
      this.#wake?.()
    } else this.#bePatient()
  }

  async #more(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      this.#bePatient()
    })
    this.#wake = undefined
    clearTimeout(this.#patience)
    this.#patience = undefined
  }

  #bePatient(): void {
    if (this.#wake && this.#used > 0) this.#patience ??= setTimeout(this.#wake, PATIENCE_MS)
  }
}

function takeBuffer(): Buffer {
  return spare.pop() ?? Buffer.allocUnsafeSlow(PIECE_SIZE)
}
