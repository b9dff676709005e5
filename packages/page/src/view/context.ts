import type { Texts } from '../texts/texts.ts'

/** What every view needs to speak. */
export interface Speech {
  readonly texts: Texts
  /** For figures and dates. */
  readonly locale: string
}

/** What can be done to a file in the list. */
export interface FileActions {
  pause(id: number): void
  resume(id: number): void
  cancel(id: number): void
  /** A link that downloads the object of this name. */
  link(name: string, bucket: string): Promise<string | undefined>
  checkBucket(): void
}
