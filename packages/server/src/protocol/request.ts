import type { Query } from './query.ts'

/** One request as it came over the wire: nothing is normalised, nothing is checked. */
export interface OssRequest {
  readonly method: string
  /** The path as sent, still percent-encoded, without the query. */
  readonly path: string
  readonly query: Query
  /**
   * By lower-case name. Each character of a value is one byte of the wire (latin1), so that UTF-8
   * in `x-oss-meta-*` is signed and given back byte for byte. Repeated headers are joined by `,`.
   */
  readonly headers: ReadonlyMap<string, string>
  /** A chunk is good until the next is asked for. */
  readonly body: AsyncIterable<Uint8Array>
}
