import { locate } from '../oss/address.ts'
import { callbackHeaders, type UploadCallback } from '../oss/callback.ts'
import { invalidInput } from '../oss/errors.ts'
import { checkHeaders, type HeaderValues } from '../oss/headers.ts'
import { objectKey, show } from '../oss/names.ts'
import { presignV1 } from '../oss/sign-v1.ts'
import { presignV4 } from '../oss/sign-v4.ts'
import { queryOf } from './call-options.ts'
import type { Client } from './context.ts'

/** The plain URL of an object: it opens what the public may read. */
export function objectUrl(client: Client, name: string): string {
  const { origin, path } = locate(client.settings.address, {
    bucket: client.bucket(),
    key: objectKey(name),
  })
  return origin + path
}

export interface SignatureUrlOptions {
  /**
   * Seconds for which the URL is valid.
   *
   * @default 1800
   */
  expires?: number | undefined
  /**
   * @default 'GET'
   */
  method?: string | undefined
  /** Whoever uses the URL must send exactly this Content-Type. */
  'Content-Type'?: string | undefined
  /** Whoever uses the URL must send exactly this Content-MD5. */
  'Content-MD5'?: string | undefined
  /** Image processing, such as `image/resize,w_200`. */
  process?: string | undefined
  /** Bits per second. */
  trafficLimit?: number | undefined
  /** Headers of the answer: `{ 'content-disposition': 'attachment' }`. */
  response?: Readonly<Record<string, string>> | undefined
  /** Further signed query parameters. */
  subResource?: Readonly<Record<string, string | number>> | undefined
  callback?: UploadCallback | undefined
}

/** A URL that lets whoever has it make one kind of request for a while, signed with Signature V1. */
export function signatureUrl(
  client: Client,
  name: string,
  options: SignatureUrlOptions = {},
  strictObjectNameValidation = true,
): string {
  if (strictObjectNameValidation && String(name).startsWith('?')) {
    throw invalidInput(`Invalid object name ${show(name)}: it starts with "?"`)
  }
  const { expires = 1800, method = 'GET', response = {}, process, trafficLimit } = options
  if (!(expires > 0))
    throw invalidInput(`\`expires\` must be seconds above 0: got ${show(expires)}`)
  const target = { bucket: client.bucket(), key: objectKey(name) }
  const { 'x-oss-callback': callback, 'x-oss-callback-var': variables } = callbackHeaders(
    options.callback,
  )
  const query = queryOf({
    ...options.subResource,
    ...Object.fromEntries(
      Object.entries(response).map(([header, value]) => [
        `response-${header.toLowerCase()}`,
        value,
      ]),
    ),
    'x-oss-process': process,
    'x-oss-traffic-limit': trafficLimit,
    callback,
    'callback-var': variables,
  })
  const headers = checkHeaders({
    'content-type': options['Content-Type'],
    'content-md5': options['Content-MD5'],
  })
  const deadline = Math.floor(client.serverClock() / 1000) + Math.floor(expires)
  const signable = { method: method.toUpperCase(), ...target, query, headers }
  const signed = presignV1(signable, client.keyring.current, deadline)
  const { origin, path } = locate(client.settings.address, target, { ...query, ...signed })
  return origin + path
}

export interface SignedRequest {
  /** Whoever uses the URL must send exactly these. */
  headers?: HeaderValues | undefined
  /** Query parameters. A value null stands for a bare name. */
  queries?: Readonly<Record<string, string | number | null | undefined>> | undefined
}

/**
 * The same with Signature V4. `expires` is in seconds, at most seven days. `additionalHeaders` names
 * headers that are signed besides Content-Type, Content-MD5 and `x-oss-*`.
 */
export async function signatureUrlV4(
  client: Client,
  method: string,
  expires: number,
  request: SignedRequest | undefined,
  objectName: string | undefined,
  additionalHeaders: readonly string[] = [],
): Promise<string> {
  const { scope, address } = client.settings
  if (scope === undefined) {
    throw invalidInput('Signature V4 needs to know the region: give the client a `region`')
  }
  const key = objectName === undefined ? undefined : objectKey(objectName)
  const target = { bucket: client.bucket(), key }
  const query = queryOf(request?.queries)
  const headers = checkHeaders(request?.headers)
  const credentials = await client.keyring.fresh()
  const signable = { method: method.toUpperCase(), ...target, query, headers }
  const now = new Date(client.serverClock())
  const signed = presignV4(signable, credentials, scope, now, expires, additionalHeaders)
  const { origin, path } = locate(address, target, { ...query, ...signed })
  return origin + path
}
