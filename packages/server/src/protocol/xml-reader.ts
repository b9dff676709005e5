import { parseXml, XmlElement } from '@rgrove/parse-xml'
import { OssError } from './errors.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * The root element of a request body, which must be called `name`; a default `xmlns` is let pass.
 * Anything else is MalformedXML, document type declarations among it: nothing here needs entities.
 */
export function readXml(bytes: Uint8Array, name: string): XmlElement {
  const root = parseStrictly(bytes)
  if (root?.name !== name) throw malformedXml(`The root element must be ${name}.`)
  return root
}

/** The children called `name`, in order. */
export function childElements(parent: XmlElement, name: string): XmlElement[] {
  return parent.children.filter(
    (child): child is XmlElement => child instanceof XmlElement && child.name === name,
  )
}

/** The text of the only child called `name`; undefined when there is none. */
export function childText(parent: XmlElement, name: string): string | undefined {
  const [child, ...others] = childElements(parent, name)
  if (others.length > 0) throw malformedXml(`${parent.name} holds more than one ${name}.`)
  return child?.text
}

export function malformedXml(detail: string, ec?: string): OssError {
  return new OssError('MalformedXML', {
    elements: { ErrorDetail: detail },
    ...(ec === undefined ? {} : { ec }),
  })
}

function parseStrictly(bytes: Uint8Array): XmlElement | null {
  try {
    const text = utf8.decode(bytes)
    if (text.includes('<!DOCTYPE')) throw malformedXml('A document type is not allowed.')
    return parseXml(text).root
  } catch (error) {
    // Not only XmlError: bytes that are not UTF-8, and elements nested until the stack ends.
    throw error instanceof OssError ? error : malformedXml('The body is not well-formed XML.')
  }
}
