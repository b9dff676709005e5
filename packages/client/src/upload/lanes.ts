import { createGate } from '../async/gate.ts'
import type { Places } from '../async/pool.ts'
import type { OssError } from '../oss/errors.ts'
import { MiB } from '../oss/limits.ts'
import type { OnRetry } from '../oss/request.ts'
import { createHedge, type Hedge } from './hedge.ts'
import type { UploadJob } from './job.ts'
import type { Multipart } from './multipart.ts'
import { createPacer, mostParts } from './pacer.ts'
import type { PartToSend } from './plan.ts'

type Parts = Iterable<PartToSend> | AsyncIterable<PartToSend>

/** How the parts of one upload take their turns: how many of them at once, and which are sent twice. */
export interface Lanes {
  /** Where each part in flight has its place. */
  readonly places: Places
  /** The same `oss`; where nobody said how many at once, the pace is learned from what is sent through it. */
  readonly oss: Multipart
  /** Sends a part again that hangs back, and takes what arrives first. */
  readonly send: Hedge['send']
  /** The same parts, and takes note when none is left to begin. */
  drawn(parts: Parts): Parts
}

/** Of a part that is read piece by piece, only one piece is in memory. */
const PIECE = MiB

export function createLanes(job: UploadJob, partSize: number): Lanes {
  const { input, oss, settings, sleep, elapsed = standingStill, idle } = job
  const { parallel } = settings
  const places = createGate(parallel === 'auto' ? 1 : parallel)
  const hedge = elapsed === standingStill ? ONCE : createHedge({ now: elapsed, sleep, places })
  const turns = { places, send: hedge.send, drawn: (parts: Parts) => noticed(parts, hedge) }
  if (parallel !== 'auto') return { ...turns, oss }

  const most = mostParts(input.size === undefined ? partSize : PIECE)
  const onLimit = (limit: number) => {
    places.limit = limit
  }
  const pacer = createPacer({ most, now: elapsed, idle, onLimit })
  onLimit(pacer.limit)
  const slower = (error: OssError) => (isThrottled(error) ? pacer.throttled() : pacer.failed())
  return {
    ...turns,
    oss: {
      ...oss,
      uploadPart: (uploadId, part, signal) => {
        const onRetry: OnRetry = (error, asked) => {
          slower(error)
          part.onRetry?.(error, asked)
        }
        return pacer.send(part.body.size ?? 0, () =>
          oss.uploadPart(uploadId, { ...part, onRetry }, signal),
        )
      },
    },
  }
}

/** Where nobody measures time, nothing hangs back. */
const standingStill = () => 0
const ONCE: Hedge = { send: (_, attempt, { signal }) => attempt(signal, () => {}), lastBegun() {} }

function isThrottled({ status }: OssError): boolean {
  return status === 429 || status === 503
}

function noticed(parts: Parts, { lastBegun }: Pick<Hedge, 'lastBegun'>): Parts {
  if (Symbol.asyncIterator in parts) {
    return (async function* () {
      yield* parts
      lastBegun()
    })()
  }
  return (function* () {
    yield* parts
    lastBegun()
  })()
}
