import { describe, expect, it } from 'vitest'
import { plainPartList } from './plain-part-list.ts'

const ETAG = '3349DC700140D7F86A078484278075A9'
const XML = '<?xml version="1.0" encoding="UTF-8"?>'

const list = (text: string) => plainPartList(Buffer.from(text))
const part = (number: string | number, etag: string) =>
  `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`
const complete = (...parts: string[]) =>
  `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`

describe('plainPartList', () => {
  it.each([
    complete(part(1, `"${ETAG}"`), part(22, ETAG)),
    `${XML}\n<CompleteMultipartUpload>\n${part(1, `"${ETAG}"`)}\n${part(22, ETAG)}\n</CompleteMultipartUpload>\n`,
    complete(part(1, `&quot;${ETAG}&quot;`), part(22, ETAG)),
    complete(part(1, `&#34;${ETAG}&#34;`), part(22, ETAG)),
    complete(part(1, `"${ETAG}"`), part(22, ETAG)).replace(
      '<CompleteMultipartUpload>',
      '<CompleteMultipartUpload xmlns="http://doc.oss-cn-hangzhou.aliyuncs.com">',
    ),
  ])('reads what clients write: %s', (text) => {
    expect(list(text)).toEqual([
      { partNumber: '1', etag: `"${ETAG}"` },
      { partNumber: '22', etag: ETAG },
    ])
  })

  it('reads a list without parts', () => {
    expect(list(complete())).toEqual([])
  })

  it.each([
    '',
    'x',
    complete(part(1, ETAG)).slice(0, -1),
    `${complete(part(1, ETAG))}<More/>`,
    ` ${XML}${complete(part(1, ETAG))}`,
    complete(part(1, ETAG), '<Other/>'),
    complete(part(1, '<b/>')),
    complete(part(1, '&amp;')),
    complete(part(1, 'ä')),
    complete('<!-- -->', part(1, ETAG)),
    complete(`<Part><ETag>${ETAG}</ETag><PartNumber>1</PartNumber></Part>`),
    '<!DOCTYPE a><CompleteMultipartUpload></CompleteMultipartUpload>',
  ])('leaves to the parser: %s', (text) => {
    expect(list(text)).toBeUndefined()
  })
})
