import { timingSafeEqual } from 'node:crypto'
import { OssError } from './errors.ts'
import type { Target } from './locate.ts'

export interface AccessKey {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  /** Makes the key a temporary one: requests must carry this token. */
  readonly stsToken?: string | undefined
  /** When the token stops being accepted. */
  readonly expiration?: Date | undefined
}

/** What a signed request says of itself, in any of the four forms. */
export interface Claim {
  readonly accessKeyId: string
  readonly signature: string
  readonly token: string | undefined
  /** Throws when the request is too old, too new, or without a date. */
  checkTime(now: number): void
  /**
   * What the signature may have been made over for `target`: by the rules first, then in the ways
   * in which official SDKs stray from them. Byte strings (latin1).
   */
  drafts(target: Target): Draft[]
  sign(accessKeySecret: string, stringToSign: string): string
}

export interface Draft {
  readonly stringToSign: string
  /** V4 signs a hash of this. */
  readonly canonicalRequest?: string
}

/** UTF-8 of `text` with one character for each byte, to stand beside header values. */
export function byteString(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

/** How long it takes tells nothing of where the two differ. */
export function sameSignature(expected: string, given: string): boolean {
  const left = Buffer.from(expected, 'utf8')
  const right = Buffer.from(given, 'utf8')
  return left.length === right.length && timingSafeEqual(left, right)
}

export function requestExpired(expires: number, now: number): OssError {
  return new OssError('AccessDenied', {
    message: 'Request has expired.',
    ec: '0002-00000069',
    elements: {
      Expires: new Date(expires).toISOString(),
      ServerTime: new Date(now).toISOString(),
    },
  })
}
