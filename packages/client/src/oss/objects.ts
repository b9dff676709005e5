import type { Body } from './body.ts'
import { parseCrc64 } from './crc64.ts'
import { OssError } from './errors.ts'
import { type CallOptions, type CompletedUpload, jsonOrText, type Target } from './multipart.ts'
import type { ResponseInfo } from './response.ts'
import type { OssResponse, Send } from './send.ts'

/** An object as HEAD shows it. */
export interface StoredObject {
  /** With its quotes. */
  readonly etag: string
  /** Bytes. */
  readonly size: number
  readonly crc64: bigint | undefined
  readonly res: ResponseInfo
}

/** The ETag is '' where the answer has none: it is not of OSS, or CORS hides it from a page. */
export async function putObject(
  send: Send,
  target: Target,
  body: Body,
  options: CallOptions = {},
): Promise<CompletedUpload> {
  const request = { operation: 'PutObject', method: 'PUT', ...target, ...options, body } as const
  const { headers, data, res } = await send({ ...request, success: [200] })
  return {
    etag: headers.etag ?? '',
    bucket: target.bucket,
    crc64: parseCrc64(headers['x-oss-hash-crc64ecma']),
    ...(options.headers?.['x-oss-callback'] && { data: jsonOrText(data) }),
    res,
  }
}

/** 304 is an answer too: the conditions in the headers say that nothing has changed. */
export async function headObject(
  send: Send,
  target: Target,
  options: CallOptions = {},
): Promise<OssResponse> {
  const request = { operation: 'HeadObject', method: 'HEAD', ...target, ...options } as const
  return send({ ...request, success: [200, 304] })
}

/** What is stored under the key; undefined when there is nothing. */
export async function storedObject(
  send: Send,
  target: Target,
  options: CallOptions = {},
): Promise<StoredObject | undefined> {
  try {
    const { headers, res } = await headObject(send, target, options)
    return {
      etag: headers.etag ?? '',
      size: Number(headers['content-length']),
      crc64: parseCrc64(headers['x-oss-hash-crc64ecma']),
      res,
    }
  } catch (error) {
    if (error instanceof OssError && error.code === 'NoSuchKey') return undefined
    throw error
  }
}
