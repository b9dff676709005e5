import { describe, expect, it } from 'vitest'
import { readCompleteBody } from './complete-body.ts'

const ETAG = '3349DC700140D7F86A078484278075A9'

function parts(...inner: string[]) {
  const list = inner.map((part) => `<Part>${part}</Part>`).join('\n')
  return readCompleteBody(Buffer.from(`<CompleteMultipartUpload>${list}</CompleteMultipartUpload>`))
}

const numbered = (...numbers: (string | number)[]) =>
  parts(...numbers.map((number) => `<PartNumber>${number}</PartNumber><ETag>${ETAG}</ETag>`))

describe('readCompleteBody', () => {
  it.each([
    `<PartNumber>7</PartNumber><ETag>"${ETAG}"</ETag>`,
    `<ETag>&quot;${ETAG}&quot;</ETag><PartNumber> 7 </PartNumber>`,
    `<PartNumber>7</PartNumber><ETag>&#34;${ETAG.toLowerCase()}&#34;</ETag>`,
    `<PartNumber>7</PartNumber><ETag>${ETAG}</ETag><Size>1</Size>`,
  ])('reads a part written as %s', (part) => {
    expect(parts(part)).toEqual([{ partNumber: 7, etag: ETAG }])
  })

  it('allows gaps, and no parts at all', () => {
    expect(numbered(1, 5, 10000).map(({ partNumber }) => partNumber)).toEqual([1, 5, 10000])
    expect(parts()).toEqual([])
  })

  it.each([[[2, 1]], [[1, 1]], [[1, 3, 2]]])('refuses the order %o', (numbers) => {
    expect(() => numbered(...numbers)).toThrowError(
      expect.objectContaining({
        code: 'InvalidPartOrder',
        status: 400,
        ec: '0042-00000209',
        message:
          'The list of parts was not in ascending order. Parts list must specified in order by part number.',
      }),
    )
  })

  it.each([0, 10001, -1, 'x', ''])('refuses the part number %j', (number) => {
    expect(() => numbered(number)).toThrowError(
      expect.objectContaining({
        code: 'InvalidArgument',
        message: 'Part number must be an integer between 1 and 10000, inclusive.',
      }),
    )
  })

  it.each(['', '<ETag>x</ETag>', '<PartNumber>1</PartNumber>'])('refuses the part %j', (part) => {
    expect(() => parts(part)).toThrowError(
      expect.objectContaining({ code: 'MalformedXML', status: 400, ec: '0042-00000205' }),
    )
  })

  it.each(['', 'x', '<Other/>'])('refuses the body %j', (body) => {
    expect(() => readCompleteBody(Buffer.from(body))).toThrowError(
      expect.objectContaining({ code: 'MalformedXML', status: 400 }),
    )
  })
})
