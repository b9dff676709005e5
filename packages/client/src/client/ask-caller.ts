import { inTime } from '../async/in-time.ts'
import type { Sleep } from '../async/sleep.ts'

const ATTEMPTS = 3
/** Milliseconds between two attempts. */
const PAUSE = 500
/** Milliseconds that one attempt may take. */
const PATIENCE = 30_000

/** Asks a function of the caller's, the option `name`: again where it fails or hangs, but not for ever. */
export async function askCaller<Answer>(
  name: string,
  ask: () => Promise<Answer>,
  sleep: Sleep,
): Promise<Answer> {
  const late = () => new Error(`${name} gave no answer for ${PATIENCE / 1000} seconds`)
  for (let attempt = 1; ; attempt++) {
    try {
      return await inTime(ask(), { milliseconds: PATIENCE, sleep, late })
    } catch (error) {
      if (attempt === ATTEMPTS) throw error
      await sleep(PAUSE)
    }
  }
}
