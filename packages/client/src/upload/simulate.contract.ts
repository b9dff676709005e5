import { createGate } from '../async/gate.ts'
import { runPool } from '../async/pool.ts'
import { createVirtualTime } from '../async/virtual-time.contract.ts'
import { OssError } from '../oss/errors.ts'
import { createHedge } from './hedge.ts'
import { createLine, type LineShape, type Seen, seeded } from './line.contract.ts'
import { createPacer, type Pacer } from './pacer.ts'

export interface Upload {
  /** Bytes. */
  readonly size: number
  readonly partSize: number
  /** Parts at once, or as many as the pacer says. */
  readonly parallel: number | 'auto'
  /** What the pacer may not exceed. */
  readonly most?: number
  /** Whether parts that hang back are sent a second time. */
  readonly hedged?: boolean
  readonly seed?: number
  /** Whether the process has never nothing to do. */
  readonly busy?: boolean
  /** What becomes of the line after so many milliseconds. */
  readonly changes?: readonly (readonly [number, LineShape])[]
}

export interface Outcome {
  readonly seconds: number
  /** Bytes a second, of the file. */
  readonly speed: number
  readonly seen: Seen
  /** Limits that the pacer gave, each with the milliseconds when. */
  readonly limits: readonly (readonly [number, number])[]
  /** What is still waiting for its time when the upload has ended. */
  readonly pending: number
}

/** A whole upload over a simulated line, with the real pool, pacer and hedge, and retries as the client makes them. */
export async function simulate(shape: LineShape, upload: Upload): Promise<Outcome> {
  const {
    size,
    partSize,
    parallel,
    most = 64,
    hedged = true,
    seed = 1,
    changes = [],
    busy,
  } = upload
  const time = createVirtualTime()
  const random = seeded(seed)
  const line = createLine(shape, time, random)
  const changing = changes.map(([at, next]) => time.after(at, () => line.become(next)))

  const places = createGate(parallel === 'auto' ? 0 : parallel)
  const limits: [number, number][] = []
  const setLimit = (limit: number) => {
    limits.push([time.now(), limit])
    places.limit = limit
  }
  const idle = busy ? () => 0 : undefined
  const pacer =
    parallel === 'auto' ? createPacer({ most, now: time.now, idle, onLimit: setLimit }) : undefined
  if (pacer !== undefined) setLimit(pacer.limit)
  const hedge = createHedge({ now: time.now, sleep: time.sleep, places })

  function* parts(): Generator<number> {
    for (let start = 0; start < size; start += partSize) yield Math.min(partSize, size - start)
    hedge.lastBegun()
  }

  const attemptOf = (bytes: number) => (signal: AbortSignal, anew: (asked: number) => void) => {
    const send = () => retried(() => line.send(bytes, signal), signal, anew)
    return pacer === undefined ? send() : pacer.send(bytes, send)
  }

  /** As transport/retry.ts does it. */
  async function retried(
    send: () => Promise<void>,
    signal: AbortSignal,
    anew: (asked: number) => void,
  ): Promise<void> {
    for (let retry = 1; ; retry++) {
      try {
        return await send()
      } catch (error) {
        if (!(error instanceof OssError)) throw error
        tell(pacer, error)
        const base = error.status === 503 ? 500 : 100
        anew(0)
        await time.sleep(random() * Math.min(20_000, base * 2 ** (retry - 1)), signal)
      }
    }
  }

  const uploaded = runPool(
    parts(),
    (bytes, stop) =>
      hedged ? hedge.send(bytes, attemptOf(bytes), stop) : attemptOf(bytes)(stop.signal, () => {}),
    { limit: places },
  )
  await time.until(uploaded)
  for (const cancel of changing) cancel()
  const seconds = time.now() / 1000
  return { seconds, speed: size / seconds, seen: line.seen, limits, pending: time.pending }
}

function tell(pacer: Pacer | undefined, { status }: OssError): void {
  if (status === 503) pacer?.throttled()
  else pacer?.failed()
}
