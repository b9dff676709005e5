import { describe, expect, it } from 'vitest'
import { childElements, childText, readXml } from './xml-reader.ts'

const bytes = (text: string) => Buffer.from(text)
const malformed = expect.objectContaining({ code: 'MalformedXML', status: 400 })

describe('readXml', () => {
  it('reads with and without declaration, white space and xmlns', () => {
    for (const text of [
      '<R><A>1</A></R>',
      '<?xml version="1.0" encoding="UTF-8"?>\r\n<R xmlns="http://doc.example">\n <A>1</A>\n</R>\n',
      '\ufeff<R><!-- a comment --><A><![CDATA[1]]></A></R>',
    ]) {
      expect(childText(readXml(bytes(text), 'R'), 'A')).toBe('1')
    }
  })

  it('reads the entities that SDKs write', () => {
    const root = readXml(bytes('<R><A>&quot;x&#34;&lt;&amp;</A></R>'), 'R')
    expect(childText(root, 'A')).toBe('"x"<&')
  })

  it.each([
    ['nothing', ''],
    ['text', 'hello'],
    ['another root', '<Other/>'],
    ['an open element', '<R><A></R>'],
    ['two roots', '<R/><R/>'],
    ['a document type', '<!DOCTYPE R><R/>'],
    ['an entity bomb', '<!DOCTYPE R [<!ENTITY a "aaa"><!ENTITY b "&a;&a;">]><R>&b;</R>'],
    ['an external entity', '<!DOCTYPE R SYSTEM "file:///etc/passwd"><R/>'],
    ['an unknown entity', '<R>&nbsp;</R>'],
    ['elements without end', '<R>'.repeat(100_000)],
    ['elements nested deep', `${'<R>'.repeat(100_000)}${'</R>'.repeat(100_000)}`],
  ])('refuses %s', (_what, text) => {
    expect(() => readXml(bytes(text), 'R')).toThrowError(malformed)
  })

  it('refuses other encodings than UTF-8', () => {
    expect(() => readXml(Buffer.from('<R/>', 'utf16le'), 'R')).toThrowError(malformed)
    expect(() => readXml(Buffer.from('<R>\xff</R>', 'latin1'), 'R')).toThrowError(malformed)
  })

  it('is quick with a million of anything', () => {
    for (const text of [
      `<R ${'a="" '.repeat(200_000)}/>`,
      `<R>${'&#1'.repeat(300_000)}</R>`,
      `<R>${'<!--'.repeat(250_000)}</R>`,
    ]) {
      const started = performance.now()
      expect(() => readXml(bytes(text), 'R')).toThrowError(malformed)
      expect(performance.now() - started).toBeLessThan(1000)
    }
  })
})

describe('childText', () => {
  it('is undefined for no child, and refuses two', () => {
    const root = readXml(bytes('<R><A/><B/><B/></R>'), 'R')
    expect(childText(root, 'C')).toBeUndefined()
    expect(childElements(root, 'B')).toHaveLength(2)
    expect(() => childText(root, 'B')).toThrowError(malformed)
  })
})
