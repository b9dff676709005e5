import { orAborted } from '../async/or-aborted.ts'
import { runPool } from '../async/pool.ts'
import type { CompletedUpload } from '../oss/multipart.ts'
import { complete } from './complete.ts'
import type { UploadJob } from './job.ts'
import { createLanes } from './lanes.ts'
import { forgetLostParts } from './lost-parts.ts'
import { type PartWatch, partWatches } from './part-watch.ts'
import { planOf } from './parts-of.ts'
import type { Part, PartToSend } from './plan.ts'
import { createReporter } from './progress.ts'
import { sendPart } from './send-part.ts'
import type { Session } from './session.ts'
import { endedWell } from './stored-already.ts'
import { type Meter, meterOf } from './transfer.ts'
import { checkUnchanged } from './unchanged.ts'

/** Sends every part that OSS has not, and makes them an object. */
export async function sendAll(session: Session, job: UploadJob): Promise<CompletedUpload> {
  const { input, settings, sleep, warn } = job
  const { crc64, progress, signal } = settings
  const plan = planOf(input, session.partSize)
  const { oss, places, send: hedged, drawn } = createLanes(job, session.partSize)
  const total = () => plan.expected()?.parts
  const report = createReporter(progress, session, { total, sleep, warn })
  const meter = meterOf(job, () => plan.expected()?.size)
  const watched = partWatches(job)

  async function send(parts: Iterable<PartToSend> | AsyncIterable<PartToSend>) {
    const one = async (part: PartToSend, stop: AbortController) => {
      const { number, start, end } = part
      const watch = watched?.(part)
      const begins = displayed(part, meter, watch)
      const how = { stop, begins, watch, hedged, crc64 }
      const sending = sendPart(oss, session, part, how)
      watch?.ends(sending, stop.signal)
      const { done, res } = await sending
      session.done.set(number, done)
      meter.acknowledged(number, end - start)
      if (res !== undefined) report.sent(number, res)
    }
    await runPool(drawn(parts), one, { limit: places, signal })
    await orAborted(report.heard(), signal)
    await checkUnchanged(input, session, plan.again, signal)
    meter.phase('completing')
    return complete(oss, session, plan.expected(), signal)
  }

  try {
    report.begun()
    meter.phase('sending')
    const completed = await send(plan.parts)
      .catch(async (error) => {
        const lost = await forgetLostParts(error, session, oss, signal)
        const again = [...plan.again].filter(({ number }) => lost?.includes(number))
        // A stream can not be read again: its checkpoint says what is missing.
        if (lost === undefined || again.length < lost.length) throw error
        meter.phase('sending')
        return send(again)
      })
      .catch(async (error) => {
        // Another process may have completed it. Whether it has can not always be found out.
        const stored = await endedWell(error, job).catch(() => undefined)
        if (stored === undefined) throw error
        return stored
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

/** Each request with a part begins in both displays, and each hears how far it is. */
function displayed({ number, start, end }: Part, meter: Meter, watch: PartWatch | undefined) {
  return () => {
    const metered = meter.begins(number, end - start)
    watch?.begun()
    return (bytes: number) => {
      metered(bytes)
      watch?.sent(bytes)
    }
  }
}
