import { invalidInput } from '../oss/errors.ts'
import { routeHeaders } from '../oss/header-routing.ts'
import { MAX_PARTS } from '../oss/limits.ts'
import type { Target } from '../oss/multipart.ts'
import * as oss from '../oss/multipart.ts'
import { nameDecoder } from '../oss/name-decoder.ts'
import { objectKey, show } from '../oss/names.ts'
import type { ResponseInfo } from '../oss/response.ts'
import { sendForXml } from '../oss/send.ts'
import { sendUntilEqual } from '../upload/send-part.ts'
import { partBody } from '../upload/source.ts'
import { callOptions, queryOf, type RequestOptions } from './call-options.ts'
import type { Client } from './context.ts'
import { openInput, type UploadInput } from './open-input.ts'
import { type ObjectOptions, objectHeaders } from './upload-headers.ts'

export interface InitMultipartUploadResult {
  readonly res: ResponseInfo
  readonly bucket: string
  readonly name: string
  readonly uploadId: string
}

/** Begins a multipart upload; metadata and headers of the object are settled here. */
export async function initMultipartUpload(
  client: Client,
  name: string,
  options: ObjectOptions = {},
): Promise<InitMultipartUploadResult> {
  const target = targetOf(client, name)
  const headers = headersOf(client, target, options)
  const call = { ...callOptions(options), headers: routeHeaders(headers).initiate }
  const { uploadId, bucket, res } = await oss.initiateMultipartUpload(client.send, target, call)
  return { res, bucket, name, uploadId }
}

export interface UploadPartResult {
  readonly name: string
  /** With its quotes. */
  readonly etag: string
  readonly res: ResponseInfo
}

/** Sends the bytes of `file` from `start` (inclusive) to `end` (exclusive) as part `partNo`. */
export async function uploadPart(
  client: Client,
  name: string,
  { uploadId, partNo }: { uploadId: string; partNo: number },
  { file, start, end }: { file: UploadInput; start: number; end: number },
  options: RequestOptions = {},
): Promise<UploadPartResult> {
  checkPart(partNo, start, end)
  const source = await openInput(client, file)
  try {
    if (source.size === undefined) {
      throw invalidInput(
        'A part can not be cut out of a stream: give a path, a Buffer, a Blob or a Source',
      )
    }
    if (end > source.size) {
      throw invalidInput(`The part ends at byte ${end}, but the source has only ${source.size}`)
    }
    const id = checkUploadId(uploadId)
    const target = targetOf(client, name)
    const call = callOptions(options)
    const part = { number: partNo, body: partBody(source, { number: partNo, start, end }) }
    const { done, res } = await sendUntilEqual(part, (number, body) =>
      oss.uploadPart(client.send, target, { uploadId: id, partNumber: number, body }, call),
    )
    return { name, etag: done.etag, res }
  } finally {
    await source.close?.()
  }
}

export interface CompleteMultipartUploadResult {
  readonly res: ResponseInfo
  readonly bucket: string
  readonly name: string
  /** With its quotes. */
  readonly etag: string
  readonly data?: unknown
}

/** Makes the parts one object. They are put in order, and of a number that comes twice the first counts. */
export async function completeMultipartUpload(
  client: Client,
  name: string,
  uploadId: string,
  parts: readonly { number: number; etag: string }[],
  options: ObjectOptions = {},
): Promise<CompleteMultipartUploadResult> {
  if (!Array.isArray(parts) || parts.length === 0) {
    throw invalidInput('`parts` must be a list of { number, etag } with one part at least')
  }
  const byNumber = new Map<number, { number: number; etag: string }>()
  for (const part of parts) {
    checkListedPart(part)
    if (!byNumber.has(part.number)) byNumber.set(part.number, part)
  }
  const sorted = [...byNumber.values()].sort((a, b) => a.number - b.number)
  const target = targetOf(client, name)
  const headers = headersOf(client, target, options)
  const call = { ...callOptions(options), headers: routeHeaders(headers).complete }
  const { etag, bucket, data, res } = await oss.completeMultipartUpload(
    client.send,
    target,
    { uploadId: checkUploadId(uploadId), parts: sorted },
    call,
  )
  return { res, bucket, name, etag, ...(data !== undefined && { data }) }
}

/** Drops an upload and its parts at OSS. No other upload is touched. */
export async function abortMultipartUpload(
  client: Client,
  name: string,
  uploadId: string,
  options: RequestOptions = {},
): Promise<{ res: ResponseInfo }> {
  const id = checkUploadId(uploadId)
  const call = callOptions(options)
  return { res: await oss.abortMultipartUpload(client.send, targetOf(client, name), id, call) }
}

export interface ListPartsQuery {
  /**
   * From 1 to 1,000.
   *
   * @default 1000
   */
  'max-parts'?: number | string | undefined
  /** Only parts with a higher number. */
  'part-number-marker'?: number | string | undefined
  'encoding-type'?: string | undefined
}

export interface ListPartsResult {
  readonly res: ResponseInfo
  readonly uploadId: string
  readonly bucket: string
  readonly name: string
  readonly partNumberMarker: number
  readonly nextPartNumberMarker: number
  readonly maxParts: number
  readonly isTruncated: boolean
  readonly parts: readonly ListedPartInfo[]
}

export interface ListedPartInfo {
  readonly PartNumber: number
  /** As `2012-02-23T07:01:34.000Z`. */
  readonly LastModified: string
  /** With its quotes. */
  readonly ETag: string
  /** In decimal. */
  readonly HashCrc64ecma: string | undefined
  /** Bytes. */
  readonly Size: number
}

/** One page of the parts that OSS holds of an upload. */
export async function listParts(
  client: Client,
  name: string,
  uploadId: string,
  query: ListPartsQuery | null = {},
  options: RequestOptions = {},
): Promise<ListPartsResult> {
  const call = callOptions(options)
  const { xml, res } = await oss.listParts(
    client.send,
    targetOf(client, name),
    checkUploadId(uploadId),
    // XML cannot hold every character that a key can.
    { ...call, query: { 'encoding-type': 'url', ...call.query, ...queryOf(query) } },
  )
  const text = (element: string) => xml.value(element) ?? ''
  return {
    res,
    uploadId: text('UploadId'),
    bucket: text('Bucket'),
    name: nameDecoder('ListParts', xml)(xml.value('Key')),
    partNumberMarker: Number(text('PartNumberMarker')),
    nextPartNumberMarker: Number(text('NextPartNumberMarker')),
    maxParts: Number(text('MaxParts')),
    isTruncated: text('IsTruncated') === 'true',
    parts: xml.children('Part').map((part) => ({
      PartNumber: Number(part.value('PartNumber')),
      LastModified: part.value('LastModified') ?? '',
      ETag: part.value('ETag') ?? '',
      HashCrc64ecma: part.value('HashCrc64ecma'),
      Size: Number(part.value('Size')),
    })),
  }
}

export interface ListUploadsQuery {
  prefix?: string | undefined
  delimiter?: string | undefined
  /**
   * From 1 to 1,000.
   *
   * @default 1000
   */
  'max-uploads'?: number | string | undefined
  'key-marker'?: string | undefined
  'upload-id-marker'?: string | undefined
}

export interface ListUploadsResult {
  readonly res: ResponseInfo
  readonly bucket: string
  readonly uploads: readonly {
    readonly name: string
    readonly uploadId: string
    /** As `2012-02-23T04:18:23.000Z`. */
    readonly initiated: string
  }[]
  readonly nextKeyMarker: string
  readonly nextUploadIdMarker: string
  readonly isTruncated: boolean
}

/** One page of the uploads that were begun and neither completed nor aborted. */
export async function listUploads(
  client: Client,
  query: ListUploadsQuery | null = {},
  options: RequestOptions = {},
): Promise<ListUploadsResult> {
  const call = callOptions(options)
  const { xml, response } = await sendForXml(client.send, {
    operation: 'ListMultipartUploads',
    root: 'ListMultipartUploadsResult',
    method: 'GET',
    bucket: client.bucket(),
    ...call,
    query: { uploads: '', 'encoding-type': 'url', ...call.query, ...queryOf(query) },
    success: [200],
  })
  const decode = nameDecoder('ListMultipartUploads', xml)
  return {
    res: response.res,
    bucket: xml.value('Bucket') ?? client.bucket(),
    uploads: xml.children('Upload').map((upload) => ({
      name: decode(upload.value('Key')),
      uploadId: upload.value('UploadId') ?? '',
      initiated: upload.value('Initiated') ?? '',
    })),
    nextKeyMarker: decode(xml.value('NextKeyMarker')),
    nextUploadIdMarker: xml.value('NextUploadIdMarker') ?? '',
    isTruncated: xml.value('IsTruncated') === 'true',
  }
}

function targetOf(client: Client, name: string): Target {
  return { bucket: client.bucket(), key: objectKey(name) }
}

function headersOf({ platform }: Client, { key }: Target, options: ObjectOptions) {
  return objectHeaders(options, { file: undefined, key }, platform.typeOf)
}

function checkUploadId(uploadId: unknown): string {
  if (typeof uploadId === 'string' && uploadId !== '') return uploadId
  throw invalidInput(`\`uploadId\` must be the text that OSS gave: got ${show(uploadId)}`)
}

function checkListedPart(part: unknown): void {
  const { number, etag } = Object(part)
  if (isPartNumber(number) && typeof etag === 'string' && etag !== '') return
  throw invalidInput(
    `Each of \`parts\` must be { number, etag } with a number from 1 to ${MAX_PARTS} and the ETag that OSS gave: got ${show(number)} and ${show(etag)}`,
  )
}

function isPartNumber(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_PARTS
}

function checkPart(partNo: unknown, start: unknown, end: unknown): void {
  if (!isPartNumber(partNo)) {
    throw invalidInput(
      `\`partNo\` must be a whole number from 1 to ${MAX_PARTS}: got ${show(partNo)}`,
    )
  }
  const whole = Number.isSafeInteger(start) && Number.isSafeInteger(end)
  if (whole && 0 <= Number(start) && Number(start) < Number(end)) return
  throw invalidInput(
    `\`start\` and \`end\` must be whole numbers of bytes with 0 <= start < end: got ${show(start)} and ${show(end)}`,
  )
}
