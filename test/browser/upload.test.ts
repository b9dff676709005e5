import { describe, expect, it } from 'vitest'
import { bytesOf, KiB, MiB, PART, startBrowserFlow } from './testing.ts'

const flow = await startBrowserFlow()

describe('an upload from a page', () => {
  it.each([
    ['nothing', 0],
    ['a few bytes', 5],
    ['one byte less than a part', PART - 1],
    ['100 KiB', 100 * KiB],
    ['several MiB', 3 * MiB + 7],
  ])('stores %s', async (what, size) => {
    const name = `sizes/${what}`
    const bytes = bytesOf(size, what)
    const page = await flow.open()
    await page.locator('#file').setInputFiles(await flow.file('a film.mp4', bytes))
    const result = await page.evaluate(
      async ({ options, name }) => {
        const file = (document.querySelector('#file') as HTMLInputElement).files?.[0]
        const client = new OSS(options as never)
        const shares: number[] = []
        const { etag, res } = await client.multipartUpload(name, file, {
          meta: { people: '中文' },
          progress: (share) => shares.push(share),
        })
        const head = await client.head(name)
        const { content } = await client.get(name)
        return { etag, status: res.status, shares, meta: head.meta, size: content?.byteLength }
      },
      { options: flow.options, name },
    )
    expect(result).toMatchObject({ etag: expect.stringMatching(/^".+"$/), status: 200, size })
    expect(result.shares.at(-1)).toBe(1)
    expect(result.shares).toEqual([...result.shares].sort((a, b) => a - b))
    await flow.expectStored(name, bytes)
    expect(await flow.head(name)).toMatchObject({
      'content-type': 'video/mp4',
      'x-oss-meta-people': Buffer.from('中文').toString('latin1'),
    })
  })
})
