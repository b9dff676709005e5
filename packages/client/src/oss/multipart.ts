import { type Body, bytesBody } from './body.ts'
import { corsRule } from './cors-rule.ts'
import { parseCrc64 } from './crc64.ts'
import { utf8 } from './encode.ts'
import { OssError } from './errors.ts'
import type { OssRequest } from './request.ts'
import { type ResponseInfo, text } from './response.ts'
import { type Send, sendForXml } from './send.ts'
import { completeMultipartUploadXml, type XmlElement } from './xml.ts'
import { mustBeAbout, unexpected } from './xml-answer.ts'

/** The object that is meant. */
export interface Target {
  readonly bucket: string
  readonly key: string
}

/** What any call may say besides what it is about. */
export type CallOptions = Pick<
  OssRequest,
  'headers' | 'query' | 'timeouts' | 'signal' | 'patient' | 'onRetry' | 'onSent'
>

export async function initiateMultipartUpload(
  send: Send,
  target: Target,
  { query, ...options }: CallOptions = {},
): Promise<{ uploadId: string; bucket: string; res: ResponseInfo }> {
  const { xml, response } = await sendForXml(send, {
    operation: 'InitiateMultipartUpload',
    root: 'InitiateMultipartUploadResult',
    method: 'POST',
    ...target,
    ...options,
    query: { uploads: '', ...query },
    success: [200],
  })
  mustBeAbout(target, 'InitiateMultipartUpload', { xml, response })
  const uploadId = xml.value('UploadId')
  if (!uploadId) throw unexpected('InitiateMultipartUpload', response, 'without an UploadId')
  return { uploadId, bucket: target.bucket, res: response.res }
}

export interface UploadedPart {
  /** With its quotes, as it stands in the header. */
  readonly etag: string
  /** What OSS computed over the bytes that arrived, where it says so. */
  readonly crc64: bigint | undefined
  readonly res: ResponseInfo
}

export async function uploadPart(
  send: Send,
  target: Target,
  part: { uploadId: string; partNumber: number; body: Body },
  { query, ...options }: CallOptions = {},
): Promise<UploadedPart> {
  const { uploadId, partNumber, body } = part
  const response = await send({
    operation: 'UploadPart',
    method: 'PUT',
    ...target,
    ...options,
    query: { partNumber: String(partNumber), uploadId, ...query },
    body,
    partNumber,
    success: [200],
  })
  const { etag, 'x-oss-hash-crc64ecma': crc64 } = response.headers
  if (!etag) {
    throw new OssError(
      `Part ${partNumber} was accepted without an ETag. In a browser the bucket's CORS rules have to expose it: please set the etag of expose-headers in OSS. The rule: ${corsRule()}`,
      { name: 'MissingETagError', operation: 'UploadPart', partNum: partNumber, status: 200 },
    )
  }
  return { etag, crc64: parseCrc64(crc64), res: response.res }
}

export interface CompletedUpload {
  /** With its quotes. */
  readonly etag: string
  readonly bucket: string
  /** Of the whole object, where OSS says so. */
  readonly crc64: bigint | undefined
  /** What the application's server answered to the upload callback. */
  readonly data?: unknown
  readonly res: ResponseInfo
}

export async function completeMultipartUpload(
  send: Send,
  target: Target,
  upload: { uploadId: string; parts: readonly { number: number; etag: string }[] },
  { query, headers, ...options }: CallOptions = {},
): Promise<CompletedUpload> {
  // With a callback the application's own answer stands in the place of the XML.
  const isCalledBack = headers?.['x-oss-callback'] !== undefined
  const response = await send({
    operation: 'CompleteMultipartUpload',
    root: isCalledBack ? undefined : 'CompleteMultipartUploadResult',
    method: 'POST',
    ...target,
    ...options,
    headers: { 'content-type': 'application/xml', ...headers },
    query: { uploadId: upload.uploadId, ...query },
    body: bytesBody(utf8(completeMultipartUploadXml(upload.parts))),
    success: [200],
  })
  const crc64 = parseCrc64(response.headers['x-oss-hash-crc64ecma'])
  const answer = { crc64, bucket: target.bucket, res: response.res }
  const { xml } = response
  if (xml === undefined) {
    return { ...answer, etag: response.headers.etag ?? '', data: jsonOrText(response.data) }
  }
  mustBeAbout(target, 'CompleteMultipartUpload', { xml, response })
  const etag = response.headers.etag ?? xml.value('ETag')
  if (!etag) throw unexpected('CompleteMultipartUpload', response, 'without an ETag')
  return { ...answer, etag }
}

export async function abortMultipartUpload(
  send: Send,
  target: Target,
  uploadId: string,
  { query, ...options }: CallOptions = {},
): Promise<ResponseInfo> {
  const response = await send({
    operation: 'AbortMultipartUpload',
    method: 'DELETE',
    ...target,
    ...options,
    query: { uploadId, ...query },
    success: [204],
  })
  return response.res
}

/** One page of ListParts. */
export async function listParts(
  send: Send,
  target: Target,
  uploadId: string,
  { query, ...options }: CallOptions = {},
): Promise<{ xml: XmlElement; res: ResponseInfo }> {
  const { xml, response } = await sendForXml(send, {
    operation: 'ListParts',
    root: 'ListPartsResult',
    method: 'GET',
    ...target,
    ...options,
    query: { uploadId, ...query },
    success: [200],
  })
  mustBeAbout(target, 'ListParts', { xml, response })
  if ((xml.value('UploadId') ?? uploadId) !== uploadId) {
    throw unexpected('ListParts', response, `about another upload, "${xml.value('UploadId')}"`)
  }
  return { xml, res: response.res }
}

/** The callback's answer should be JSON. When it is not, the object is stored all the same: that is no failure. */
export function jsonOrText(data: Uint8Array): unknown {
  const body = text(data)
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}
