import { startServer } from 'oss-local'
import OSS from 'oss-multipart'
import { describe, expect, it, onTestFinished } from 'vitest'
import { BUCKET, bytesOf, PART } from './testing.ts'

const HOUR = 3_600_000
const bytes = bytesOf(5 * PART)

async function serverOf(options: Parameters<typeof startServer>[0]) {
  const lines: string[] = []
  const log = (line: string) => lines.push(line)
  const server = await startServer({ buckets: [BUCKET], log, ...options })
  onTestFinished(() => server.close())
  return { server, refusals: () => lines.filter((line) => / 403 /.test(line)).length }
}

describe('a clock that is an hour wrong', () => {
  it.each([
    ['V4', 'oss-cn-hangzhou', HOUR],
    ['V4', 'oss-cn-hangzhou', -HOUR],
    ['V1', undefined, HOUR],
  ])('is put right from the first answer (%s)', async (_, region, offset) => {
    const { server, refusals } = await serverOf({ clock: () => Date.now() + offset })
    const { url: endpoint, accessKeyId, accessKeySecret } = server
    const client = new OSS({ endpoint, accessKeyId, accessKeySecret, region, bucket: BUCKET })
    await client.multipartUpload('late', bytes, { partSize: PART })
    expect((await client.get('late')).content?.equals(bytes)).toBe(true)
    expect(refusals()).toBe(1)
    const signed = client.signatureUrl('late', { expires: 60 })
    const answer = await fetch(signed)
    expect(answer.status).toBe(200)
    await answer.arrayBuffer()
  })
})

describe('temporary keys that have expired', () => {
  it('are renewed once for all the parts that were refused, which are sent again', async () => {
    let now = Date.now()
    const key = { accessKeyId: 'old', accessKeySecret: 's1', stsToken: 't1' }
    const next = { accessKeyId: 'new', accessKeySecret: 's2', stsToken: 't2' }
    const { server, refusals } = await serverOf({
      clock: () => now,
      accessKeys: [{ ...key, expiration: new Date(now + 1_000) }, next],
    })
    let renewals = 0
    const client = new OSS({
      ...key,
      endpoint: server.url,
      bucket: BUCKET,
      async refreshSTSToken() {
        renewals++
        return next
      },
    })
    await client.multipartUpload('expired', bytes, {
      partSize: PART,
      progress(share) {
        if (share === 0) now += 2_000
      },
    })
    expect((await client.get('expired')).content?.equals(bytes)).toBe(true)
    expect(renewals).toBe(1)
    expect(refusals()).toBeGreaterThanOrEqual(1)
  })
})
