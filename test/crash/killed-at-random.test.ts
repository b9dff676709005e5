import { setTimeout } from 'node:timers/promises'
import { it } from 'vitest'
import { startFlow } from '../flow/testing.ts'
import { killedUpload, type Toll } from './killed-upload.ts'
import { startSlowLine } from './slow-line.ts'

/** `npm run test:kills -- 10000` for more of them. */
const KILLS = Number(process.env.KILLS ?? 300)
/** To be given again to draw the same delays. */
const SEED = Number(process.env.KILLS_SEED ?? Date.now() % 1_000_000)
/** Uploads at the same time. */
const LANES = 4
const PARTS = 15
const PARALLEL = 3
/** For each connection: slow enough that most kills come in the middle. */
const BYTES_PER_SECOND = 2_500_000

const flow = await startFlow()

it(`a script that is killed ${KILLS} times at random goes on each time (seed ${SEED})`, {
  timeout: 60_000 + KILLS * 1_000,
}, async () => {
  const tolls: Toll[] = []
  /** By what the killed script had asked for last. */
  const places: Record<string, number> = {}
  let kills = 0

  async function lane(number: number): Promise<void> {
    const line = await startSlowLine(flow.observer.url, BYTES_PER_SECOND)
    const options = { parts: PARTS, parallel: PARALLEL, url: line.url }
    const random = randomOf(SEED + number)
    /** Milliseconds within which a script is killed: the time that it takes, on this machine and now. */
    let within = 200
    for (let count = 0; kills < KILLS; count++) {
      const upload = await killedUpload(flow, { name: `random-${number}-${count}`, ...options })
      for (;;) {
        const run = upload.start()
        await run.begun
        if (kills < KILLS) {
          await Promise.race([setTimeout(random() * within), run.ended])
          await run.kill()
          if (random() < 0.5) line.cut()
        }
        if ((await run.ended) !== 'SIGKILL') break
        kills++
        // One of five escapes.
        within *= 1.05
        const { operation = 'nothing' } = upload.asked().at(-1) ?? {}
        places[operation] = (places[operation] ?? 0) + 1
      }
      within *= 0.8
      tolls.push(await upload.check())
      await upload.remove()
    }
  }

  await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)))
  const sumOf = (what: keyof Toll) => tolls.reduce((sum, toll) => sum + toll[what], 0)
  console.log(`${tolls.length} uploads of ${PARTS} parts, ${PARALLEL} at once, seed ${SEED}:`, {
    kills,
    resent: sumOf('resent'),
    late: sumOf('late'),
    orphans: sumOf('orphans'),
    drafts: sumOf('drafts'),
    places,
  })
})

/** From 0 to 1, the same row for the same seed: the generator known as mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
