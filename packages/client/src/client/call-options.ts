import { invalidInput } from '../oss/errors.ts'
import { checkHeaders, type HeaderValues } from '../oss/headers.ts'
import type { CallOptions } from '../oss/multipart.ts'
import { show } from '../oss/names.ts'
import { resolveTimeouts, type Timeout } from './options.ts'

/** What every method takes besides what it is about. */
export interface RequestOptions {
  /**
   * Milliseconds, or text such as '60s', for connecting and for a standstill of this call.
   *
   * @default that of the client
   */
  timeout?: Timeout | undefined
  /** Sent with the request. */
  headers?: HeaderValues | undefined
  /** Further query parameters, such as `{ versionId: '…' }`. A value null or '' sends the bare name. */
  subres?: Readonly<Record<string, string | number | null | undefined>> | undefined
  /** The version that is meant, in a bucket that keeps versions. */
  versionId?: string | undefined
  signal?: AbortSignal | undefined
}

/** The caller's options as a request takes them. `own` are headers that the method itself sets. */
export function callOptions(
  options: RequestOptions = {},
  own: Readonly<Record<string, string>> = {},
): CallOptions & { headers: Record<string, string>; query: Record<string, string> } {
  if (typeof options !== 'object' || options === null) {
    throw invalidInput(`The options must be an object: got ${show(options)}`)
  }
  const { timeout, versionId, signal } = options
  return {
    headers: { ...own, ...checkHeaders(options.headers) },
    query: { ...queryOf(options.subres), ...(versionId && { versionId }) },
    timeouts: timeout === undefined ? undefined : resolveTimeouts(timeout),
    signal,
  }
}

/** A query as the caller writes it: numbers become text, null an empty value, undefined is left out. */
export function queryOf(query: object | null | undefined): Record<string, string> {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined)
  return Object.fromEntries(
    given.map(([name, value]) => [name, value === null ? '' : String(value)]),
  )
}

/** The text whose UTF-8 bytes are the characters of `bytes`; undefined if they are not UTF-8. */
export function decodeUtf8(bytes: string): string | undefined {
  if (/[^\0-\xff]/.test(bytes)) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Uint8Array.from(bytes, (char) => char.charCodeAt(0)),
    )
  } catch {
    return undefined
  }
}
