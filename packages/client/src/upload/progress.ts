import { createSerial } from '../async/serial.ts'
import type { ResponseInfo } from '../oss/response.ts'
import type { Progress } from './options.ts'
import type { Session } from './session.ts'

/** Tells the caller how far an upload is: in order, one call at a time, never after `stop`. */
export interface Reporter {
  begun(): void
  sent(partNumber: number, res: ResponseInfo): void
  completed(res: ResponseInfo): Promise<void>
  /** Resolves when the caller has taken in everything so far. */
  heard(): Promise<void>
  stop(): void
}

/**
 * `total` gives the number of parts, or undefined while a stream has not ended. Errors of the callback
 * are told to `warn`: a mistake in somebody's display must not cost them the upload.
 */
export function createReporter(
  callback: Progress | undefined,
  session: Session,
  { total, warn }: { total: () => number | undefined; warn: (error: unknown) => void },
): Reporter {
  const calls = createSerial(warn)
  const end = total() ?? Number.POSITIVE_INFINITY
  const counted = new Set([...session.listed.keys()].filter((number) => number <= end))

  function add(share: number, checkpoint: boolean, res: ResponseInfo | undefined): void {
    if (callback === undefined) return
    calls.add(async () => {
      await callback(share, checkpoint ? session.checkpoint() : null, res)
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
    stop: () => calls.clear(),
  }
}

/** For what has only one thing to tell. */
export async function tellOnce(call: () => unknown, warn: (error: unknown) => void): Promise<void> {
  try {
    await call()
  } catch (error) {
    warn(error)
  }
}
