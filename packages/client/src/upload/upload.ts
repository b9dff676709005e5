import { orAborted } from '../async/or-aborted.ts'
import { runPool } from '../async/pool.ts'
import { OssError } from '../oss/errors.ts'
import type { CompletedUpload } from '../oss/multipart.ts'
import { complete } from './complete.ts'
import { uploadFailed } from './failure.ts'
import type { UploadJob } from './job.ts'
import { planOf } from './parts-of.ts'
import { createReporter, tellOnce } from './progress.ts'
import { isSmall, putWhole } from './put-whole.ts'
import { wholeIfSmall } from './read-ahead.ts'
import { sendPart } from './send-part.ts'
import { openSession, type Session } from './session.ts'
import { storedAlready } from './stored-already.ts'
import { withCheckpoints } from './with-checkpoints.ts'

/** Sends a source to OSS: in parts, going on with an earlier attempt where there is one. */
export async function upload(job: UploadJob): Promise<CompletedUpload> {
  const { signal, checkpoint } = job.settings
  let session: Session | undefined
  try {
    signal?.throwIfAborted()
    const input = await orAborted(wholeIfSmall(job.input), signal)
    if (isSmall(input) && checkpoint === undefined) return await putWhole(input, job)
    return await withCheckpoints({ ...job, input }, async (known, remember) => {
      const parts = { ...job, input, settings: { ...job.settings, checkpoint: known } }
      const opened = await openOrFind(parts)
      if ('etag' in opened) return opened
      session = opened
      if (session.begun !== undefined) await remember(session.checkpoint())
      return sendAll(session, parts)
    })
  } catch (error) {
    throw uploadFailed(error, { checkpoint: session?.checkpoint() ?? checkpoint, signal })
  }
}

/** The upload to go on with or a new one; or the object, where an earlier attempt has ended well after all. */
async function openOrFind({
  input,
  subject,
  oss,
  settings,
  warn,
}: UploadJob): Promise<Session | CompletedUpload> {
  const session = await openSession(subject, oss, settings).catch(ifGone)
  if (session !== undefined) return session
  const stored = await storedAlready(input, subject, oss, settings.signal)
  if (stored === undefined) {
    return openSession(subject, oss, { ...settings, checkpoint: undefined })
  }
  await tellOnce(() => settings.progress?.(1, null, stored.res), warn)
  return stored
}

/** An upload that vanished was completed, which can be seen, or aborted, and is then begun anew. */
function ifGone(error: unknown): undefined {
  if (!(error instanceof OssError) || error.code !== 'NoSuchUpload') throw error
}

async function sendAll(
  session: Session,
  { input, oss, settings: { parallel, progress, signal }, warn }: UploadJob,
): Promise<CompletedUpload> {
  const plan = planOf(input, session.partSize)
  const report = createReporter(progress, session, { total: () => plan.expected()?.parts, warn })
  try {
    report.begun()
    await runPool(
      plan.parts,
      async (part, stop) => {
        const { done, res } = await sendPart(oss, session, part, stop)
        session.done.set(part.number, done)
        if (res !== undefined) report.sent(part.number, res)
      },
      { limit: parallel, signal },
    )
    await orAborted(report.heard(), signal)
    await input.checkUnchanged?.()
    const completed = await complete(oss, session, plan.expected(), signal)
    await report.completed(completed.res)
    return completed
  } finally {
    report.stop()
  }
}
