import { invalidArgument, OssError } from './errors.ts'
import { MAX_CALLBACK_BYTES } from './limits.ts'
import { isLoopbackHost } from './loopback.ts'
import type { OssRequest } from './request.ts'

/** What the client wants to be told to its application when the object is stored. */
export interface Callback {
  /** Tried in order until one accepts. */
  readonly urls: readonly string[]
  readonly host: string | undefined
  readonly bodyTemplate: string
  readonly bodyType: string
  /** `x:name` → value. */
  readonly variables: ReadonlyMap<string, string>
}

/** What `${…}` in the template can speak of. */
export interface StoredObject {
  readonly bucket: string
  readonly key: string
  readonly etag: string
  readonly size: number
  readonly mimeType: string
}

/** From `x-oss-callback` and `x-oss-callback-var`, or the query; undefined when not asked for. */
export function readCallback({ headers, query }: OssRequest): Callback | undefined {
  const callback = fromOnePlace('callback', headers.get('x-oss-callback'), query.get('callback'))
  if (callback === undefined) return undefined
  const variables = fromOnePlace(
    'callback-var',
    headers.get('x-oss-callback-var'),
    query.get('callback-var'),
  )
  const fields = decodeJson('callback', callback)
  return {
    urls: textField(fields, 'callbackUrl', 'The callback url is empty.')
      .split(';')
      .map((url) => (/^https?:\/\//i.test(url) ? url : `http://${url}`)),
    host: typeof fields.callbackHost === 'string' ? fields.callbackHost : undefined,
    bodyTemplate: textField(fields, 'callbackBody', 'The callback body is empty.'),
    bodyType: readBodyType(fields.callbackBodyType),
    variables: variables === undefined ? new Map() : readVariables(variables),
  }
}

/** The template with its `${…}` filled in, by the rules of the body's type. */
export function callbackBody(callback: Callback, object: StoredObject): string {
  const values = new Map<string, string | number>([
    ['bucket', object.bucket],
    ['object', object.key],
    ['etag', object.etag],
    ['size', object.size],
    ['mimeType', object.mimeType],
    ...callback.variables,
  ])
  const write =
    callback.bodyType === 'application/json'
      ? (value: string | number) => JSON.stringify(value)
      : (value: string | number) => encodeURIComponent(value)
  return callback.bodyTemplate.replace(/\$\{([^}]+)\}/g, (_, name: string) =>
    write(values.get(name) ?? ''),
  )
}

/** oss-local calls back to this machine only: whoever can upload must not reach further with it. */
export function isLoopback(url: string): boolean {
  const hostname = URL.canParse(url) ? new URL(url).hostname : ''
  return isLoopbackHost(hostname.replace(/^\[(.*)\]$/, '$1'))
}

function fromOnePlace(
  name: string,
  header: string | undefined,
  parameter: string | undefined,
): string | undefined {
  if (header !== undefined && parameter !== undefined) {
    throw invalidArgument(name, '', {
      message: `The ${name} is given both as a header and in the query.`,
    })
  }
  const value = header ?? parameter
  if (value !== undefined && value.length > MAX_CALLBACK_BYTES) {
    throw invalidArgument(name, '', {
      message: `The ${name} is longer than ${MAX_CALLBACK_BYTES} bytes.`,
    })
  }
  return value
}

function decodeJson(name: string, base64: string): Record<string, unknown> {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) {
    throw refusal(`The ${name} configuration is not base64 encoded.`)
  }
  const value = parseJson(Buffer.from(base64, 'base64').toString('utf8'))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refusal(`The ${name} configuration is not json format.`)
  }
  return { ...value }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function textField(fields: Record<string, unknown>, name: string, ifEmpty: string): string {
  const value = fields[name]
  if (typeof value !== 'string' || value.trim() === '') throw refusal(ifEmpty)
  return value
}

const BODY_TYPES = ['application/x-www-form-urlencoded', 'application/json']

function readBodyType(value: unknown): string {
  if (value === undefined || value === '') return 'application/x-www-form-urlencoded'
  const found = BODY_TYPES.find((type) => type === value)
  if (found === undefined) throw refusal('The callback body type is not supported.')
  return found
}

function readVariables(base64: string): Map<string, string> {
  const entries = Object.entries(decodeJson('callback-var', base64))
  return new Map(
    entries.map(([name, value]) => {
      if (!/^x:[^A-Z]+$/.test(name)) {
        throw refusal('The name of a callback variable starts with x: and is in lower case.')
      }
      return [name, String(value)]
    }),
  )
}

function refusal(message: string): OssError {
  return new OssError('InvalidArgument', { message })
}
