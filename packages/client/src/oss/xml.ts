const MAX_CHARACTERS = 16 * 1024 * 1024
const MAX_DEPTH = 32
/** OSS lists at most 1,000 things in an answer. A parsed tag takes some 200 bytes of memory. */
const MAX_TAGS = 200_000

const NAME = /[\p{L}_:][\p{L}\p{N}_:.-]*/u.source
const ATTRIBUTE = `\\s+${NAME}\\s*=\\s*(?:"[^"<]*"|'[^'<]*')`

/** What a document is made of. Each piece begins where the one before it ended. */
const PIECES = new RegExp(
  [
    '(?<text>[^<]+)',
    `<(?<start>${NAME})(?:${ATTRIBUTE})*\\s*(?<empty>/?)>`,
    `</(?<end>${NAME})\\s*>`,
    '<!\\[CDATA\\[(?<cdata>.*?)\\]\\]>',
    '<!--.*?-->',
    '<\\?.*?\\?>', // the XML declaration or a processing instruction
  ].join('|'),
  'gsuy',
)

const REFERENCE = /&(?:#x([\da-fA-F]{1,6})|#(\d{1,7})|(lt|gt|amp|quot|apos));|&/g
const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
}

/** What the Char production of XML 1.0 leaves out, half a surrogate pair among it. */
const NOT_XML = /[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u

/** One element of an answer. Values stay strings: a CRC-64 does not fit into a number. */
export interface XmlElement {
  readonly name: string
  /** All text inside, with its blanks. */
  readonly text: string
  /** All children, in their order. */
  readonly elements: readonly XmlElement[]
  /** The first child of that name. */
  child(name: string): XmlElement | undefined
  children(name: string): XmlElement[]
  /** The text of the first child of that name. */
  value(name: string): string | undefined
}

/**
 * Reads an answer. As strict as XML is where it matters: what is cut off, nested wrongly or no text of XML
 * is refused. Entities are the five that XML has.
 */
export function readXml(text: string): XmlElement {
  if (text.length > MAX_CHARACTERS) {
    throw new Error(`The XML is longer than ${MAX_CHARACTERS} characters: it has ${text.length}`)
  }
  // XML reads every line break as \n (section 2.11).
  const xml = text.replace(/\r\n?/g, '\n').replace(/^\uFEFF/, '')
  if (!isXmlText(xml)) throw malformed('it has a character that XML lacks')
  return parse(xml)
}

export function completeMultipartUploadXml(
  parts: readonly { readonly number: number; readonly etag: string }[],
): string {
  const list = parts.map(({ number, etag }) =>
    tag('Part', tag('PartNumber', String(number)), tag('ETag', escapeXml(etag))),
  )
  return tag('CompleteMultipartUpload', ...list)
}

/** With `quiet` the answer names only what could not be deleted. */
export function deleteMultipleObjectsXml(
  names: readonly (string | { readonly key: string; readonly versionId?: string | undefined })[],
  quiet: boolean,
): string {
  const objects = names.map((name) => {
    const { key, versionId } = typeof name === 'string' ? { key: name } : name
    const version = versionId === undefined ? '' : tag('VersionId', escapeXml(versionId))
    return tag('Object', tag('Key', escapeXml(key)), version)
  })
  return tag('Delete', tag('Quiet', String(quiet)), ...objects)
}

/** Whether XML can hold `text`. A server must put something else in the place of what it can not. */
export function isXmlText(text: string): boolean {
  return !NOT_XML.test(text)
}

/** `text` as it stands inside an element. */
export function escapeXml(text: string): string {
  const forbidden = NOT_XML.exec(text)
  if (forbidden) {
    const code = forbidden[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
    throw new TypeError(
      `XML cannot hold the character U+${code}: found at index ${forbidden.index} of ${JSON.stringify(shorten(text))}`,
    )
  }
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;') // or the reader would take it for a line break and make it \n
}

/** An element around `content`, which is escaped text or elements. */
export function tag(name: string, ...content: string[]): string {
  return `<${name}>${content.join('')}</${name}>`
}

/** An element as it is read. */
class Element implements XmlElement {
  text = ''
  readonly elements: Element[] = []
  readonly name: string

  constructor(name: string) {
    this.name = name
  }

  child(name: string): XmlElement | undefined {
    return this.children(name)[0]
  }
  children(name: string): XmlElement[] {
    return this.elements.filter((element) => element.name === name)
  }
  value(name: string): string | undefined {
    return this.child(name)?.text
  }
}

function parse(xml: string): XmlElement {
  const document = new Element('')
  const open = [document]
  let end = 0
  let tags = 0
  for (const { 0: piece, groups = {} } of xml.matchAll(PIECES)) {
    add(open, groups)
    end += piece.length
    if (groups.text === undefined) tags++
    if (tags > MAX_TAGS) throw new Error(`The XML has more than ${MAX_TAGS} tags`)
    if (open.length > MAX_DEPTH + 1) {
      throw new Error(`The XML is nested deeper than ${MAX_DEPTH} levels`)
    }
  }
  if (/^<!(?!--|\[CDATA\[)/.test(xml.slice(end, end + 9))) {
    throw new Error('The XML has a DOCTYPE, which OSS never sends: is it the HTML page of a proxy?')
  }
  const [root] = document.elements
  if (end < xml.length) throw malformed('it has a tag that is none, or has no end')
  if (root === undefined || open.length > 1) throw malformed('it ends too early')
  return root
}

type Groups = Readonly<Record<string, string | undefined>>

function add(open: Element[], { text, start, empty, end, cdata }: Groups): void {
  const [parent, outer] = [open.at(-1), open.at(-2)]
  if (parent === undefined) return
  if (start !== undefined) {
    if (outer === undefined && parent.elements.length > 0)
      throw malformed('it has two root elements')
    const element = new Element(start)
    parent.elements.push(element)
    if (empty === '') open.push(element)
  } else if (end !== undefined) {
    if (outer === undefined || parent.name !== end) throw malformed('its tags do not match')
    outer.text += parent.text
    open.pop()
  } else if (outer !== undefined) {
    parent.text += cdata ?? plain(text)
  } else if (cdata !== undefined || text?.trim()) {
    throw malformed('it has text outside its element')
  }
}

/** What a text between tags stands for. */
function plain(text = ''): string {
  if (text.includes(']]>')) throw malformed('it has a stray end of a CDATA section')
  return text.replace(REFERENCE, characterOf)
}

function characterOf(_: string, hex?: string, decimal?: string, name?: string): string {
  if (name !== undefined) return ENTITIES[name] ?? ''
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
  const character = code <= 0x10ffff ? String.fromCodePoint(code) : '\0'
  if (!isXmlText(character)) throw malformed('it has an unknown entity')
  return character
}

// The document is not quoted: it may hold what no log should.
function malformed(why: string): Error {
  return new Error(`The XML is malformed: ${why}`)
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
