import { createSigner } from 'oss-multipart'
import { expect, it } from 'vitest'
import { BUCKET, bytesOf, PART, startBrowserFlow } from './testing.ts'

const sign = createSigner({
  credentials: { accessKeyId: 'oss-local-key-id', accessKeySecret: 'oss-local-key-secret' },
  region: 'oss-cn-hangzhou',
  bucket: BUCKET,
  maxSize: 1024 * 1024,
})
const flow = await startBrowserFlow({
  answer: async (_path, body) => sign(JSON.parse(body), { prefix: 'users/17/' }),
})

it('uploads from a page without keys what the application’s server allows, and nothing else', async () => {
  const bytes = bytesOf(3 * PART - 5, 'signing')
  const page = await flow.open()
  await page.locator('#file').setInputFiles(await flow.file('a film.mp4', bytes))
  const ends = await page.evaluate(
    async ({ endpoint, bucket, partSize }) => {
      const file = (document.querySelector('#file') as HTMLInputElement).files?.[0]
      const client = new OSS({
        endpoint: String(endpoint),
        region: 'oss-cn-hangzhou',
        bucket: String(bucket),
        sign: async (request) => {
          const answer = await fetch('/sign', { method: 'POST', body: JSON.stringify(request) })
          if (!answer.ok) throw new Error(`the server said ${answer.status}`)
          return answer.json()
        },
      })
      const upload = (name: string) =>
        client
          .multipartUpload(name, file, { partSize, meta: { people: '中文' } })
          .then(() => 'done')
          .catch((error) => `${error.name}: ${error.message}`)
      return [await upload('users/17/film'), await upload('users/18/film')]
    },
    { endpoint: flow.options.endpoint, bucket: BUCKET, partSize: PART },
  )
  expect(ends).toEqual(['done', expect.stringMatching(/^SigningError: .*the server said 404/)])
  await flow.expectStored('users/17/film', bytes)
})
