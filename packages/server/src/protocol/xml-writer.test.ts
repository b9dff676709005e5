import { parseXml } from '@rgrove/parse-xml'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { xmlDocument } from './xml-writer.ts'

describe('xmlDocument', () => {
  it('writes text, numbers and children, and leaves out what is undefined', () => {
    expect(
      xmlDocument(['Root', [['A', 'x'], ['B', 12n], undefined, ['C', [['D', false]]], ['E', '']]]),
    ).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<Root><A>x</A><B>12</B><C><D>false</D></C><E></E></Root>',
    )
  })

  it('escapes what would be markup or change on reading', () => {
    expect(xmlDocument(['K', '<a href="x">&\r\n\t']).split('\n')[1]).toBe(
      '<K>&lt;a href="x"&gt;&amp;&#13;&#10;&#9;</K>',
    )
  })

  it('is well-formed whatever the text, control characters among it', () => {
    expect(parseXml(xmlDocument(['K', 'a\0b\x1f'])).root?.text).toBe('a\ufffdb\ufffd')
    const noSurrogate = fc.integer({ min: 0, max: 0xffff }).filter((n) => n < 0xd800 || n > 0xdfff)
    fc.assert(
      fc.property(fc.array(noSurrogate), (units) => {
        const text = String.fromCharCode(...units)
        expect(parseXml(xmlDocument(['K', text])).root?.text).toHaveLength(text.length)
      }),
    )
  })
})
