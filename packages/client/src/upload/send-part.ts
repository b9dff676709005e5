import type { Body } from '../oss/body.ts'
import { OssError } from '../oss/errors.ts'
import type { UploadedPart } from '../oss/multipart.ts'
import type { OnRetry } from '../oss/request.ts'
import type { ResponseInfo } from '../oss/response.ts'
import type { DonePart } from './checkpoint.ts'
import { checksummed } from './checksum.ts'
import { partFailed } from './failure.ts'
import type { Hedge, PartAttempt } from './hedge.ts'
import type { Multipart, OnSent } from './multipart.ts'
import type { PartWatch } from './part-watch.ts'
import type { PartToSend } from './plan.ts'
import type { Session, SettledPart } from './session.ts'

/** How often a part is sent when OSS reports other bytes than those that were read. */
const ATTEMPTS = 3

export interface HowToSend {
  /** Ends what is done for this part alone. */
  readonly stop: AbortController
  /** A request with it begins; what it gives hears how many bytes have gone out. */
  readonly begins?: (() => OnSent) | undefined
  readonly watch?: Pick<PartWatch, 'repeated'> | undefined
  /** Sends the part a second time where it hangs back. */
  readonly hedged?: Hedge['send'] | undefined
  /** Whether what arrives is compared with what was read. @default true */
  readonly crc64?: boolean | undefined
}

/** Sends one part, unless OSS has it already, and makes sure that what arrived is what was read. */
export async function sendPart(
  oss: Multipart,
  session: Pick<Session, 'uploadId' | 'held'>,
  part: PartToSend,
  { stop, begins, watch, hedged = once, crc64 = true }: HowToSend,
): Promise<SettledPart> {
  try {
    const held = await session.held(part, stop.signal)
    if (held !== undefined) return held
    const attempt: PartAttempt<SettledPart> = (signal, anew) => {
      const onRetry: OnRetry = (_, asked = 0) => {
        anew(asked)
        watch?.repeated()
      }
      const send: Send = (number, body) => {
        anew(0)
        const onSent = begins?.()
        return oss.uploadPart(session.uploadId, { number, body, onSent, onRetry }, signal)
      }
      return crc64 ? sendUntilEqual(part, send) : sendUnread(part, send)
    }
    return await hedged(part.end - part.start, attempt, stop)
  } catch (error) {
    throw partFailed(error, part.number)
  }
}

const once: Hedge['send'] = (_, attempt, { signal }) => attempt(signal, () => {})

type Send = (number: number, body: Body) => Promise<UploadedPart>

/** Believes what arrived: with TLS underneath, what is left is a fault of memory or of the disk. */
async function sendUnread({ number, body }: PartToSend, send: Send): Promise<SettledPart> {
  const { etag, crc64, res } = await send(number, body)
  return { done: { number, etag, size: body.size, crc64: crc64?.toString() }, res }
}

/** Sends again what arrives with another checksum than it was read with. */
export async function sendUntilEqual(
  { number, body: bytes }: Pick<PartToSend, 'number' | 'body'>,
  send: Send,
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
