import type { KeyRange } from './metadata-key.ts'

/** An ordered map from bytes to bytes. Reads see every change whose promise has resolved. */
export interface Metadata {
  get(key: Buffer): Uint8Array | undefined
  list(range: KeyRange, limit: number): Iterable<{ key: Uint8Array; value: Uint8Array }>
  /** Only within a change. */
  put(key: Buffer, value: Uint8Array): void
  /** Only within a change. */
  remove(key: Uint8Array): void
  /**
   * Runs `change`, which reads and writes without waiting for anything, alone and as a whole: when
   * it throws or cannot be stored, nothing of it has happened. Resolves once it would survive a
   * power cut.
   */
  commit<result>(change: () => result): Promise<result>
  close(): Promise<void>
}
