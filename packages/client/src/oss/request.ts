import type { Body } from './body.ts'
import type { OssError } from './errors.ts'
import type { Timeouts } from './transport.ts'

export interface OperationTimeouts extends Timeouts {
  /** In the place of `answer` where OSS puts an object together before it answers. */
  readonly complete: number
}

/**
 * Hears of each failure after which a request is sent again, and for how many milliseconds OSS has asked to
 * be left alone until then.
 */
export type OnRetry = (error: OssError, asked?: number) => void

/** One call of the OSS API. */
export interface OssRequest {
  /** The operation's name in OSS's documents, such as `UploadPart`; it stands in errors. */
  readonly operation: string
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE' | 'OPTIONS'
  readonly bucket?: string | undefined
  readonly key?: string | undefined
  /** An empty value is sent as the bare name. */
  readonly query?: Readonly<Record<string, string>>
  /** As `checkHeaders` gives them. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Body | undefined
  /** Which statuses are a success. Any of 2xx when left out. */
  readonly success?: readonly number[] | undefined
  /** The outermost element of the XML that answers it. Anything else with a status of success is a failure. */
  readonly root?: string | undefined
  readonly partNumber?: number | undefined
  readonly timeouts?: Partial<OperationTimeouts> | undefined
  /** Worth trying for as long as an outage may last: a request in the middle of an upload. */
  readonly patient?: boolean | undefined
  readonly onRetry?: OnRetry | undefined
  /** Hears how many bytes of the body have gone out so far; from 0 again when it is sent again. */
  readonly onSent?: ((bytes: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}
