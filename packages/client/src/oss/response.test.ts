import { describe, expect, it, vi } from 'vitest'
import { utf8 } from './encode.ts'
import { concat, readBody, responseInfo, text } from './response.ts'
import { failureOf, httpResponse } from './testing.contract.ts'

async function* each(...chunks: string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield utf8(chunk)
}

describe('readBody', () => {
  it('joins what comes', async () => {
    expect(text(await readBody(each('ab', '', 'c')))).toBe('abc')
    expect(await readBody(each())).toEqual(new Uint8Array())
  })

  it('reads exactly as much as it may', async () => {
    expect(text(await readBody(each('ab', 'c'), 3))).toBe('abc')
  })

  it('refuses a longer answer at once, and lets the connection go', async () => {
    const closed = vi.fn()
    async function* endless() {
      try {
        for (;;) yield utf8('ab')
      } finally {
        closed()
      }
    }
    const error = await failureOf(readBody(endless(), 3))
    expect(error).toMatchObject({
      name: 'UnexpectedResponseError',
      message: 'The answer is longer than 3 bytes, which no answer of OSS is',
    })
    expect(closed).toHaveBeenCalledOnce()
  })
})

describe('concat', () => {
  it('joins chunks in their order', () => {
    expect(concat([utf8('a'), utf8('bc'), utf8('d')])).toEqual(utf8('abcd'))
    expect(concat([])).toEqual(new Uint8Array())
  })
})

describe('responseInfo', () => {
  it('tells of an answer in the words of ali-oss', () => {
    const response = httpResponse({ headers: { etag: '"E"' } })
    const url = 'https://bkt.oss.test/key'
    expect(responseInfo(response, utf8('data'), { url, rt: 12 })).toEqual({
      status: 200,
      statusCode: 200,
      statusMessage: 'OK',
      headers: { etag: '"E"', 'x-oss-request-id': 'REQUEST-ID' },
      size: 4,
      aborted: false,
      rt: 12,
      keepAliveSocket: false,
      data: utf8('data'),
      requestUrls: [url],
      remoteAddress: '192.0.2.1',
      remotePort: 443,
    })
  })
})
