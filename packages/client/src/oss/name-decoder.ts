import { OssError } from './errors.ts'
import type { XmlElement } from './xml.ts'

export type NameDecoder = (name: string | undefined) => string

/** Reads the names in a listing, which are percent-encoded where `xml` says so. */
export function nameDecoder(operation: string, xml: XmlElement): NameDecoder {
  const isEncoded = xml.value('EncodingType') === 'url'
  return (name = '') => {
    try {
      return isEncoded ? decodeURIComponent(name) : name
    } catch (cause) {
      const named = { name: 'UnexpectedResponseError', code: 'UnexpectedResponseError' }
      throw new OssError(`A name in ${xml.name} is not percent-encoded UTF-8`, {
        ...named,
        operation,
        cause,
      })
    }
  }
}
