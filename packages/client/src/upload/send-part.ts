import type { Body } from '../oss/body.ts'
import { OssError } from '../oss/errors.ts'
import type { UploadedPart } from '../oss/multipart.ts'
import type { ResponseInfo } from '../oss/response.ts'
import type { DonePart } from './checkpoint.ts'
import { checksummed } from './checksum.ts'
import { partFailed } from './failure.ts'
import type { Multipart, OnSent } from './multipart.ts'
import type { PartToSend } from './plan.ts'
import type { Session, SettledPart } from './session.ts'

/** How often a part is sent when OSS reports other bytes than those that were read. */
const ATTEMPTS = 3

/** Sends one part, unless OSS has it already, and makes sure that what arrived is what was read. */
export async function sendPart(
  oss: Multipart,
  session: Pick<Session, 'uploadId' | 'held'>,
  part: PartToSend,
  { signal, onSent }: { signal: AbortSignal; onSent?: OnSent },
): Promise<SettledPart> {
  try {
    const held = await session.held(part, signal)
    if (held !== undefined) return held
    return await sendUntilEqual(part, (number, body) =>
      oss.uploadPart(session.uploadId, { number, body, onSent }, signal),
    )
  } catch (error) {
    throw partFailed(error, part.number)
  }
}

/** Sends again what arrives with another checksum than it was read with. */
export async function sendUntilEqual(
  { number, body: bytes }: Pick<PartToSend, 'number' | 'body'>,
  send: (number: number, body: Body) => Promise<UploadedPart>,
): Promise<{ done: DonePart; res: ResponseInfo }> {
  for (let attempt = 1; ; attempt++) {
    const sent = checksummed(bytes)
    const {
      etag,
      crc64: arrived,
      res,
    } = await send(number, sent.body).catch((error) => {
      sent.stop()
      throw error
    })
    const read = await sent.crc64()
    if (arrived === undefined || arrived === read) {
      return { done: { number, etag, size: bytes.size, crc64: `${read}` }, res }
    }
    if (attempt === ATTEMPTS) throw corrupted(number, { read, arrived, res })
  }
}

function corrupted(
  partNumber: number,
  { read, arrived, res }: { read: bigint; arrived: bigint; res: ResponseInfo },
): OssError {
  return new OssError(
    `Part ${partNumber} arrived with other bytes than were sent, ${ATTEMPTS} times: its CRC-64 is ${arrived} instead of ${read}`,
    {
      name: 'IntegrityError',
      code: 'IntegrityError',
      operation: 'UploadPart',
      partNum: partNumber,
      requestId: res.headers['x-oss-request-id'],
    },
  )
}
