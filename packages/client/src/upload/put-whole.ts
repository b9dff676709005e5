import { orAborted } from '../async/or-aborted.ts'
import { type Body, bytesBody } from '../oss/body.ts'
import { crc64 } from '../oss/crc64.ts'
import { MIN_PART_SIZE } from '../oss/limits.ts'
import type { CompletedUpload } from '../oss/multipart.ts'
import { wrongObject } from './confirm-stored.ts'
import type { UploadJob } from './job.ts'
import { partWatches } from './part-watch.ts'
import { tell } from './progress.ts'
import { partBody, type Source, type StreamSource } from './source.ts'
import { meterOf } from './transfer.ts'
import { checkUnchanged } from './unchanged.ts'

/** Too small to be a part that is not the last. A stream that is so small has become a source before. */
export function isSmall(input: Source | StreamSource): input is Source {
  return input.size !== undefined && input.size < MIN_PART_SIZE
}

/** One PutObject in the place of a multipart upload. */
export async function putWhole(source: Source, job: UploadJob): Promise<CompletedUpload> {
  const { oss, subject, settings, sleep, warn } = job
  const { progress, signal } = settings
  const meter = meterOf(job, () => source.size)
  meter.phase('sending')
  // Read first: once the request has ended the object is there, and it is too late to notice a change.
  const whole = { number: 1, start: 0, end: source.size }
  const planned = { ...whole, body: partBody(source, whole) }
  const bytes = await orAborted(readWhole(planned.body, source.size), signal)
  const read = crc64(bytes)
  const done = new Map([[1, { number: 1, etag: '', crc64: `${read}` }]])
  await checkUnchanged(source, { subject, done }, [planned], signal)
  const watch = partWatches(job)?.(whole)
  const metered = meter.begins(1, source.size)
  const onSent = (sent: number) => {
    metered(sent)
    watch?.sent(sent)
  }
  watch?.begun()
  const sending = oss.put(bytesBody(bytes), signal, onSent)
  watch?.ends(sending, signal)
  const stored = await sending
  if (stored.crc64 !== undefined && stored.crc64 !== read) throw wrongObject(stored, read)
  meter.acknowledged(1, source.size)
  meter.phase('done')
  await tell(() => progress?.(1), { sleep, warn, signal })
  return stored
}

/** In memory of its own: a source may use the memory of a chunk again. */
async function readWhole(body: Body, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size)
  let read = 0
  for await (const chunk of body.chunks()) {
    bytes.set(chunk, read)
    read += chunk.byteLength
  }
  return bytes
}
