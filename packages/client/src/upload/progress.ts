import { inTime } from '../async/in-time.ts'
import { createSerial } from '../async/serial.ts'
import type { Sleep } from '../async/sleep.ts'
import type { ResponseInfo } from '../oss/response.ts'
import type { Progress } from './options.ts'
import type { Session } from './session.ts'

/** Milliseconds that one call may take: an upload waits for the last of them, and must not do so for ever. */
const PATIENCE = 60_000

/** Tells the caller how far an upload is: in order, one call at a time, never after `stop`. */
export interface Reporter {
  begun(): void
  sent(partNumber: number, res: ResponseInfo): void
  completed(res: ResponseInfo): Promise<void>
  /** Resolves when the caller has taken in everything so far. */
  heard(): Promise<void>
  stop(): void
}

/** A mistake in somebody's display must not cost them the upload: `warn` hears of it. */
export interface Telling {
  readonly sleep: Sleep
  readonly warn: (error: unknown) => void
  /** Ends the waiting for a call that has not returned yet; the object may be there, so that is no failure. */
  readonly signal?: AbortSignal | undefined
}

export interface ReporterParts extends Omit<Telling, 'signal'> {
  /** Gives the number of parts, or undefined while a stream has not ended. */
  readonly total: () => number | undefined
}

export function createReporter(
  callback: Progress | undefined,
  session: Session,
  { total, sleep, warn }: ReporterParts,
): Reporter {
  const ended = new AbortController()
  const telling = { sleep, warn, signal: ended.signal }
  const calls = createSerial(warn)
  const end = total() ?? Number.POSITIVE_INFINITY
  const counted = new Set([...session.listed.keys()].filter((number) => number <= end))
  let isListening = callback !== undefined

  function add(share: number, checkpoint: boolean, res: ResponseInfo | undefined): void {
    if (!isListening) return
    calls.add(async () => {
      if (!isListening) return
      const said = checkpoint ? session.checkpoint() : null
      isListening = await tell(() => callback?.(share, said, res), telling)
    })
  }

  return {
    begun() {
      if (session.begun !== undefined) add(0, true, session.begun)
    },
    sent(partNumber, res) {
      counted.add(partNumber)
      const parts = total()
      // One share is left for Complete: 1 is said only when the object is there.
      add(parts === undefined ? 0 : Math.min(counted.size, parts) / (parts + 1), true, res)
    },
    async completed(res) {
      add(1, false, res)
      await calls.idle()
    },
    heard: () => calls.idle(),
    stop() {
      calls.clear()
      ended.abort()
    },
  }
}

/** Makes one call. False when it did not return in time: whoever is called then hears nothing more. */
export async function tell(
  call: () => unknown,
  { sleep, warn, signal }: Telling,
): Promise<boolean> {
  let isLate = false
  const late = () => {
    isLate = true
    return new Error(
      `\`progress\` has not returned for ${PATIENCE / 1000} seconds: the upload goes on without it`,
    )
  }
  try {
    await inTime(call(), { milliseconds: PATIENCE, sleep, late, signal })
  } catch (error) {
    if (!signal?.aborted) warn(error)
  }
  return !isLate
}
