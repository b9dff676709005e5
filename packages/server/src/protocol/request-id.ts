import { randomBytes } from 'node:crypto'

/** 24 upper-case hexadecimal digits; Java v1 relies on the length. */
export function newRequestId(): string {
  return randomBytes(12).toString('hex').toUpperCase()
}

/** 32 upper-case hexadecimal digits, as in every recorded answer. */
export function newUploadId(): string {
  return randomBytes(16).toString('hex').toUpperCase()
}
