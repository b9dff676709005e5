import { describe, expect, it } from 'vitest'
import type { PostCallback } from './call.ts'
import { errorOf, testService } from './test-service.ts'
import { KEY, testUpload } from './test-upload.ts'

type Post = Parameters<PostCallback>

async function withApplication(answers: Record<string, { status: number; body: string } | Error>) {
  const posts: Post[] = []
  const service = await testService({
    postCallback: async (...post) => {
      posts.push(post)
      const answer = answers[post[0]] ?? new Error('connection refused')
      if (answer instanceof Error) throw answer
      return { status: answer.status, body: Buffer.from(answer.body) }
    },
  })
  return { ...service, posts }
}

const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64')
const callback = (callbackUrl: string, more: object = {}) => ({
  'x-oss-callback': base64({
    callbackUrl,
    callbackBody: 'k=${object}&s=${size}&t=${mimeType}&x=${x:who}',
    ...more,
  }),
  'x-oss-callback-var': base64({ 'x:who': 'me' }),
})
const ok = { status: 200, body: '{"done":true}' }

describe('an upload callback', () => {
  const put = { method: 'PUT', ...KEY, body: '0123456789' }

  it('hands the application’s answer to the client', async () => {
    const { send, posts } = await withApplication({ 'http://127.0.0.1:1/cb': ok })
    const headers = callback('http://127.0.0.1:1/cb', { callbackHost: 'app.example' })
    const answer = await send({ ...put, headers: { ...headers, 'content-type': 'text/plain' } })
    expect(answer).toMatchObject({
      status: 200,
      text: '{"done":true}',
      headers: {
        'content-type': 'application/json',
        etag: '"781E5E245D69B566979B86E28D23F2C7"',
        'x-oss-hash-crc64ecma': '2838902930144391966',
      },
    })
    expect(posts).toEqual([
      [
        'http://127.0.0.1:1/cb',
        {
          host: 'app.example',
          contentType: 'application/x-www-form-urlencoded',
          body: 'k=k&s=10&t=text%2Fplain&x=me',
        },
      ],
    ])
  })

  it('takes the place of the XML of CompleteMultipartUpload', async () => {
    const service = await withApplication({ 'http://localhost:1/': ok })
    const upload = await testUpload({ service })
    const part = await upload.part(1, 'x')
    const headers = callback('localhost:1/')
    const answer = await upload.complete([[1, part.headers.etag ?? '']], { headers })
    expect(answer.text).toBe('{"done":true}')
    expect(answer.headers.etag).toMatch(/-1"$/)
    expect(service.posts).toHaveLength(1)
  })

  it('tries the next address when one fails', async () => {
    const { send, posts } = await withApplication({ 'http://127.0.0.1:2/': ok })
    const headers = callback('http://127.0.0.1:1/;127.0.0.1:2/;127.0.0.1:3/')
    expect((await send({ ...put, headers })).status).toBe(200)
    expect(posts.map(([url]) => url)).toEqual(['http://127.0.0.1:1/', 'http://127.0.0.1:2/'])
  })

  it.each([
    ['http://127.0.0.1:1/', { status: 301, body: '' }, 'Error status : 301.'],
    ['http://127.0.0.1:1/', { status: 200, body: 'hi' }, 'Response body is not valid json format.'],
    [
      'http://127.0.0.1:1/',
      new Error('connection refused'),
      'The callback got no answer: connection refused',
    ],
    ['http://10.0.0.1/', ok, 'oss-local calls back to loopback addresses only.'],
  ])('answers 203 when %s gives %o, with the object stored', async (url, answer, message) => {
    const { send } = await withApplication({ [url]: answer })
    const failed = await send({ ...put, headers: callback(url) })
    expect(errorOf(failed)).toMatchObject({ status: 203, code: 'CallbackFailed', message })
    expect(failed.headers.etag).toBe('"781E5E245D69B566979B86E28D23F2C7"')
    expect((await send(KEY)).text).toBe('0123456789')
  })

  it('sends nothing beyond this machine', async () => {
    const { send, posts } = await withApplication({})
    await send({ ...put, headers: callback('http://169.254.169.254/;http://example.com/') })
    expect(posts).toEqual([])
  })

  it('is refused with its mistakes before anything is stored', async () => {
    const { send } = await withApplication({})
    const answer = await send({ ...put, headers: { 'x-oss-callback': '?' } })
    expect(errorOf(answer)).toMatchObject({
      status: 400,
      code: 'InvalidArgument',
      message: 'The callback configuration is not base64 encoded.',
    })
    expect((await send(KEY)).status).toBe(404)
  })
})
