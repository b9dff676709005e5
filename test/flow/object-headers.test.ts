import type { MultipartUploadOptions } from 'oss-multipart'
import { describe, expect, it } from 'vitest'
import { bytesOf, failure, PART, SIGNATURES, startFlow } from './testing.ts'

const flow = await startFlow()

/** What is said of an object must arrive the same, whether it goes in one request or in parts. */
const WAYS: readonly [string, Buffer<ArrayBuffer>][] = [
  ['in one request', bytesOf(7)],
  ['in parts', bytesOf(2 * PART + 7)],
]

describe.each(SIGNATURES)('with Signature %s', (_, signature) => {
  describe.each(WAYS)('an object uploaded %s', (_, bytes) => {
    const client = flow.client(signature)

    async function uploaded(name: string, options: MultipartUploadOptions) {
      await client.multipartUpload(name, bytes, { partSize: PART, ...options })
      await flow.expectStored(name, bytes)
      return client.head(name)
    }

    it('has its metadata, whatever the language', async () => {
      const meta = {
        year: 2017,
        good: true,
        people: '测试 😀',
        latin: 'caf\u{E9}',
        blank: '  inside  out ',
        'Upper-Case': 'kept in lower case',
        empty: '',
        left: undefined,
        out: null,
      }
      expect((await uploaded('meta', { meta })).meta).toEqual({
        year: '2017',
        good: 'true',
        people: '测试 😀',
        latin: 'caf\u{E9}',
        blank: 'inside  out',
        'upper-case': 'kept in lower case',
        empty: '',
      })
    })

    it('has its HTTP headers', async () => {
      const headers = {
        'Cache-Control': 'public, no-cache',
        'Content-Disposition': 'attachment; filename="文件 é.txt"',
        'Content-Encoding': 'gzip',
        'Content-Language': 'zh-CN',
        Expires: '3600000',
      }
      const { res } = await uploaded('http', { headers })
      expect({
        ...res.headers,
        'content-disposition': latin1ToUtf8(res.headers['content-disposition']),
      }).toMatchObject({
        'cache-control': 'public, no-cache',
        'content-disposition': 'attachment; filename="文件 é.txt"',
        'content-encoding': 'gzip',
        'content-language': 'zh-CN',
        expires: '3600000',
      })
    })

    it('is not disturbed by a Content-Length that the caller gives, right or wrong', async () => {
      for (const length of [bytes.length, 3]) {
        const disposition = 'attachment; filename="文件.txt"'
        const headers = { 'Content-Length': length, 'Content-Disposition': disposition }
        const { res } = await uploaded('length', { headers })
        expect(latin1ToUtf8(res.headers['content-disposition'])).toBe(disposition)
      }
    })

    it('has its storage class and tags', async () => {
      const headers = { 'x-oss-storage-class': 'IA', 'x-oss-tagging': 'a=1&b=%E4%B8%AD' }
      const { res } = await uploaded('class', { headers })
      expect(res.headers).toMatchObject({ 'x-oss-storage-class': 'IA', 'x-oss-tagging-count': '2' })
    })

    it('can be read by everyone if its ACL says so', async () => {
      const anonymous = async (name: string) =>
        (await fetch(`${flow.server.url}/flow/${name}`)).status
      await uploaded('private', {})
      await uploaded('public', { headers: { 'x-oss-object-acl': 'public-read' } })
      expect([await anonymous('private'), await anonymous('public')]).toEqual([403, 200])
    })

    it('does not overwrite another one if it must not', async () => {
      const name = `new/${signature.authorizationV4}/${bytes.length}`
      const headers = { 'x-oss-forbid-overwrite': true }
      await uploaded(name, { headers })
      const other = client.multipartUpload(name, bytesOf(bytes.length, 'other'), { headers })
      expect(await failure(other)).toMatchObject({
        name: 'FileAlreadyExistsError',
        code: 'FileAlreadyExists',
        status: 409,
      })
      await flow.expectStored(name, bytes)
    })

    it('is sent with the options of each request where they belong', async () => {
      const name = `routed/${signature.authorizationV4}/${bytes.length}`
      const headers = { 'x-oss-traffic-limit': 838_860_800, 'Content-MD5': undefined }
      await uploaded(name, { headers, meta: { a: 1 } })
      const limited = flow.observer.requests
        .filter((request) => request.key === name && request.headers['x-oss-traffic-limit'])
        .map(({ operation }) => operation)
      expect(new Set(limited)).toEqual(new Set([bytes.length < PART ? 'PutObject' : 'UploadPart']))
    })
  })
})

function latin1ToUtf8(text = ''): string {
  return Buffer.from(text, 'latin1').toString('utf8')
}
