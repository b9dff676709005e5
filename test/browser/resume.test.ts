import NodeOSS from 'oss-multipart'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { bytesOf, PART, startBrowserFlow } from './testing.ts'

const flow = await startBrowserFlow()
const bytes = bytesOf(6 * PART - 5, 'resume')
const path = await flow.file('a film.mp4', bytes)

/** Uploads what is picked, with checkpoints in IndexedDB, and says how it ended: as 'done' or with a name. */
async function upload(page: Page, name: string): Promise<string> {
  await page.locator('#file').setInputFiles(path)
  return page.evaluate(
    async ({ options, name, partSize }) => {
      const file = (document.querySelector('#file') as HTMLInputElement).files?.[0]
      const checkpoints = OSS.indexedDbCheckpoints()
      const client = new OSS(options as never)
      return client
        .multipartUpload(name, file, { partSize, parallel: 1, checkpoints })
        .then(() => 'done')
        .catch((error) => `${error.name}: ${error.message}`)
    },
    { options: flow.options, name, partSize: PART },
  )
}

/** Begins an upload that stops at part 4. */
async function interrupted(page: Page, name: string) {
  const held = flow.observer.hold({ operation: 'UploadPart', key: name, partNumber: 4 })
  const ended = upload(page, name).catch((error) => `the page has gone: ${error}`)
  const early = await Promise.race([held.arrived, ended])
  if (typeof early === 'string') throw new Error(`It ended too early: ${early}`)
  return { ended, release: () => held.release('cut') }
}

describe('an upload that was interrupted', () => {
  it('goes on after a reload, when the same file is picked again', async () => {
    const page = await flow.open()
    const first = await interrupted(page, 'reload')
    await page.reload()
    first.release()
    expect(await upload(page, 'reload')).toBe('done')
    expect(flow.observer.partsSent('reload')).toEqual([1, 2, 3, 4, 4, 5, 6])
    expect(flow.observer.count({ operation: 'InitiateMultipartUpload', key: 'reload' })).toBe(1)
    await flow.expectStored('reload', bytes)
    expect(await page.evaluate(() => OSS.indexedDbCheckpoints().list())).toEqual([])
  })

  it('goes on in another tab when its own was closed, and not before', async () => {
    const context = await flow.browser.newContext()
    const [one, other] = [await flow.open(context), await flow.open(context)]
    const first = await interrupted(one, 'tabs')
    expect(await upload(other, 'tabs')).toMatch(/^CheckpointBusyError: .*another tab/)
    await one.close()
    first.release()
    // Chromium gives the lock of a closed tab back in its own time.
    await expect.poll(() => upload(other, 'tabs'), { timeout: 10_000 }).toBe('done')
    expect(flow.observer.count({ operation: 'InitiateMultipartUpload', key: 'tabs' })).toBe(1)
    await flow.expectStored('tabs', bytes)
    await context.close()
  })

  it('can be finished in Node, and one of Node in a page', async () => {
    const page = await flow.open()
    const first = await interrupted(page, 'to node')
    const [stored] = await page.evaluate(() => OSS.indexedDbCheckpoints().list())
    await page.reload()
    first.release()
    const json = JSON.stringify(stored?.checkpoint)
    const node = new NodeOSS({ ...flow.options, endpoint: flow.observer.url } as never)
    await node.multipartUpload('to node', path, { checkpoint: json })
    expect(flow.observer.partsSent('to node')).toEqual([1, 2, 3, 4, 4, 5, 6])
    await flow.expectStored('to node', bytes)

    const held = flow.observer.hold({ operation: 'UploadPart', key: 'to page', partNumber: 4 })
    const stop = new AbortController()
    const begun = node.multipartUpload('to page', path, {
      partSize: PART,
      parallel: 1,
      signal: stop.signal,
    })
    const failed = begun.catch((error) => JSON.stringify(error.checkpoint))
    await held.arrived
    stop.abort()
    held.release('cut')
    await page.locator('#file').setInputFiles(path)
    await page.evaluate(
      async ({ options, checkpoint }) => {
        const file = (document.querySelector('#file') as HTMLInputElement).files?.[0]
        await new OSS(options as never).multipartUpload('to page', file, { checkpoint })
      },
      { options: flow.options, checkpoint: String(await failed) },
    )
    expect(flow.observer.partsSent('to page')).toEqual([1, 2, 3, 4, 4, 5, 6])
    await flow.expectStored('to page', bytes)
  })
})
