import type { Body } from './body.ts'
import type { Timeouts } from './transport.ts'

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
  readonly partNumber?: number | undefined
  readonly timeouts?: Partial<Timeouts> | undefined
  readonly signal?: AbortSignal | undefined
}
