import { XmlElement as ParsedElement, parseXml } from '@rgrove/parse-xml'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  completeMultipartUploadXml,
  deleteMultipleObjectsXml,
  escapeXml,
  readXml,
  type XmlElement,
} from './xml.ts'

const MiB = 1024 * 1024

describe('readXml', () => {
  it('reads an answer of OSS', () => {
    const parts = readXml(
      `<?xml version="1.0" encoding="UTF-8"?>
<ListPartsResult xmlns="http://doc.oss-cn-hangzhou.aliyuncs.com">
  <Bucket>examplebucket</Bucket>
  <IsTruncated>false</IsTruncated>
  <Part><PartNumber>1</PartNumber><ETag>&quot;3349DC70&#34;</ETag><HashCrc64ecma>11051210869376104954</HashCrc64ecma></Part>
  <Part><PartNumber>5</PartNumber><ETag>"7265F4D2"</ETag></Part>
</ListPartsResult>`,
    )
    expect(parts.name).toBe('ListPartsResult')
    expect(parts.value('IsTruncated')).toBe('false')
    expect(parts.children('Part').map((part) => part.value('ETag'))).toEqual([
      '"3349DC70"',
      '"7265F4D2"',
    ])
    expect(parts.child('Part')?.child('HashCrc64ecma')?.text).toBe('11051210869376104954')
    expect(parts.children('Part')[1]?.value('HashCrc64ecma')).toBeUndefined()
    expect(parts.child('NextPartNumberMarker')).toBeUndefined()
    expect(parts.children('CommonPrefixes')).toEqual([])
  })

  it('keeps blanks, CDATA and characters of every language in a value', () => {
    const xml = '<a><Key> x\t&amp; <![CDATA[<b>&amp;]]>\n😀 目录 </Key><Empty/></a>'
    expect(readXml(xml).value('Key')).toBe(' x\t& <b>&amp;\n😀 目录 ')
    expect(readXml(xml).value('Empty')).toBe('')
  })

  it('reads every line break as \\n, but a written-out one as what it is', () => {
    expect(readXml('<a>1\r\n2\r3\n4&#13;5</a>').text).toBe('1\n2\n3\n4\r5')
  })

  it('knows nothing of names that every object has', () => {
    const xml = readXml('<a><__proto__>x</__proto__><b/></a>')
    expect(xml.value('__proto__')).toBe('x')
    expect(xml.value('constructor')).toBeUndefined()
    expect(xml.child('toString')).toBeUndefined()
    expect(Object.keys(Object.prototype)).toEqual([])
  })

  it.each([
    ['nothing', ''],
    ['blanks', ' \n'],
    ['JSON', '{"Status":"OK"}'],
    ['an open element', '<a><b></a>'],
    ['an end too many', '<a/></a>'],
    ['two roots', '<a/><a/>'],
    ['a text around the root', 'x<a/>'],
    ['an unknown entity', '<a>&xxe;</a>'],
    ['a reference to a character XML lacks', '<a>&#0;</a>'],
    ['a character XML lacks', '<a>\u0001</a>'],
    ['half a surrogate pair', '<a>\ud83d</a>'],
    ['an open comment', '<a><!-- </a>'],
    ['an open CDATA section', '<a><![CDATA[ </a>'],
    ['an open attribute', '<a b="></a>'],
    ['a cut-off answer', '<a><b>1</b><b>2</'],
  ])('refuses %s as malformed', (_, xml) => {
    expect(() => readXml(xml)).toThrow(/^The XML is malformed: ./)
  })

  it('does not quote the document in a message', () => {
    const secret = 'STS.token-of-somebody'
    expect(() => readXml(`<a>${secret}</b>`)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining(secret) }),
    )
    const long = 'x'.repeat(MiB)
    expect(() => readXml(`<a><${long}></a>`)).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^.{0,300}$/) }),
    )
  })

  const bomb = `<!DOCTYPE a [<!ENTITY x0 "ha">${Array.from(
    { length: 30 },
    (_, i) => `<!ENTITY x${i + 1} "&x${i};&x${i};">`,
  ).join('')}]><a>&x30;</a>`
  it.each([
    ['a page of HTML', '<!DOCTYPE html><html><body>Login</body></html>'],
    [
      'an entity that names a file',
      '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    ],
    ['entities that grow to gigabytes', bomb],
    ['a DOCTYPE that is not even used', '<?xml version="1.0"?><!-- x --><!DOCTYPE a><a/>'],
  ])('refuses %s for its DOCTYPE', (_, xml) => {
    expect(() => readXml(xml)).toThrow(/DOCTYPE/)
  })

  it('does not take the word DOCTYPE in a text for a DOCTYPE', () => {
    const xml = '<a>&lt;!DOCTYPE a><!-- <!DOCTYPE a> --><![CDATA[<!DOCTYPE a>]]></a>'
    expect(readXml(xml).text).toBe('<!DOCTYPE a><!DOCTYPE a>')
  })

  it('reads 32 levels and refuses one more', () => {
    const nested = (levels: number) => '<a>'.repeat(levels) + '</a>'.repeat(levels)
    expect(readXml(nested(32)).name).toBe('a')
    expect(() => readXml(nested(33))).toThrow(/deeper than 32/)
    expect(() => readXml(nested(100_000))).toThrow(/deeper than 32/)
  })

  it.each([
    ['attributes that look like an end', '<a b="/>">'],
    ['attributes in single quotes', "<a b='/>'  >"],
    ['processing instructions between', '<?x y?><a>'],
    ['comments that look like an end', '<a><!-- </a> -->'],
    ['CDATA that looks like an end', '<a><![CDATA[</a>]]>'],
  ])('counts levels in spite of %s', (_, start) => {
    expect(() => readXml(start.repeat(10_000))).toThrow(/deeper than 32/)
  })

  it('does not count brothers and sisters as levels', () => {
    const brothers = '<b/><b x="/"/><b></b><!-- <b> --><![CDATA[<b>]]><?x <b>?>'.repeat(100)
    expect(readXml(`<a>${brothers}</a>`).children('b')).toHaveLength(300)
  })

  it('refuses more than 16 MiB', () => {
    expect(() => readXml(`<a>${'x'.repeat(16 * MiB)}</a>`)).toThrow(/longer than 16777216/)
  })

  it('refuses more tags than any answer has, before they fill the memory', () => {
    expect(readXml(`<a>${'<b/>'.repeat(100_000)}</a>`).children('b')).toHaveLength(100_000)
    expect(() => readXml(`<a>${'<b/>'.repeat(200_000)}</a>`)).toThrow(/more than 200000 tags/)
  })

  // With an algorithm in quadratic time each of these would take minutes.
  it.each(['<', '<a', '<!--', '<![CDATA[', '<?', '<a b="', '<a b=\'"', '"<', '&', '\0'])(
    'refuses a megabyte of %j at once',
    (garbage) => {
      expect(() => readXml(garbage.repeat(MiB / garbage.length))).toThrow(/is malformed/)
    },
  )

  it('reads half a megabyte of line breaks at once', () => {
    expect(readXml(`<a>${'\r'.repeat(MiB / 2)}</a>`).text).toHaveLength(MiB / 2)
  })

  it('survives a tag with a million quotes', () => {
    expect(() => readXml(`<a ${'""'.repeat(MiB)}>`)).toThrow(/malformed/)
  })
})

/** An element with all that is in it, as another parser reads it. */
function treeOf(element: ParsedElement): unknown {
  const children = element.children.filter((node) => node instanceof ParsedElement)
  return [element.name, element.text, children.map(treeOf)]
}
const ourTree = ({ name, text, elements }: XmlElement): unknown => [
  name,
  text,
  elements.map(ourTree),
]

function outcome(read: () => unknown): unknown {
  try {
    return read()
  } catch {
    return 'refused'
  }
}

describe('readXml, as a whole', () => {
  it('reads and refuses what @rgrove/parse-xml does', () => {
    const piece = fc.constantFrom(
      ...[
        '<a>',
        '</a>',
        '<b c="1" d=\'>\'>',
        '</b>',
        '<e/>',
        '<f g = "h" />',
        '<!-- i -->',
        '<?j k?>',
      ],
      ...[
        '<![CDATA[l<]]>',
        'm',
        ' ',
        '\n',
        '\r\n',
        '&lt;',
        '&#109;',
        '&#x6d;',
        '&amp;',
        '&n;',
        '&',
      ],
      ...[
        '<',
        '>',
        '"',
        '<o',
        '</a >',
        '< p>',
        '<q r>',
        '<s t=u>',
        '\0',
        '\ud83d',
        '😀',
        '<v:w.x-y/>',
      ],
    )
    const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))
    const documents = fc.oneof(
      text,
      text.map((inner) => `<a>${inner}</a>`),
    )
    fc.assert(
      fc.property(documents, (xml) => {
        const theirs = outcome(() => treeOf(parseXml(xml).root ?? new ParsedElement('')))
        expect(outcome(() => ourTree(readXml(xml)))).toEqual(theirs)
      }),
      { numRuns: 3_000, examples: [['<a>]]></a>']] },
    )
  })

  it('reads an answer with any root, and gives the children in their order', () => {
    const xml = readXml('<Error>\n <Code>NoSuchKey</Code>text<Key>a</Key><Code/>\n</Error>')
    expect(xml.name).toBe('Error')
    expect(xml.elements.map(({ name, text }) => [name, text])).toEqual([
      ['Code', 'NoSuchKey'],
      ['Key', 'a'],
      ['Code', ''],
    ])
  })
})

describe('escapeXml', () => {
  it('is undone by reading, whatever the text', () => {
    const xmlText = fc
      .string({ unit: 'binary' })
      .filter((text) => !/[^\t\n\r -\uFFFD\u{10000}-\u{10FFFF}]/u.test(text))
    fc.assert(
      fc.property(xmlText, (text) => {
        expect(readXml(`<a>${escapeXml(text)}</a>`).text).toBe(text)
      }),
      { examples: [['a&<>"\'\r\n\t]]>&amp;😀'], ['\r\r\n']] },
    )
  })

  it.each([
    ['a\0', 'U\\+0000: found at index 1'],
    ['\u001b[0m', 'U\\+001B: found at index 0'],
    ['😀\ud83d', 'U\\+D83D: found at index 2'],
    ['\ufffe', 'U\\+FFFE: found at index 0'],
  ])('refuses %j, which XML cannot hold, and names the character', (text, message) => {
    expect(() => escapeXml(text)).toThrow(TypeError)
    expect(() => escapeXml(text)).toThrow(new RegExp(message))
  })
})

describe('completeMultipartUploadXml', () => {
  it('lists the parts in the order given, each with its ETag as OSS gave it', () => {
    const parts = [
      { number: 1, etag: '"3349DC700140D7F86A078484278075A9"' },
      { number: 5, etag: '8EFDA8BE206636A695359836FE0A0E0A' },
    ]
    expect(completeMultipartUploadXml(parts)).toBe(
      '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"3349DC700140D7F86A078484278075A9"</ETag></Part><Part><PartNumber>5</PartNumber><ETag>8EFDA8BE206636A695359836FE0A0E0A</ETag></Part></CompleteMultipartUpload>',
    )
  })

  it('lets no ETag break out of its element', () => {
    const xml = completeMultipartUploadXml([{ number: 1, etag: '</ETag><ETag>&' }])
    const part = readXml(xml).child('Part')
    expect(part?.children('ETag').map(({ text }) => text)).toEqual(['</ETag><ETag>&'])
  })
})

describe('deleteMultipleObjectsXml', () => {
  it('lists keys and versions', () => {
    expect(
      deleteMultipleObjectsXml(['a.txt', { key: 'b.txt', versionId: 'v1' }, { key: 'c' }], false),
    ).toBe(
      '<Delete><Quiet>false</Quiet><Object><Key>a.txt</Key></Object><Object><Key>b.txt</Key><VersionId>v1</VersionId></Object><Object><Key>c</Key></Object></Delete>',
    )
  })

  it('can ask for failures only', () => {
    const xml = readXml(deleteMultipleObjectsXml(['a'], true))
    expect(xml.value('Quiet')).toBe('true')
  })

  it('carries any key unharmed', () => {
    const keys = [
      'a&b',
      '<Key>',
      'it\'s "quoted"',
      '😀/目录',
      ' blanks ',
      'line\r\nbreak',
      '&amp;',
      ']]>',
    ]
    const xml = readXml(deleteMultipleObjectsXml(keys, false))
    expect(xml.children('Object').map((object) => object.value('Key'))).toEqual(keys)
  })

  it('names the character of a key that XML cannot hold', () => {
    expect(() => deleteMultipleObjectsXml(['ok', 'bad\u0007'], false)).toThrow(/U\+0007.*bad/)
  })
})
