import type { IncomingMessage, ServerResponse } from 'node:http'
import { piecesOf } from './body-pieces.ts'

/** How much of a refused body is read so that the client gets to the answer, and for how long. */
const DRAIN_BYTES = 256 * 1024 * 1024
const DRAIN_MS = 10_000

export interface RequestBody extends AsyncIterable<Uint8Array> {
  /** The client still waits for `100 Continue`, and has sent nothing of the body. */
  isUnasked(): boolean
  /**
   * Reads what is left of the body and throws it away. Most HTTP clients look at the answer only
   * when they have sent everything; closing on them at once would show them a reset connection
   * instead of the error. False when there is too much left; rejects when it is too slow to come.
   */
  drain(): Promise<boolean>
}

/** `mustAsk`: the client wants `100 Continue`, and gets it when the body is first read. */
export function requestBody(
  message: IncomingMessage,
  response: ServerResponse,
  { mustAsk }: { mustAsk: boolean },
): RequestBody {
  let unasked = mustAsk
  return {
    isUnasked: () => unasked,
    drain: () => drain(message),
    async *[Symbol.asyncIterator]() {
      if (unasked) response.writeContinue()
      unasked = false
      yield* piecesOf(message)
    },
  }
}

async function drain(message: IncomingMessage): Promise<boolean> {
  const tooSlow = setTimeout(() => message.destroy(), DRAIN_MS)
  try {
    let drained = 0
    for await (const chunk of message.iterator({ destroyOnReturn: false })) {
      drained += chunk.length
      if (drained > DRAIN_BYTES) return false
    }
    return true
  } finally {
    clearTimeout(tooSlow)
  }
}
