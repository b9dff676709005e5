import { OssError } from './errors.ts'
import { nameDecoder } from './name-decoder.ts'
import { show } from './names.ts'
import type { OssRequest } from './request.ts'
import { text } from './response.ts'
import { errorOfDocument } from './response-error.ts'
import { isXmlText, readXml, type XmlElement } from './xml.ts'

/** A whole answer with a status of success. */
interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly data: Uint8Array
}

/**
 * The XML that answers `request`. An error document is the error that it says, whatever the status; a page
 * of a proxy or half a document is no answer of OSS, so the same request may have one the next time.
 */
export function readAnswer(request: OssRequest, answer: Answer): XmlElement {
  const { operation, root } = request
  const xml = xmlOf(operation, answer)
  if (root === undefined || xml.name === root) return xml
  if (xml.name === 'Error') throw errorOfDocument(request, answer, xml)
  const found = new Error(`Expected XML with the root element ${root}: got ${show(xml.name)}`)
  throw unexpected(operation, answer, 'that can not be read', found)
}

/** The XML of an answer, whatever it is about. */
export function xmlOf(operation: string, { data, ...answer }: Answer): XmlElement {
  try {
    return readXml(text(data))
  } catch (error) {
    throw unexpected(operation, answer, 'that can not be read', error)
  }
}

/** An answer that names another object is the answer to another request: some proxy mixed them up. */
export function mustBeAbout(
  { bucket, key }: { readonly bucket: string; readonly key: string },
  operation: string,
  { xml, response }: { xml: XmlElement; response: Answer },
): void {
  const namedBucket = xml.value('Bucket') ?? bucket
  const isNamed = xml.child('Key') !== undefined && isXmlText(key)
  const namedKey = isNamed ? nameDecoder(operation, xml)(xml.value('Key')) : key
  if (namedBucket === bucket && namedKey === key) return
  throw unexpected(operation, response, `about another object, oss://${namedBucket}/${namedKey}`)
}

export function unexpected(
  operation: string,
  { status, headers }: Pick<Answer, 'status' | 'headers'>,
  what: string,
  cause?: unknown,
): OssError {
  const why = cause instanceof Error ? `: ${cause.message}` : ''
  return new OssError(`${operation} got an answer with status ${status} ${what}${why}`, {
    name: 'UnexpectedResponseError',
    code: 'UnexpectedResponseError',
    operation,
    status,
    requestId: headers['x-oss-request-id'],
    cause,
  })
}
