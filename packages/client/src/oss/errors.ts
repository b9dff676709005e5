import type { Checkpoint } from './checkpoint.ts'

/** What is known about a failure besides its message. */
export interface OssErrorDetails {
  /** `NoSuchKeyError`, `ConnectionTimeoutError`, `cancel`: what callers branch on, as with ali-oss. */
  readonly name: string
  /** The `<Code>` of OSS (`NoSuchKey`), or the name again where no answer of OSS is behind the error. */
  readonly code?: string | undefined
  /** HTTP status; −1 for a network failure, −2 for a time-out, 0 for cancel and abort. */
  readonly status?: number | undefined
  /** The API operation, such as `UploadPart`. */
  readonly operation?: string | undefined
  readonly requestId?: string | undefined
  readonly hostId?: string | undefined
  /** OSS's error cause number, such as `0026-00000001`. */
  readonly ecCode?: string | undefined
  /** The part that failed, in ali-oss's spelling. */
  readonly partNum?: number | undefined
  /** When OSS says what time it has: with RequestTimeTooSkewed. */
  readonly serverTime?: string | undefined
  /** The Retry-After of the answer: seconds, or a date. */
  readonly retryAfter?: string | undefined
  /** Hand this to `multipartUpload` as `checkpoint` to go on from where the upload stopped. */
  readonly checkpoint?: Checkpoint | undefined
  readonly cause?: unknown
}

/** Every failure this library reports. `name` and `code` say which; `cause` keeps the original. */
export class OssError extends Error {
  declare readonly code?: string
  declare readonly status?: number
  declare readonly operation?: string
  declare readonly requestId?: string
  declare readonly hostId?: string
  declare readonly ecCode?: string
  declare readonly partNum?: number
  declare readonly serverTime?: string
  declare readonly retryAfter?: string
  declare readonly checkpoint?: Checkpoint

  constructor(message: string, { name, cause, ...details }: OssErrorDetails) {
    super(message, cause === undefined ? undefined : { cause })
    Object.defineProperty(this, 'name', { value: name, configurable: true, writable: true })
    for (const [field, value] of Object.entries(details)) {
      if (value !== undefined) define(this, field, value)
    }
  }

  /** The same failure, told again by someone who knows more: a new error with this one as its cause. */
  within(message: string, more: Partial<OssErrorDetails> = {}): OssError {
    // All that is known of it is its own and enumerable, but for these.
    const { name, checkpoint } = this
    return new OssError(message, { ...this, name, checkpoint, cause: this, ...more })
  }
}

// A checkpoint may hold a whole file: found by those who look for it, left out when the error is printed.
function define(error: OssError, field: string, value: unknown): void {
  const enumerable = field !== 'checkpoint'
  Object.defineProperty(error, field, { value, enumerable, configurable: true, writable: true })
}

/** A mistake in what the caller passed: thrown before anything is sent. */
export function invalidInput(message: string): OssError {
  return new OssError(message, { name: 'InvalidArgumentError', code: 'InvalidArgumentError' })
}
