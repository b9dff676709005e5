import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import { type Checkpoint, OssError } from 'oss-multipart'
import type { OpenBench } from './open-bench.ts'

/** The key of every object of the matrix. */
export const KEY = 'object'

/** Milliseconds after which an upload that has not ended counts as one that never will. */
const PATIENCE = 12_000

/**
 * arrived: success, and the object is one version of the file. resumed: an error that says what, and
 * from its checkpoint, or anew where it has none, the upload arrived once the fault was over.
 * All others are what must not be.
 */
export type Outcome =
  | 'arrived'
  | 'resumed'
  | 'error'
  | 'FALSE SUCCESS'
  | 'FALSE FAILURE'
  | 'HANG'
  | 'ORPHAN'
  | 'RAN ON'
  | 'UNTYPED ERROR'
  | 'SECRET SHOWN'
  | 'NOT RESUMED'
  | 'NO FAULT'

export interface Verdict {
  readonly outcome: Outcome
  readonly error?: unknown
  /** How many of the faults had not happened, or not as often as they should, when it failed. */
  readonly unused?: number
}

/** An attempt to upload the bench's file as `KEY`; it goes on from a checkpoint when there is one. */
export type Attempt = (checkpoint?: Checkpoint) => Promise<unknown>

/** Runs an upload that a fault is waiting for, and says how it ended. */
export async function judge(
  bench: OpenBench,
  attempt: Attempt,
  patience = PATIENCE,
): Promise<Verdict> {
  const settled = await inTime(attempt(), patience)
  if (settled === 'hang') return { outcome: 'HANG' }
  const { error } = settled
  await allHaveArrived()
  const requests = bench.proxy.requests.length
  const unused = bench.proxy.unused().length + bench.server.faults.unused().length
  if (unused > 0 && error === undefined) return { outcome: 'NO FAULT' }
  await bench.mend()
  const isStored = await isObjectStored(bench)
  if (error === undefined) {
    if (!isStored) return { outcome: 'FALSE SUCCESS' }
    if ((await uploadsAtOss(bench)).length > 0) return { outcome: 'ORPHAN' }
    await allHaveArrived()
    return { outcome: bench.proxy.requests.length === requests ? 'arrived' : 'RAN ON' }
  }
  if (isStored) return { outcome: 'FALSE FAILURE', error }
  const { accessKeySecret } = bench.server
  if (inspect(error, { depth: 9, showHidden: true }).includes(accessKeySecret)) {
    return { outcome: 'SECRET SHOWN', error }
  }
  await allHaveArrived()
  if (bench.proxy.requests.length > requests) return { outcome: 'RAN ON', error }
  return { outcome: 'error', error, unused }
}

/** The same for a client whose errors name the upload to go on with. */
export async function judgeWithResume(
  bench: OpenBench,
  attempt: Attempt,
  { isResumable = true, patience = PATIENCE } = {},
): Promise<Verdict> {
  const verdict = await judge(bench, attempt, patience)
  const { outcome, error } = verdict
  if (outcome !== 'error') return verdict
  if (verdict.unused !== 0) return { outcome: 'NO FAULT', error }
  if (!(error instanceof OssError) || !error.name) return { outcome: 'UNTYPED ERROR', error }
  // What OSS was told to begin, and nobody was told of.
  const { checkpoint } = error
  const left = (await uploadsAtOss(bench)).filter((id) => id !== checkpoint?.uploadId)
  if (left.length > 0) return { outcome: 'ORPHAN', error }
  const again = await inTime(attempt(isResumable ? checkpoint : undefined), patience)
  if (again === 'hang' || again.error !== undefined || !(await isObjectStored(bench))) {
    return { outcome: 'NOT RESUMED', error: again === 'hang' ? error : again.error }
  }
  const forgotten = await uploadsAtOss(bench)
  const known = isResumable ? undefined : checkpoint?.uploadId
  return { outcome: forgotten.some((id) => id !== known) ? 'ORPHAN' : 'resumed', error }
}

async function inTime(
  upload: Promise<unknown>,
  patience: number,
): Promise<{ error?: unknown } | 'hang'> {
  const stop = new AbortController()
  const settled = upload.then(
    () => ({}),
    (error: unknown) => ({ error: error ?? new Error('Rejected with nothing') }),
  )
  const late = sleep(patience, 'hang' as const, { signal: stop.signal })
  late.catch(() => {})
  try {
    return await Promise.race([settled, late])
  } finally {
    stop.abort()
  }
}

/** What was sent before the end is taken in by the proxy, which lives in the same process. */
async function allHaveArrived(): Promise<void> {
  await sleep(30)
  for (let turns = 0; turns < 3; turns++) await new Promise((resolve) => setImmediate(resolve))
}

async function isObjectStored({ direct, versions }: OpenBench): Promise<boolean> {
  try {
    const { content } = await direct.get(KEY)
    return versions.some((version) => content?.equals(version))
  } catch (error) {
    if (error instanceof OssError && error.status === 404) return false
    throw error
  }
}

async function uploadsAtOss({ direct }: OpenBench): Promise<string[]> {
  return (await direct.listUploads()).uploads.map(({ uploadId }) => uploadId)
}
