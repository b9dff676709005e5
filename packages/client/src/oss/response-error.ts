import { fromBase64 } from './encode.ts'
import { OssError } from './errors.ts'
import type { OssRequest } from './request.ts'
import { MAX_XML, readBody, text } from './response.ts'
import type { HttpResponse } from './transport.ts'
import { readXml, type XmlElement } from './xml.ts'

/** What an answer that is no success says went wrong. */
export async function errorOfResponse(
  { operation, partNumber }: OssRequest,
  response: HttpResponse,
): Promise<OssError> {
  const { status, headers } = response
  // A body that breaks off or does not end says nothing, but the status still does.
  const body = await readBody(response.body, MAX_XML).catch(() => new Uint8Array())
  const said = errorXml(headers['x-oss-err'], body)
  if (said !== undefined) return errorOfDocument({ operation, partNumber }, response, said)
  const known = { operation, partNum: partNumber, retryAfter: headers['retry-after'] }
  return unexplained(status, { ...known, status, requestId: headers['x-oss-request-id'] })
}

/** What the error document `said` says; OSS sends one with status 200 when it has begun its answer too early. */
export function errorOfDocument(
  { operation, partNumber }: Pick<OssRequest, 'operation' | 'partNumber'>,
  { status, headers }: Pick<HttpResponse, 'status' | 'headers'>,
  said: XmlElement,
): OssError {
  const code = said.value('Code')
  const condition = said.value('Condition')
  const message = said.value('Message') || `Unknown request error, status: ${status}`
  return new OssError(condition ? `${message} (condition: ${condition})` : message, {
    operation,
    status,
    partNum: partNumber,
    retryAfter: headers['retry-after'],
    requestId: said.value('RequestId') ?? headers['x-oss-request-id'],
    name: code ? `${code}Error` : 'UnknownError',
    code,
    hostId: said.value('HostId'),
    ecCode: said.value('EC') ?? headers['x-oss-ec'],
    serverTime: said.value('ServerTime') ?? headers.date,
  })
}

/** The error document: the body, or for HEAD, which has none, a header that holds it in base64. */
function errorXml(header: string | undefined, body: Uint8Array): XmlElement | undefined {
  try {
    const xml = readXml(text(body.byteLength > 0 ? body : fromBase64(header ?? '')))
    return xml.name === 'Error' ? xml : undefined
  } catch {
    return undefined
  }
}

type Known = {
  operation: string
  status: number
  partNum: number | undefined
  requestId: string | undefined
}

const WITHOUT_DOCUMENT: Readonly<Record<number, [code: string, message: string]>> = {
  404: ['NoSuchKey', 'Object not exists'],
  412: ['PreconditionFailed', 'Pre condition failed'],
}

/** No error document: a HEAD of an older server, a proxy, a captive portal. The status is all there is. */
function unexplained(status: number, known: Known): OssError {
  const [code, message] = WITHOUT_DOCUMENT[status] ?? []
  if (code !== undefined)
    return new OssError(`${message}`, { ...known, name: `${code}Error`, code })
  const redirected = status >= 300 && status < 400 ? ', and redirects are not followed' : ''
  return new OssError(`Unknown error, status: ${status}${redirected}`, {
    ...known,
    name: 'UnknownError',
  })
}
