import { XmlElement as ParsedElement, parseXml } from '@rgrove/parse-xml'

const MAX_CHARACTERS = 16 * 1024 * 1024
const MAX_DEPTH = 32
/** OSS lists at most 1,000 things in an answer. A parsed tag takes some 300 bytes of memory. */
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

/** Reads an answer of which only the caller knows what it should be. */
export function readAnyXml(text: string): XmlElement {
  if (text.length > MAX_CHARACTERS) {
    throw new Error(`The XML is longer than ${MAX_CHARACTERS} characters: it has ${text.length}`)
  }
  checkMarkup(text)
  const element = parse(text)
  if (element === null) throw new Error('The XML has no root element')
  return view(element)
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

// Before parsing: the parser recurses once for each level, and skips a DOCTYPE in silence.
function checkMarkup(text: string): void {
  let depth = 0
  let tags = 0
  for (const [markup] of text.matchAll(MARKUP)) {
    if (markup === '<!') {
      throw new Error(
        'The XML has a DOCTYPE, which OSS never sends: is it the HTML page of a proxy?',
      )
    }
    if (markup.startsWith('</')) depth--
    else if (!/^<[!?]|\/>$/.test(markup)) depth++
    tags++
    if (depth > MAX_DEPTH) throw new Error(`The XML is nested deeper than ${MAX_DEPTH} levels`)
    if (tags > MAX_TAGS) throw new Error(`The XML has more than ${MAX_TAGS} tags`)
  }
}

function parse(text: string): ParsedElement | null {
  try {
    // XML reads every line break as \n (section 2.11). The parser does too, but in quadratic time.
    return parseXml(text.replace(/\r\n?/g, '\n')).root
  } catch (error) {
    // The first line only: the others quote the document, which may hold what no log should.
    const [reason = ''] = String(error instanceof Error ? error.message : error).split('\n')
    throw new Error(`The XML is malformed: ${shorten(reason)}`)
  }
}

function view(element: ParsedElement): XmlElement {
  const parsed = element.children.filter((node) => node instanceof ParsedElement)
  const named = (name: string) => parsed.filter((node) => node.name === name)
  return {
    name: element.name,
    get text() {
      return element.text
    },
    get elements() {
      return parsed.map(view)
    },
    child(name) {
      const [first] = named(name)
      return first && view(first)
    },
    children: (name) => named(name).map(view),
    value: (name) => named(name)[0]?.text,
  }
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
