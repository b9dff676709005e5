import type { Sleep } from '../async/sleep.ts'
import type { Multipart } from './multipart.ts'
import type { UploadSettings } from './options.ts'
import type { Subject } from './session.ts'
import type { Source, StreamSource } from './source.ts'

/** Hears of what is worth knowing but stops nothing. */
export type Warn = (error: unknown) => void

/** One upload: what is sent, where to, and how. */
export interface UploadJob {
  readonly input: Source | StreamSource
  readonly subject: Subject
  readonly oss: Multipart
  readonly settings: UploadSettings
  readonly sleep: Sleep
  readonly warn: Warn
  /** Milliseconds that this process has had nothing to do, ever, where that is known. */
  readonly idle?: (() => number) | undefined
  /** Milliseconds on a clock that only grows. @default one that stands still */
  readonly elapsed?: (() => number) | undefined
}
