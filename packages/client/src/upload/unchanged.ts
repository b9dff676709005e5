import { orAborted } from '../async/or-aborted.ts'
import { crc64Of } from './checksum.ts'
import type { PartToSend } from './plan.ts'
import type { Session } from './session.ts'
import { type Source, type StreamSource, sourceChanged } from './source.ts'

/** How often a source may be touched while it is compared. */
const LOOKS = 3

/**
 * Makes sure that what was sent is the source as it is now. Where its version has changed — because it
 * was written to, or only touched, renamed, linked — the bytes tell.
 *
 * @throws OssError `SourceChangedError`
 */
export async function checkUnchanged(
  input: Source | StreamSource,
  { subject, done }: Pick<Session, 'subject' | 'done'>,
  parts: Iterable<PartToSend>,
  signal: AbortSignal | undefined,
): Promise<void> {
  let known = subject.version
  for (let look = 1; look <= LOOKS; look++) {
    const version = await orAborted(Promise.resolve(input.version?.()), signal)
    if (version === known) return
    for (const { number, body } of parts) {
      if (`${await crc64Of(body, signal)}` === done.get(number)?.crc64) continue
      throw sourceChanged(`part ${number} has other bytes now than were sent`)
    }
    known = version
  }
  throw sourceChanged('somebody writes to it all the time')
}
