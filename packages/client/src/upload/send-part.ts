import { OssError } from '../oss/errors.ts'
import type { ResponseInfo } from '../oss/response.ts'
import { checksummed } from './checksum.ts'
import { partFailed } from './failure.ts'
import type { Multipart } from './multipart.ts'
import type { PartToSend } from './parts-of.ts'
import type { SettledPart } from './session.ts'

/** How often a part is sent when OSS reports other bytes than those that were read. */
const ATTEMPTS = 3

/** Sends one part and makes sure that what arrived is what was read. */
export async function sendPart(
  oss: Multipart,
  uploadId: string,
  part: PartToSend,
  signal: AbortSignal,
): Promise<SettledPart> {
  try {
    return await sendUntilEqual(oss, uploadId, part, signal)
  } catch (error) {
    throw partFailed(error, part.number)
  }
}

async function sendUntilEqual(
  oss: Multipart,
  uploadId: string,
  part: PartToSend,
  signal: AbortSignal,
): Promise<SettledPart> {
  const { number, start, end } = part
  for (let attempt = 1; ; attempt++) {
    const { body, crc64 } = checksummed(part.body)
    const { etag, crc64: arrived, res } = await oss.uploadPart(uploadId, { number, body }, signal)
    const read = crc64()
    if (arrived === undefined || arrived === read) {
      return { done: { number, etag, size: end - start, crc64: `${read}` }, res }
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
