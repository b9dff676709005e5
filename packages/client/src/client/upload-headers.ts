import { callbackHeaders, type UploadCallback } from '../oss/callback.ts'
import { invalidInput } from '../oss/errors.ts'
import { checkHeaders, type HeaderValues, metaHeaders } from '../oss/headers.ts'
import { show } from '../oss/names.ts'
import { type RequestOptions, readOptions } from './call-options.ts'
import { contentType, type TypeOfExtension } from './content-type.ts'

/** What can be said of an object that is being stored. */
export interface ObjectOptions extends RequestOptions {
  /**
   * The object's Content-Type.
   *
   * @default by the extension of the file's or the object's name
   */
  mime?: string | undefined
  /** User metadata: `{ year: 2017 }` is sent as `x-oss-meta-year: 2017`. At most 8 KB in total. */
  meta?: HeaderValues | undefined
  /**
   * `Cache-Control`, `Content-Disposition`, `Content-Encoding`, `Expires` and any `x-oss-…`: each is sent
   * with the requests it belongs to.
   */
  headers?: HeaderValues | undefined
  /** Has OSS tell an application's server when the object is stored. */
  callback?: UploadCallback | undefined
}

/** All the headers that describe the object, for a file under its key. `typeOf` knows extensions. */
export function objectHeaders(
  options: ObjectOptions,
  named: { file: unknown; key: string },
  typeOf: TypeOfExtension,
): Record<string, string> {
  const { headers, meta, mime, callback } = readOptions(options)
  // How long a request is, is known here and not by the caller.
  const { 'content-length': _, ...given } = checkHeaders(headers)
  return {
    ...checkHeaders({ 'content-type': contentType(checkMime(mime), named, typeOf) }),
    ...callbackHeaders(callback),
    ...given,
    ...metaHeaders(meta),
  }
}

function checkMime(mime: unknown): string | undefined {
  if (mime === undefined || (typeof mime === 'string' && !/\p{Cc}/u.test(mime))) return mime
  throw invalidInput(`\`mime\` must be a type such as "video/mp4", on one line: got ${show(mime)}`)
}
