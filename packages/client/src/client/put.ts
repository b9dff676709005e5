import type { Body, Bytes } from '../oss/body.ts'
import { invalidInput } from '../oss/errors.ts'
import { MAX_PART_SIZE } from '../oss/limits.ts'
import { objectKey, show } from '../oss/names.ts'
import type { ResponseInfo } from '../oss/response.ts'
import { checksummed } from '../upload/checksum.ts'
import { wrongObject } from '../upload/confirm-stored.ts'
import { partBody } from '../upload/source.ts'
import { callOptions } from './call-options.ts'
import type { Client } from './context.ts'
import { openInput, type UploadInput } from './open-input.ts'
import { sendObject } from './send-object.ts'
import { type ObjectOptions, objectHeaders } from './upload-headers.ts'
import { objectUrl } from './urls.ts'

export interface PutOptions extends ObjectOptions {
  /** Bytes of a stream. Without it the stream is sent in HTTP chunks. */
  contentLength?: number | undefined
}

export interface PutResult {
  /** As it was given. */
  readonly name: string
  readonly url: string
  readonly res: ResponseInfo
  /** What the application's server answered, when there is a `callback`. */
  readonly data?: unknown
}

/** Stores an object of up to 5 GiB with one request. */
export async function put(
  client: Client,
  name: string,
  file: UploadInput,
  options: PutOptions = {},
): Promise<PutResult> {
  const source = await openInput(client, file)
  try {
    if (source.size === undefined) {
      return await store(client, name, once(source.chunks(), options), file, options)
    }
    if (source.size > MAX_PART_SIZE) {
      throw invalidInput(
        `One request holds at most ${MAX_PART_SIZE} bytes (5 GiB), and the source has ${source.size}: use multipartUpload`,
      )
    }
    const body = partBody(source, { number: 1, start: 0, end: source.size })
    return await store(client, name, body, file, options)
  } finally {
    await source.close?.()
  }
}

/** Stores a stream as an object with one request. It can not be sent again if the network fails. */
export async function putStream(
  client: Client,
  name: string,
  stream: Bytes,
  options: PutOptions = {},
): Promise<PutResult> {
  return put(client, name, stream, options)
}

function once(chunks: AsyncIterable<Uint8Array>, { contentLength }: PutOptions): Body {
  if (contentLength !== undefined && !(Number.isSafeInteger(contentLength) && contentLength >= 0)) {
    throw invalidInput(
      `\`contentLength\` must be a whole number of bytes: got ${show(contentLength)}`,
    )
  }
  const source = { size: contentLength ?? 0, read: () => chunks }
  if (contentLength === undefined) return { size: undefined, once: true, chunks: () => chunks }
  return { ...partBody(source, { number: 1, start: 0, end: contentLength }), once: true }
}

async function store(
  client: Client,
  name: string,
  body: Body,
  file: unknown,
  options: PutOptions,
): Promise<PutResult> {
  const target = { bucket: client.bucket(), key: objectKey(name) }
  const headers = objectHeaders(options, { file, key: target.key }, client.platform.typeOf)
  const sent = checksummed(body)
  const call = { ...callOptions(options), headers }
  const stored = await sendObject(client, target, sent.body, call)
  const read = await sent.crc64()
  if (stored.crc64 !== undefined && stored.crc64 !== read) throw wrongObject(stored, read)
  const { res, data } = stored
  return { name, url: objectUrl(client, name), res, ...(data !== undefined && { data }) }
}
