import { describe, expect, it } from 'vitest'
import { createRequestReader, type Piece } from './request-reader.ts'

const PART = 'PUT /b/some%20key?partNumber=2&uploadId=u HTTP/1.1\r\nContent-Length: 5\r\n\r\n'
const COMPLETE = 'POST /b/k?uploadId=u HTTP/1.1\r\nHost: h\r\ncontent-length:3\r\n\r\n'
const stream = `${PART}hello${COMPLETE}xml`

function read(chunks: readonly string[]): Piece[] {
  const reader = createRequestReader()
  return chunks.flatMap((chunk) => reader(Buffer.from(chunk)))
}

const textOf = (pieces: readonly Piece[]) =>
  Buffer.concat(pieces.map(({ bytes }) => bytes)).toString()

describe('createRequestReader', () => {
  it('finds each request on a connection, and the bytes that belong to it', () => {
    const [part, hello, complete, xml, ...more] = read([stream])
    expect(part?.head).toEqual({
      operation: 'UploadPart',
      key: 'some key',
      partNumber: 2,
      bodySize: 5,
    })
    expect(hello).toMatchObject({ at: 0, bytes: Buffer.from('hello') })
    expect(complete?.head).toMatchObject({ operation: 'CompleteMultipartUpload', bodySize: 3 })
    expect(xml).toMatchObject({ at: 0, bytes: Buffer.from('xml') })
    expect(more).toEqual([])
  })

  it('does so however the stream is cut, and loses no byte', () => {
    for (let size = 1; size <= stream.length; size++) {
      const chunks = stream.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
      const pieces = read(chunks)
      expect(textOf(pieces)).toBe(stream)
      const heads = pieces.flatMap(({ head }) => head ?? [])
      expect(heads.map(({ operation }) => operation)).toEqual([
        'UploadPart',
        'CompleteMultipartUpload',
      ])
    }
  })

  it('takes all that follows a chunked head for its body', () => {
    const [head, body] = read([
      'PUT /b/k HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n',
    ])
    expect(head?.head).toMatchObject({ operation: 'PutObject', bodySize: Number.POSITIVE_INFINITY })
    expect(body?.bytes.toString()).toBe('5\r\nhello\r\n')
  })
})
