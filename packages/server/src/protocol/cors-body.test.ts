import { describe, expect, it } from 'vitest'
import { corsNode, readCorsBody } from './cors-body.ts'
import type { FullCorsRule } from './cors-rule.ts'
import { xmlDocument } from './xml-writer.ts'

const read = (inner: string) =>
  readCorsBody(Buffer.from(`<CORSConfiguration>${inner}</CORSConfiguration>`))

const ORIGIN = '<AllowedOrigin>*</AllowedOrigin>'
const METHOD = '<AllowedMethod>PUT</AllowedMethod>'
const rule = (inner: string) => `<CORSRule>${inner}</CORSRule>`
const RULE = rule(ORIGIN + METHOD)

const FULL: FullCorsRule = {
  allowedOrigin: ['http://www.a.test', 'http://*.b.test'],
  allowedMethod: ['PUT', 'GET', 'POST', 'DELETE', 'HEAD'],
  allowedHeader: ['x-oss-*', '*', 'Content-Type'],
  exposeHeader: ['ETag', 'x-oss-request-id'],
  maxAgeSeconds: 100,
}

describe('readCorsBody', () => {
  it('reads rules in their order, and what corsNode writes', () => {
    const rules = [FULL, { ...FULL, allowedHeader: [], exposeHeader: [], maxAgeSeconds: 0 }]
    for (const responseVary of [false, true]) {
      const xml = xmlDocument(corsNode({ rules, responseVary }))
      expect(readCorsBody(Buffer.from(xml))).toEqual({ rules, responseVary })
    }
  })

  it('lets be left out what may be, and passes over blanks', () => {
    expect(read(`\n  ${rule(`<AllowedOrigin>\n * </AllowedOrigin>${METHOD}`)}\n`)).toEqual({
      rules: [
        { allowedOrigin: ['*'], allowedMethod: ['PUT'], allowedHeader: [], exposeHeader: [] },
      ],
      responseVary: false,
    })
    const vary = `${RULE}<ResponseVary> TRUE </ResponseVary>`
    expect(read(vary).responseVary).toBe(true)
  })

  it.each([
    ['no rule', '', '0034-00000002'],
    ['a rule without an origin', rule(METHOD), undefined],
    ['a rule without a method', rule(ORIGIN), undefined],
    [
      'two ages',
      rule(`${ORIGIN}${METHOD}${'<MaxAgeSeconds>1</MaxAgeSeconds>'.repeat(2)}`),
      undefined,
    ],
    ['a Vary that is no truth value', `${RULE}<ResponseVary>1</ResponseVary>`, undefined],
    ['broken XML', '<CORSRule>', undefined],
  ])('takes %s for malformed', (_what, inner, ec) => {
    expect(() => read(inner)).toThrowError(
      expect.objectContaining({ code: 'MalformedXML', status: 400, ec }),
    )
  })

  it('takes another root element for malformed', () => {
    expect(() => readCorsBody(Buffer.from(RULE))).toThrowError(
      expect.objectContaining({ code: 'MalformedXML' }),
    )
  })

  it('takes ten rules and not eleven', () => {
    expect(read(RULE.repeat(10)).rules).toHaveLength(10)
    expect(() => read(RULE.repeat(11))).toThrowError(
      expect.objectContaining({
        code: 'CORSRuleBeyondLimit',
        status: 400,
        ec: '0034-00000006',
        message: 'The CORS Rules num is beyond limit.',
      }),
    )
  })

  it.each([
    ['AllowedOrigin', 'http://*.a.*', '0034-00000009'],
    ['AllowedOrigin', '', '0034-00000009'],
    ['AllowedMethod', 'OPTIONS', '0034-00000011'],
    ['AllowedMethod', 'put', '0034-00000011'],
    ['AllowedMethod', '', '0034-00000011'],
    ['AllowedHeader', '*-*', undefined],
    ['AllowedHeader', '', undefined],
    ['ExposeHeader', 'x-oss-*', '0034-00000013'],
    ['ExposeHeader', '*', '0034-00000013'],
    ['ExposeHeader', 'a&b', '0034-00000013'],
    ['ExposeHeader', "a'b", '0034-00000013'],
    ['ExposeHeader', 'a\r\nset-cookie:b', '0034-00000013'],
    ['ExposeHeader', '', '0034-00000013'],
    ['MaxAgeSeconds', '-1', undefined],
    ['MaxAgeSeconds', '1.5', undefined],
    ['MaxAgeSeconds', '', undefined],
    ['MaxAgeSeconds', '1000000000', undefined],
  ])('refuses the %s %j', (name, value, ec) => {
    const escaped = value.replaceAll('&', '&amp;').replaceAll('\r', '&#13;')
    const inner = `${RULE}${rule(`${ORIGIN}${METHOD}<${name}>${escaped}</${name}>`)}`
    expect(() => read(inner)).toThrowError(
      expect.objectContaining({
        code: 'InvalidArgument',
        status: 400,
        ec,
        elements: { ArgumentName: name, ArgumentValue: value },
      }),
    )
  })
})
