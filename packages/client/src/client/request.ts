import { bytesBody } from '../oss/body.ts'
import { utf8 } from '../oss/encode.ts'
import { invalidInput } from '../oss/errors.ts'
import { checkHeaders } from '../oss/headers.ts'
import { checkBucketName, objectKey, show } from '../oss/names.ts'
import type { OssRequest } from '../oss/request.ts'
import type { ResponseInfo } from '../oss/response.ts'
import type { XmlElement } from '../oss/xml.ts'
import { xmlOf } from '../oss/xml-answer.ts'
import { callOptions, queryOf, type RequestOptions } from './call-options.ts'
import type { Client } from './context.ts'

/** One call of the OSS API that no method wraps. */
export interface RequestParams extends Omit<RequestOptions, 'subres'> {
  method: string
  /** Left out: the request is about the bucket. */
  object?: string | undefined
  /** Left out: the request is about the service. */
  bucket?: string | undefined
  /** Names of sub-resources, or their values by name. */
  subres?: string | readonly string[] | RequestOptions['subres']
  query?: Readonly<Record<string, string | number | null | undefined>> | undefined
  /** The body. */
  content?: string | Uint8Array | undefined
  /** Content-Type of the body. */
  mime?: string | undefined
  /**
   * @default any of 2xx
   */
  successStatuses?: readonly number[] | undefined
  /** Whether `data` is to be the XML of the answer as plain objects: text, and arrays of what comes twice. */
  xmlResponse?: boolean | undefined
}

export interface RequestResult {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Bytes, or with `xmlResponse` an object. */
  readonly data: unknown
  readonly size: number
  readonly res: ResponseInfo
}

const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'OPTIONS'] as const

/** Addresses, signs and sends any request, with the retries and errors of all the others. */
export async function request(client: Client, params: RequestParams): Promise<RequestResult> {
  const { content, mime, bucket, object, successStatuses } = params
  const call = callOptions({ ...params, subres: subresources(params.subres) })
  const response = await client.send({
    operation: 'request',
    method: methodOf(params.method),
    bucket: bucket === undefined ? undefined : checkBucketName(bucket),
    key: object === undefined || object === '' ? undefined : objectKey(object),
    ...call,
    headers: { ...checkHeaders({ 'content-type': mime }), ...call.headers },
    query: { ...call.query, ...queryOf(params.query) },
    body: content === undefined ? undefined : bytesBody(bytesOf(content)),
    success: successStatuses,
  })
  const { status, headers, res } = response
  const data = params.xmlResponse ? plain(xmlOf('request', response)) : response.data
  return { status, headers, data, size: res.size, res }
}

function methodOf(method: unknown): OssRequest['method'] {
  const known = METHODS.find((name) => name === String(method).toUpperCase())
  if (known !== undefined) return known
  throw invalidInput(`\`method\` must be one of ${METHODS.join(', ')}: got ${show(method)}`)
}

function subresources(given: RequestParams['subres']): RequestOptions['subres'] {
  if (typeof given === 'string') return { [given]: null }
  return isNames(given) ? Object.fromEntries(given.map((name) => [name, null])) : given
}

function isNames(given: RequestParams['subres']): given is readonly string[] {
  return Array.isArray(given)
}

function bytesOf(content: unknown): Uint8Array {
  if (typeof content === 'string') return utf8(content)
  if (content instanceof Uint8Array) return content
  throw invalidInput(`\`content\` must be text or bytes: got ${show(content)}`)
}

type Plain = string | { [name: string]: Plain | Plain[] }

function plain(element: XmlElement): Plain {
  if (element.elements.length === 0) return element.text
  const byName = new Map<string, Plain[]>()
  for (const child of element.elements) {
    byName.set(child.name, [...(byName.get(child.name) ?? []), plain(child)])
  }
  return Object.fromEntries(
    [...byName].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]),
  )
}
