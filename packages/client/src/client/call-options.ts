import { invalidInput } from '../oss/errors.ts'
import { checkHeaders, type HeaderValues } from '../oss/headers.ts'
import type { CallOptions } from '../oss/multipart.ts'
import { show } from '../oss/names.ts'
import { resolveTimeouts, type Timeout } from './timeouts.ts'

/** What every method takes besides what it is about. */
export interface RequestOptions {
  /**
   * As the client's `timeout`, for this call.
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

/** The options as they were given; null in their place, or in the place of one, stands for none. */
export function readOptions<Options extends object>(options: Options | null | undefined): Options {
  if (options !== undefined && typeof options !== 'object') {
    throw invalidInput(`The options must be an object: got ${show(options)}`)
  }
  const given = Object.entries(options ?? {}).filter(([, value]) => value !== null)
  // Leaving out what may be left out keeps the type.
  return Object.fromEntries(given) as Options
}

/** The caller's options as a request takes them. `own` are headers that the method itself sets. */
export function callOptions(
  options: RequestOptions = {},
  own: Readonly<Record<string, string>> = {},
): CallOptions & { headers: Record<string, string>; query: Record<string, string> } {
  const { timeout, versionId, headers, subres, signal } = readOptions(options)
  checkSignal(signal)
  return {
    headers: { ...own, ...checkHeaders(headers) },
    query: { ...queryOf(subres), ...(versionId && { versionId }) },
    timeouts: timeout === undefined ? undefined : resolveTimeouts(timeout),
    signal,
  }
}

/** Only a real one can be combined with our own. */
export function checkSignal(signal: unknown): void {
  if (signal === undefined || signal instanceof AbortSignal) return
  throw invalidInput(`\`signal\` must be an AbortSignal: got ${show(signal)}`)
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
