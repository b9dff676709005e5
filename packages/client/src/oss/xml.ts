const MAX_CHARACTERS = 16 * 1024 * 1024
const MAX_DEPTH = 32
/** OSS lists at most 1,000 things in an answer. A parsed tag takes some 200 bytes of memory. */
const MAX_TAGS = 200_000

// What has no end reaches to the end of the text, so that the search stays linear.
const MARKUP = new RegExp(
  [
    /<!--.*?(?:-->|$)/, // a comment
    /<!\[CDATA\[.*?(?:\]\]>|$)/,
    /<\?.*?(?:\?>|$)/, // the XML declaration or a processing instruction
    /<!/, // a DOCTYPE
    /<[^<>"']*(?:(?:"[^"<]*"|'[^'<]*')[^<>"']*)*>/, // a tag: only quotes hold a `>`, nothing holds a `<`
  ]
    .map(({ source }) => source)
    .join('|'),
  'gs',
)

const NAME = /[\p{L}_:][\p{L}\p{N}_:.-]*/u.source
const ATTRIBUTE = `\\s+${NAME}\\s*=\\s*(?:"[^"]*"|'[^']*')`
const START_TAG = new RegExp(`^<(${NAME})(?:${ATTRIBUTE})*\\s*(/?)>$`, 'u')
const END_TAG = new RegExp(`^</(${NAME})\\s*>$`, 'u')

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
}
const REFERENCE = /&(?:#x([\da-f]{1,6})|#(\d{1,7})|([a-z]{2,4}));|&/gi

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

/** Reads an answer whose outermost element is `root`; an Error says what else it is. */
export function readXml(text: string, root: string): XmlElement {
  const element = readAnyXml(text)
  if (element.name === root) return element
  throw new Error(`Expected XML with the root element ${root}: got ${shorten(element.name)}`)
}

/**
 * Reads an answer of which only the caller knows what it should be. As strict as XML is where it matters:
 * what is cut off, nested wrongly or no text of XML is refused. Entities are the five that XML has.
 */
export function readAnyXml(text: string): XmlElement {
  if (text.length > MAX_CHARACTERS) {
    throw new Error(`The XML is longer than ${MAX_CHARACTERS} characters: it has ${text.length}`)
  }
  return parse(text)
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
  readonly content: (string | Element)[] = []
  readonly name: string

  constructor(name: string) {
    this.name = name
  }

  get text(): string {
    return this.content.map((node) => (typeof node === 'string' ? node : node.text)).join('')
  }
  get elements(): Element[] {
    return this.content.filter((node) => node instanceof Element)
  }
  child(name: string): XmlElement | undefined {
    return this.elements.find((element) => element.name === name)
  }
  children(name: string): XmlElement[] {
    return this.elements.filter((element) => element.name === name)
  }
  value(name: string): string | undefined {
    return this.child(name)?.text
  }
}

function parse(text: string): XmlElement {
  // XML reads every line break as \n (section 2.11).
  const xml = text.replace(/\r\n?/g, '\n').replace(/^\uFEFF/, '')
  const document = new Element('')
  const open = [document]
  let end = 0
  let tags = 0
  for (const match of xml.matchAll(MARKUP)) {
    const [markup] = match
    addText(open, xml.slice(end, match.index))
    end = match.index + markup.length
    if (++tags > MAX_TAGS) throw new Error(`The XML has more than ${MAX_TAGS} tags`)
    addMarkup(open, markup)
    if (open.length > MAX_DEPTH + 1) {
      throw new Error(`The XML is nested deeper than ${MAX_DEPTH} levels`)
    }
  }
  addText(open, xml.slice(end))
  const [root] = document.elements
  if (root === undefined || open.length > 1) throw malformed('it ends too early')
  return root
}

function addMarkup(open: Element[], markup: string): void {
  if (markup === '<!') {
    throw new Error('The XML has a DOCTYPE, which OSS never sends: is it the HTML page of a proxy?')
  }
  if (markup.startsWith('<![')) addCdata(open, markup)
  else if (markup.startsWith('<!') || markup.startsWith('<?')) checkAside(markup)
  else if (markup.startsWith('</')) closeElement(open, markup)
  else openElement(open, markup)
}

function closeElement(open: Element[], markup: string): void {
  const [, name] = END_TAG.exec(markup) ?? []
  if (open.length > 1 && open.pop()?.name === name) return
  throw malformed('its tags do not match')
}

function openElement(open: Element[], markup: string): void {
  const [, name, slash] = START_TAG.exec(markup) ?? []
  if (name === undefined) throw malformed('it has a tag that is none')
  const element = new Element(name)
  const [document, parent = document] = [open[0], open.at(-1)]
  if (parent === document && document?.elements.length) throw malformed('it has two root elements')
  parent?.content.push(element)
  if (slash === '') open.push(element)
}

function addCdata(open: Element[], markup: string): void {
  if (open.length === 1 || !markup.endsWith(']]>')) throw malformed('it has a stray CDATA section')
  open.at(-1)?.content.push(checked(markup.slice('<![CDATA['.length, -']]>'.length)))
}

/** A comment or a processing instruction. */
function checkAside(markup: string): void {
  const end = markup.startsWith('<?') ? '?>' : '-->'
  if (!markup.endsWith(end)) throw malformed('it ends too early')
  checked(markup)
}

function addText(open: Element[], raw: string): void {
  // What begins like markup and was not taken for any.
  if (/<|\]\]>/.test(raw)) throw malformed('it has a tag that is none')
  if (open.length > 1) {
    if (raw !== '') open.at(-1)?.content.push(checked(raw).replace(REFERENCE, characterOf))
  } else if (raw.trim() !== '') {
    throw malformed('it has text outside its element')
  }
}

/** `text`, which must hold nothing that XML cannot. */
function checked(text: string): string {
  if (!isXmlText(text)) throw malformed('it has a character that XML lacks')
  return text
}

function characterOf(_: string, hex?: string, decimal?: string, name?: string): string {
  if (name !== undefined && Object.hasOwn(ENTITIES, name)) return ENTITIES[name] ?? ''
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
  if (!(code <= 0x10ffff)) throw malformed('it has an unknown entity')
  return checked(String.fromCodePoint(code))
}

// The document is not quoted: it may hold what no log should.
function malformed(why: string): Error {
  return new Error(`The XML is malformed: ${why}`)
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
