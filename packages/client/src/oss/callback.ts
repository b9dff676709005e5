import { base64, utf8 } from './encode.ts'
import { invalidInput } from './errors.ts'
import { show } from './names.ts'

/** Asks OSS to tell an application's server of the finished object, whose answer becomes the result's `data`. */
export interface UploadCallback {
  /** Where OSS sends its POST. Up to five, separated by `;`. */
  url: string
  /** A template such as `key=${object}&etag=${etag}&mine=${x:mine}`. */
  body: string
  /** The Host header of that POST. */
  host?: string | undefined
  /**
   * @default 'application/x-www-form-urlencoded'
   */
  contentType?: string | undefined
  /** Whether the host name is sent when TLS is set up. */
  callbackSNI?: boolean | undefined
  /** Values for `${x:name}` in the template. */
  customValue?: Readonly<Record<string, string | number>> | undefined
}

/** The callback as request headers: base64 of JSON. */
export function callbackHeaders(callback: UploadCallback | undefined): Record<string, string> {
  if (callback === undefined || callback === null) return {}
  const { url, body, host, contentType, callbackSNI, customValue } = callback
  if (typeof url !== 'string' || url === '') {
    throw invalidInput(`\`callback.url\` must be a URL: got ${show(url)}`)
  }
  if (typeof body !== 'string' || body === '') {
    throw invalidInput(`\`callback.body\` must be a template: got ${show(body)}`)
  }
  const parameters = {
    callbackUrl: encodeURI(url),
    callbackBody: body,
    callbackHost: host,
    callbackBodyType: contentType,
    callbackSNI,
  }
  const variables = Object.entries(customValue ?? {}).map(([name, value]) => [
    `x:${name}`,
    String(value),
  ])
  return {
    'x-oss-callback': base64Json(parameters),
    ...(variables.length > 0 && {
      'x-oss-callback-var': base64Json(Object.fromEntries(variables)),
    }),
  }
}

function base64Json(value: object): string {
  return base64(utf8(JSON.stringify(value)))
}
