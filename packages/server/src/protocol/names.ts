import { OssError } from './errors.ts'
import { MAX_KEY_BYTES } from './limits.ts'

export function isBucketName(bucket: string): boolean {
  return /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(bucket)
}

export function checkBucketName(bucket: string): void {
  if (isBucketName(bucket)) return
  throw new OssError('InvalidBucketName', { elements: { BucketName: bucket } })
}

export function checkKey(key: string): void {
  if (key === '') throw invalidKey(key, '0016-00000001', 'The Object name can not be empty.')
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw invalidKey(key, '0016-00000002', 'The Length of Object name must be less than 1024.')
  }
  if (key.startsWith('/') || key.startsWith('\\')) {
    throw invalidKey(key, '0016-00000005', 'The specified object is not valid.')
  }
}

/** A key that is not percent-encoded UTF-8 on the wire. */
export function undecodableKey(raw: string): OssError {
  return invalidKey(raw, '0016-00000002', 'The specified object is not valid.')
}

function invalidKey(key: string, ec: string, message: string): OssError {
  return new OssError('InvalidObjectName', { message, ec, elements: { ObjectName: key } })
}
