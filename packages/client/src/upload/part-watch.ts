import { inform } from './inform.ts'
import type { Part } from './plan.ts'
import type { SettledPart } from './session.ts'

/** What has become of one part. */
export interface PartEvent {
  /** From 1. */
  readonly partNumber: number
  /** Of its first byte in the file. All parts but the last of a file have the same size. */
  readonly start: number
  /** Bytes. */
  readonly size: number
  /**
   * 'sending' for the first time, 'retrying' for a further one, because that failed or hangs back; 'done'
   * when OSS has it, 'held' when it had it already, 'failed' when the upload fails with it.
   */
  readonly state: 'sending' | 'retrying' | 'done' | 'held' | 'failed'
  /** Bytes of it that have gone out in this attempt, as far as can be seen. */
  readonly sent: number
}

export type OnPart = (part: PartEvent) => unknown

/** Hears of one part while it is sent. */
export interface PartWatch {
  /** A request with it begins. */
  begun(): void
  sent(bytes: number): void
  /** A request with it has failed, and is made again after a pause. */
  repeated(): void
  /** `sending` ends when the part is at OSS, or will not be; who stops it by `stop` need not be told so. */
  ends(sending: Promise<Pick<SettledPart, 'res'>>, stop: AbortSignal | undefined): void
}

/** What of an upload's job is needed here. */
interface WatchedJob {
  readonly settings: { readonly onPart?: OnPart | undefined }
  readonly elapsed?: (() => number) | undefined
  readonly warn: (error: unknown) => void
}

/** Milliseconds between two calls for one part while its bytes go out: nobody sees more. */
const PAUSE = 100

/** Undefined where nobody asked for it, so that parts then cost nothing more. */
export function partWatches({
  settings: { onPart: listener },
  elapsed = () => 0,
  warn,
}: WatchedJob): ((part: Part) => PartWatch) | undefined {
  if (listener === undefined) return undefined
  return ({ number: partNumber, start, end }) => {
    const size = end - start
    let state: PartEvent['state'] | undefined
    let sent = 0
    let toldAt = 0

    const tell = (next: PartEvent['state'], bytes: number) => {
      state = next
      sent = bytes
      toldAt = elapsed()
      inform(listener, { partNumber, start, size, state, sent }, warn)
    }
    return {
      begun: () => tell(state === undefined ? 'sending' : 'retrying', 0),
      sent(bytes) {
        // Of two attempts at once, the one that is further.
        if (state === undefined || bytes <= sent) return
        // Its last byte is told at once: nothing more may be heard of it for a long time.
        if (bytes === size || elapsed() - toldAt >= PAUSE) tell(state, bytes)
      },
      repeated: () => tell('retrying', 0),
      ends(sending, stop) {
        sending.then(
          ({ res }) => tell(res === undefined ? 'held' : 'done', size),
          // Those that are stopped because another one has failed have not failed.
          () => stop?.aborted || tell('failed', sent),
        )
      },
    }
  }
}
