import { OssError } from '../oss/errors.ts'
import type { Multipart } from './multipart.ts'
import type { Session } from './session.ts'

/** What OSS says to a Complete with parts that it does not hold so, or not at all. */
const REFUSED = new Set(['InvalidPart', 'InvalidPartOrder', 'EntityTooSmall'])

/**
 * After OSS has refused to complete an upload for the sake of its parts: asks which it holds, and forgets
 * those that are not there as they were sent, so that they are sent again. Gives their numbers, of which
 * there may be none: then the refusal was a mistake. Undefined when it was about something else.
 */
export async function forgetLostParts(
  error: unknown,
  session: Session,
  oss: Pick<Multipart, 'listedParts'>,
  signal: AbortSignal | undefined,
): Promise<number[] | undefined> {
  if (!(error instanceof OssError) || !REFUSED.has(error.code ?? '')) return undefined
  session.listed = await oss.listedParts(session.uploadId, signal)
  const lost = [...session.done.values()].filter(({ number, etag, size, crc64 }) => {
    const held = session.listed.get(number)
    return held?.etag !== etag || held.size !== size || `${held.crc64 ?? crc64}` !== crc64
  })
  for (const { number } of lost) session.done.delete(number)
  return lost.map(({ number }) => number)
}
