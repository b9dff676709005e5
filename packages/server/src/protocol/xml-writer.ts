/** An element: its name, then its text or its children. A left-out child is `undefined`. */
export type XmlNode = readonly [name: string, content: XmlContent]
export type XmlContent = string | number | bigint | boolean | readonly (XmlNode | undefined)[]

/**
 * The document of one root element. There is no `xmlns`: oss2, Python v2 and Java v1 look elements
 * up without a namespace, and real answers have none.
 */
export function xmlDocument(root: XmlNode): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${writeNode(root)}`
}

function writeNode([name, content]: XmlNode): string {
  return `<${name}>${writeContent(content)}</${name}>`
}

function writeContent(content: XmlContent): string {
  if (typeof content !== 'object') return escapeText(String(content))
  return content.map((child) => (child === undefined ? '' : writeNode(child))).join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\t': '&#9;',
  '\n': '&#10;',
  // A parser would read a bare carriage return as a line feed.
  '\r': '&#13;',
}

function escapeText(text: string): string {
  return text.replace(/[&<>\p{Cc}\ufffe\uffff]/gu, escapeCharacter)
}

/** XML 1.0 cannot hold most control characters, which is why SDKs ask for `encoding-type=url`. */
function escapeCharacter(character: string): string {
  const entity = ENTITIES[character]
  if (entity !== undefined) return entity
  return character >= '\x7f' && character <= '\x9f' ? character : '\ufffd'
}
