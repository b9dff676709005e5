import { invalidInput } from '../oss/errors.ts'
import { MAX_PARTS, MIN_PART_SIZE } from '../oss/limits.ts'
import type { ListedPart } from '../oss/listed-parts.ts'
import type { ResponseInfo } from '../oss/response.ts'
import { type Checkpoint, createCheckpoint, type DonePart } from './checkpoint.ts'
import { crc64Of } from './checksum.ts'
import type { Multipart } from './multipart.ts'
import type { UploadSettings } from './options.ts'
import type { PartToSend } from './plan.ts'
import { sourceChanged } from './source.ts'

/** What is uploaded, in the caller's words: it is repeated in checkpoints. */
export interface Subject {
  readonly file: unknown
  readonly name: string
  readonly bucket: string
  /** Bytes; undefined for a stream. */
  readonly size: number | undefined
  /** Of the source, where it has one. */
  readonly version?: string | undefined
}

/** One multipart upload at OSS, begun now or gone on with, and what has become of its parts. */
export interface Session {
  readonly uploadId: string
  readonly partSize: number
  /** The answer to Initiate; undefined when an earlier upload is gone on with. */
  readonly begun: ResponseInfo | undefined
  /** By number, for every part that is known to be at OSS as it is here. */
  readonly done: Map<number, DonePart>
  /** What OSS said when it was last asked which parts it holds. */
  listed: ReadonlyMap<number, ListedPart>
  readonly subject: Subject
  /** The part as OSS holds it, if its bytes are those of `part`; undefined when it must be sent. */
  held(part: PartToSend, signal: AbortSignal): Promise<SettledPart | undefined>
  checkpoint(): Checkpoint
}

/** A part that is at OSS, and the answer that said so if it was sent now. */
export interface SettledPart {
  readonly done: DonePart
  readonly res?: ResponseInfo
}

/** @throws OssError `NoSuchUpload` when the checkpoint's upload is gone: it was completed or aborted */
export async function openSession(
  subject: Subject,
  oss: Multipart,
  { checkpoint, partSize, verify = 'full', signal }: UploadSettings,
): Promise<Session> {
  if (checkpoint === undefined) {
    const { uploadId, res } = await oss.initiate(signal)
    const { version } = subject
    const opened = { uploadId, partSize, begun: res, listed: new Map(), version }
    return createSession(subject, opened, new Set())
  }
  checkFits(checkpoint, subject)
  const { uploadId } = checkpoint
  const version = checkpoint.version === subject.version ? subject.version : undefined
  const listed = await oss.listedParts(uploadId, signal)
  const opened = { uploadId, partSize: checkpoint.partSize, begun: undefined, listed, version }
  const trusted = verify === 'full' ? [] : untouched(checkpoint, subject, listed)
  return createSession(subject, opened, new Set(trusted))
}

/**
 * The parts that are taken for what is here without reading it: the source is the one that the upload
 * began with, so what was sent of it then is what it holds.
 */
function untouched(
  checkpoint: Checkpoint,
  { version }: Subject,
  listed: ReadonlyMap<number, ListedPart>,
): ListedPart[] {
  if (version === undefined || checkpoint.version !== version) return []
  const recorded = new Map(checkpoint.doneParts.map(({ number, crc64 }) => [number, crc64]))
  return [...listed.values()].filter(
    ({ number, crc64 }) => (recorded.get(number) ?? `${crc64}`) === `${crc64}`,
  )
}

/** What is known of an upload when it is begun or gone on with. */
interface Opened extends Pick<Session, 'uploadId' | 'partSize' | 'begun' | 'listed'> {
  /** Of the source, if it is still the one that the upload began with: OSS may have parts of both otherwise. */
  readonly version: string | undefined
}

function createSession(
  subject: Subject,
  { version, ...opened }: Opened,
  trusted: ReadonlySet<ListedPart>,
): Session {
  const { file, name, bucket, size } = subject
  const { uploadId, partSize } = opened
  const done = new Map<number, DonePart>()
  const session: Session = {
    ...opened,
    subject,
    done,
    async held(part, signal) {
      const known = session.listed.get(part.number)
      if (known?.crc64 === undefined || known.size !== part.body.size) return undefined
      // The checkpoint may be of another version of the file, or of another file: only the bytes tell.
      // So it is with what OSS lists when it is asked again: it may be anybody's.
      if (!trusted.has(known) && known.crc64 !== (await crc64Of(part.body, signal)))
        return undefined
      const { number, etag, size, crc64 } = known
      return { done: { number, etag, size, crc64: `${crc64}` } }
    },
    // A copy of what is done takes 20 µs at worst; one list for all would change under whoever keeps one.
    checkpoint: () =>
      createCheckpoint({
        file,
        name,
        fileSize: size,
        partSize,
        uploadId,
        doneParts: [...done.values()],
        bucket,
        version,
      }),
  }
  return session
}

/** Throws when the checkpoint is of another upload, or of other bytes. */
export function checkFits(checkpoint: Checkpoint, { name, bucket, size }: Subject): void {
  if (checkpoint.name !== name) {
    throw invalidInput(`The \`checkpoint\` is of "${checkpoint.name}", not of "${name}"`)
  }
  if (checkpoint.bucket !== undefined && checkpoint.bucket !== bucket) {
    throw invalidInput(`The \`checkpoint\` is of bucket ${checkpoint.bucket}, not of ${bucket}`)
  }
  if (checkpoint.partSize < MIN_PART_SIZE || (size ?? 0) > checkpoint.partSize * MAX_PARTS) {
    throw invalidInput(
      `The \`checkpoint\` has a \`partSize\` that can not be: ${checkpoint.partSize}`,
    )
  }
  if (size === undefined) return
  if (checkpoint.fileSize !== undefined && checkpoint.fileSize !== size) {
    throw sourceChanged(
      `it has ${size} bytes, and had ${checkpoint.fileSize} when the checkpoint was made. Leave the checkpoint out to upload it anew`,
    )
  }
}
