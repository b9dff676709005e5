import { sleep } from '../async/sleep.ts'
import { routeHeaders } from '../oss/header-routing.ts'
import { listedParts } from '../oss/listed-parts.ts'
import { abortMultipartUpload, completeMultipartUpload, type Target } from '../oss/multipart.ts'
import { objectKey } from '../oss/names.ts'
import { storedObject } from '../oss/objects.ts'
import type { ResponseInfo } from '../oss/response.ts'
import { readCheckpoint } from '../upload/checkpoint.ts'
import { uploadFailed } from '../upload/failure.ts'
import type { Multipart } from '../upload/multipart.ts'
import { resolveUploadOptions, type UploadOptions } from '../upload/options.ts'
import type { Source, StreamSource } from '../upload/source.ts'
import { upload } from '../upload/upload.ts'
import { callOptions, checkSignal, readOptions } from './call-options.ts'
import type { Client } from './context.ts'
import { initiateOnce } from './initiate-once.ts'
import { openInput, type UploadInput } from './open-input.ts'
import type { RunningUpload } from './running-uploads.ts'
import { sendObject } from './send-object.ts'
import { type ObjectOptions, objectHeaders } from './upload-headers.ts'
import { createPartUpload } from './uploaded-part.ts'
import { withPlaces } from './with-places.ts'

export interface MultipartUploadOptions extends ObjectOptions, UploadOptions {
  signal?: AbortSignal | undefined
}

export interface MultipartUploadResult {
  readonly res: ResponseInfo
  readonly bucket: string
  /** As it was given. */
  readonly name: string
  /** With its quotes; '' where CORS hides that of a file below 100 KiB. */
  readonly etag: string
  /** What the application's server answered, when there is a `callback`. */
  readonly data?: unknown
}

/**
 * Uploads `file` as the object `name`: in parts, or in one request when it has less than 100 KiB. It
 * resolves only when the whole object is at OSS and its CRC-64 is that of the bytes that were read.
 *
 * @throws OssError with `checkpoint` once an upload has begun; `cancel` and `AbortError` when it was stopped
 */
export async function multipartUpload(
  client: Client,
  name: string,
  file: UploadInput | undefined,
  given?: MultipartUploadOptions,
): Promise<MultipartUploadResult> {
  const options = readOptions(given)
  checkSignal(options.signal)
  const target = { bucket: client.bucket(), key: objectKey(name) }
  const subject = file ?? readCheckpoint(options.checkpoint)?.file
  const running = client.uploads.begin(options.signal)
  let opened: Source | StreamSource | undefined
  try {
    opened = await openInput(client, subject)
    const settings = { ...resolveUploadOptions(opened.size, options), signal: running.signal }
    // A given `parallel` is kept to, whatever is usual.
    const { parallel } = settings
    if (parallel !== 'auto') client.places.limit = Math.max(client.places.limit, parallel)
    const { size } = opened
    const version = await versionOf(opened)
    const { bucket, etag, data, res } = await upload({
      input: opened,
      subject: { file: subject, name, bucket: target.bucket, size, version },
      oss: multipartOf(withPlaces(client), target, { file: subject, options, running }),
      settings,
      sleep,
      warn: client.warn,
      elapsed: client.elapsed,
      idle: client.platform.idle,
    })
    return { res, bucket, name, etag, ...(data !== undefined && { data }) }
  } finally {
    running.end()
    await opened?.close?.()
  }
}

/** A source of the caller's own may throw anything. */
async function versionOf(opened: Source | StreamSource): Promise<string | undefined> {
  try {
    return await opened.version?.()
  } catch (error) {
    throw uploadFailed(error, { checkpoint: undefined, signal: undefined })
  }
}

/** The operations of one upload, each with the headers that belong to it. */
function multipartOf(
  client: Client,
  target: Target,
  {
    file,
    options,
    running,
  }: { file: unknown; options: MultipartUploadOptions; running: RunningUpload },
): Multipart {
  const { send } = client
  const { timeouts, query } = callOptions({ ...options, headers: undefined })
  const all = objectHeaders(options, { file, key: target.key }, client.platform.typeOf)
  const headers = routeHeaders(all)
  const sendPart = createPartUpload(client, target)
  return {
    async initiate(signal) {
      const call = { headers: headers.initiate, query, timeouts, signal }
      const begun = await initiateOnce(client, target, call)
      running.uploadId = begun.uploadId
      return begun
    },
    uploadPart(uploadId, { number: partNumber, body, onSent, onRetry }, signal) {
      const call = { headers: headers.part, timeouts, signal, onSent, onRetry, patient: true }
      return sendPart({ uploadId, partNumber, body }, call)
    },
    listedParts(uploadId, signal) {
      running.uploadId = uploadId
      return listedParts(send, target, uploadId, { timeouts, signal, patient: true })
    },
    async abort(uploadId, signal) {
      await abortMultipartUpload(send, target, uploadId, { timeouts, signal })
    },
    complete: (uploadId, parts, signal, onRetry) =>
      completeMultipartUpload(
        send,
        target,
        { uploadId, parts },
        { headers: headers.complete, timeouts, signal, onRetry, patient: true },
      ),
    head: (signal) => storedObject(send, target, { timeouts, signal, patient: true }),
    put: (body, signal, onSent) =>
      sendObject(client, target, body, { headers: all, query, timeouts, signal, onSent }),
  }
}
