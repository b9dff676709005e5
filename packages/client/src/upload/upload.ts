import { orAborted } from '../async/or-aborted.ts'
import { runPool } from '../async/pool.ts'
import type { CompletedUpload } from '../oss/multipart.ts'
import { afterFailure } from './after-failure.ts'
import { complete } from './complete.ts'
import { uploadFailed } from './failure.ts'
import type { UploadJob } from './job.ts'
import { forgetLostParts } from './lost-parts.ts'
import { openUpload } from './open-upload.ts'
import { planOf } from './parts-of.ts'
import type { PartToSend } from './plan.ts'
import { createReporter } from './progress.ts'
import { isSmall, putWhole } from './put-whole.ts'
import { wholeIfSmall } from './read-ahead.ts'
import { sendPart } from './send-part.ts'
import type { Session } from './session.ts'
import { meterOf } from './transfer.ts'
import { checkUnchanged } from './unchanged.ts'
import { withCheckpoints } from './with-checkpoints.ts'

/** Sends a source to OSS: in parts, going on with an earlier attempt where there is one. */
export async function upload(job: UploadJob): Promise<CompletedUpload> {
  const { signal, checkpoint } = job.settings
  let session: Session | undefined
  try {
    signal?.throwIfAborted()
    const input = await orAborted(wholeIfSmall(job.input), signal)
    if (isSmall(input) && checkpoint === undefined) return await putWhole(input, job)
    return await withCheckpoints({ ...job, input }, async (known, store) => {
      const parts = { ...job, input, settings: { ...job.settings, checkpoint: known } }
      const opened = await openUpload(parts)
      if ('etag' in opened) return opened
      session = opened
      if (session.begun !== undefined) await store.remember(session.checkpoint())
      return sendAll(session, parts).catch((error) => afterFailure(error, opened, parts, store))
    })
  } catch (error) {
    const left =
      session === undefined ? checkpoint : session.dropped ? undefined : session.checkpoint()
    throw uploadFailed(error, { checkpoint: left, signal })
  }
}

/** Sends every part that OSS has not, and makes them an object. */
async function sendAll(session: Session, job: UploadJob): Promise<CompletedUpload> {
  const { input, oss, settings, sleep, warn } = job
  const { parallel, progress, signal } = settings
  const plan = planOf(input, session.partSize)
  const total = () => plan.expected()?.parts
  const report = createReporter(progress, session, { total, sleep, warn })
  const meter = meterOf(job, () => plan.expected()?.size)

  async function send(parts: Iterable<PartToSend> | AsyncIterable<PartToSend>) {
    const one = async (part: PartToSend, stop: AbortSignal) => {
      const { number, start, end } = part
      const onSent = (bytes: number) => meter.sent(number, end - start, bytes)
      const { done, res } = await sendPart(oss, session, part, { signal: stop, onSent })
      session.done.set(number, done)
      meter.acknowledged(number, end - start)
      if (res !== undefined) report.sent(number, res)
    }
    await runPool(parts, one, { limit: parallel, signal })
    await orAborted(report.heard(), signal)
    await checkUnchanged(input, session, plan.again, signal)
    meter.phase('completing')
    return complete(oss, session, plan.expected(), signal)
  }

  try {
    report.begun()
    meter.phase('sending')
    const completed = await send(plan.parts).catch(async (error) => {
      if (!(await forgetLostParts(error, session, oss, signal))) throw error
      meter.phase('sending')
      return send(plan.again.filter(({ number }) => !session.done.has(number)))
    })
    meter.phase('done')
    // The object is there: nothing that the caller does while he hears of it can undo that.
    await orAborted(report.completed(completed.res), signal).catch(() => {})
    return completed
  } finally {
    report.stop()
    meter.stop()
  }
}
