import { orAborted } from '../async/or-aborted.ts'
import { tap } from '../async/tap.ts'
import { type Address, locate } from './address.ts'
import type { Body } from './body.ts'
import type { Credentials } from './credentials.ts'
import { OssError } from './errors.ts'
import type { OperationTimeouts, OssRequest } from './request.ts'
import { MAX_XML, type ResponseInfo, readBody, responseInfo } from './response.ts'
import { errorOfResponse } from './response-error.ts'
import type { Signable } from './signable.ts'
import type { SignElsewhere, SignedElsewhere } from './signing.ts'
import type { HttpResponse, Timeouts, Transport } from './transport.ts'
import type { XmlElement } from './xml.ts'
import { readAnswer } from './xml-answer.ts'

/** A successful answer with its body read. */
export interface OssResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly data: Uint8Array
  /** Where the request says which XML is to answer it. */
  readonly xml?: XmlElement
  readonly res: ResponseInfo
}

/** Sends a request and gives its successful answer, or throws an OssError. */
export type Send = (request: OssRequest) => Promise<OssResponse>

/** The same, but hands over the body unread: the reader must come to its end or return the iterator. */
export type Open = (request: OssRequest) => Promise<HttpResponse & { readonly startedAt: number }>

/** Adds what proves who is asking; the returned headers are those to send. */
export type Signer = (
  request: Signable,
  credentials: Credentials,
  now: Date,
) => Readonly<Record<string, string>>

export interface SendParts {
  readonly address: Address
  readonly credentials: () => Credentials | Promise<Credentials>
  readonly sign: Signer
  /** Signs in the place of `sign` and `credentials` where others have the keys. */
  readonly signElsewhere?: SignElsewhere | undefined
  readonly transport: Transport
  readonly timeouts: OperationTimeouts
  /** Sent with every request, such as `user-agent`. */
  readonly headers: Readonly<Record<string, string>>
  /** Milliseconds since 1970, by our clock. */
  readonly clock: () => number
  /** Milliseconds since 1970, by the clock of OSS as far as it is known: signatures bear its date. */
  readonly serverClock: () => number
  /** The kind of bytes that the platform's users expect: a Buffer in Node. */
  readonly bytes: (data: Uint8Array) => Uint8Array
}

/** A successful answer whose body has not been read. */
interface Answer {
  readonly response: HttpResponse
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** Where the request went, without what proves who asked. */
  readonly url: string
}

/** Addresses, signs and sends a request; what OSS refuses becomes an OssError. */
async function ask(parts: SendParts, request: OssRequest): Promise<Answer> {
  const { method, bucket, key, query = {}, body, onSent, success, signal } = request
  const { onRetry: onRepeat } = request
  const unsigned = { ...parts.headers, ...request.headers, ...lengthHeaders(method, body) }
  const signing = signedBy(parts, request, { method, bucket, key, query, headers: unsigned })
  const signed = signing instanceof Promise ? await orAborted(signing, signal) : signing
  signal?.throwIfAborted()
  const startedAt = parts.clock()
  const headers = { ...unsigned, ...signed.headers }
  const timeouts = timeoutsOf(request, parts.timeouts)
  const located = locate(parts.address, request, query)
  const { origin, path } = signed.target ?? located
  const sent = { method, origin, path, headers, body, onSent, onRepeat, timeouts, signal }
  const response = await parts.transport.send(sent).catch((error) => {
    throw inOperation(error, request)
  })
  const { status } = response
  const succeeded = success ? success.includes(status) : status >= 200 && status < 300
  if (!succeeded) throw await errorOfResponse(request, response)
  return { response, startedAt, url: located.origin + located.path }
}

interface Signed {
  readonly headers?: Readonly<Record<string, string>>
  /** Where to send it, if its address was signed. */
  readonly target?: { readonly origin: string; readonly path: string }
}

/** At once where the keys are at hand: a promise for each of ten thousand parts takes up time and room. */
function signedBy(
  parts: SendParts,
  { operation, query = {} }: OssRequest,
  signable: Signable,
): Signed | Promise<Signed> {
  const { credentials, sign, serverClock, signElsewhere } = parts
  if (signElsewhere !== undefined) {
    return signElsewhere({ operation, ...signable, query }).then(signedElsewhere)
  }
  const signWith = (keys: Credentials) => ({
    headers: sign(signable, keys, new Date(serverClock())),
  })
  const keys = credentials()
  return keys instanceof Promise ? keys.then(signWith) : signWith(keys)
}

function signedElsewhere({ headers, url }: SignedElsewhere): Signed {
  if (url === undefined) return { headers }
  const { origin } = new URL(url)
  // To the letter: a URL that is parsed and written again may be another one.
  return { target: { origin, path: url.slice(url.indexOf('/', url.indexOf('//') + 2)) } }
}

export function createOpen(parts: SendParts): Open {
  return async (request) => {
    const { response, startedAt } = await ask(parts, request)
    const body = tap(response.body, { error: (error) => inOperation(error, request) })
    return { ...response, body, startedAt }
  }
}

export function createSend(parts: SendParts): Send {
  return async (request) => {
    const { response, startedAt, url } = await ask(parts, request)
    const data = await readBody(response.body, MAX_XML).then(parts.bytes, (error) => {
      throw inOperation(error, request)
    })
    const res = responseInfo(response, data, { url, rt: parts.clock() - startedAt })
    const answer = { status: response.status, headers: response.headers, data, res }
    return request.root === undefined ? answer : { ...answer, xml: readAnswer(request, answer) }
  }
}

/** Operations that OSS answers when all the bytes of an object have been put together, minutes later. */
const LONG = new Set(['CompleteMultipartUpload', 'CopyObject', 'UploadPartCopy'])

function timeoutsOf(
  { operation, timeouts: own }: OssRequest,
  general: OperationTimeouts,
): Timeouts {
  const { connect, stall, answer, complete } = own === undefined ? general : { ...general, ...own }
  return { connect, stall, answer: LONG.has(operation) ? complete : answer }
}

function lengthHeaders(method: string, body: Body | undefined): Record<string, string> {
  if (body !== undefined) return body.size === undefined ? {} : { 'content-length': `${body.size}` }
  return method === 'PUT' || method === 'POST' ? { 'content-length': '0' } : {}
}

/** Network errors know nothing of operations; here they learn theirs. */
function inOperation(error: unknown, { operation, key, partNumber }: OssRequest): unknown {
  if (!(error instanceof OssError) || error.operation !== undefined) return error
  const what = [operation, key, partNumber && `part ${partNumber}`].filter(Boolean).join(' ')
  return error.within(`${error.message} (${what})`, { operation, cause: error.cause ?? error })
}

/** Sends a request that is answered with XML whose outermost element is `root`. */
export async function sendForXml(
  send: Send,
  request: OssRequest & { readonly root: string },
): Promise<{ xml: XmlElement; response: OssResponse }> {
  const response = await send(request)
  return { response, xml: response.xml ?? readAnswer(request, response) }
}
