import { describe, expect, it } from 'vitest'
import { nameDecoder } from './name-decoder.ts'
import { readXml } from './xml.ts'

const decoderOf = (inside: string) =>
  nameDecoder('ListObjects', readXml(`<ListBucketResult>${inside}</ListBucketResult>`))

describe('nameDecoder', () => {
  it('reads names as they are where the listing says nothing', () => {
    expect(decoderOf('')('a%2Fb+c %')).toBe('a%2Fb+c %')
  })

  it('reads names that are percent-encoded where it says so', () => {
    const decode = decoderOf('<EncodingType>url</EncodingType>')
    expect(decode('%E7%9B%AE%E5%BD%95%2F%F0%9F%98%80%20%252F%2B')).toBe('目录/😀 %2F+')
  })

  it('gives an empty name for none', () => {
    expect(decoderOf('')(undefined)).toBe('')
  })

  it.each(['%', '%E4', '%GG', '%FF'])('refuses %s', (name) => {
    expect(() => decoderOf('<EncodingType>url</EncodingType>')(name)).toThrow(
      expect.objectContaining({
        name: 'UnexpectedResponseError',
        code: 'UnexpectedResponseError',
        message: 'A name in ListBucketResult is not percent-encoded UTF-8',
      }),
    )
  })
})
