import { describe, expect, it } from 'vitest'
import { bytesOf, PART, startBrowserFlow } from './testing.ts'

const flow = await startBrowserFlow()
const bytes = bytesOf(3 * PART - 5, 'places')
const path = await flow.file('a film.mp4', bytes)

describe('an upload', () => {
  it('works in a page on plain http, which has neither Web Locks nor crypto.subtle', async () => {
    const page = await flow.open()
    await page.goto(flow.site.url.replace('127.0.0.1', 'insecure.test'))
    await page.locator('#file').setInputFiles(path)
    const busy = await page.evaluate(
      async ({ options, partSize }) => {
        if (globalThis.isSecureContext) throw new Error('This page is secure')
        const file = (document.querySelector('#file') as HTMLInputElement).files?.[0]
        const client = new OSS(options as never)
        const settings = { partSize, checkpoints: OSS.indexedDbCheckpoints() }
        const first = client.multipartUpload('insecure', file, settings)
        const second = client.multipartUpload('insecure', file, {
          partSize,
          checkpoints: OSS.indexedDbCheckpoints(),
        })
        const ends = await Promise.allSettled([first, second])
        return ends.map((end) => (end.status === 'fulfilled' ? 'done' : end.reason.name)).sort()
      },
      { options: flow.options, partSize: PART },
    )
    expect(busy).toEqual(['CheckpointBusyError', 'done'])
    await flow.expectStored('insecure', bytes)
  })

  it('works in a worker', async () => {
    const page = await flow.open()
    await page.locator('#file').setInputFiles(path)
    const ended = await page.evaluate(
      async ({ options, partSize }) => {
        const file = (document.querySelector('#file') as HTMLInputElement).files?.[0]
        const worker = new Worker('/worker.js')
        worker.postMessage({ options, name: 'worker', file, settings: { partSize } })
        return new Promise((resolve) =>
          worker.addEventListener('message', ({ data }) => resolve(data)),
        )
      },
      { options: flow.options, partSize: PART },
    )
    expect(ended).toMatch(/^"/)
    await flow.expectStored('worker', bytes)
  })

  it('works in a service worker, which has no XMLHttpRequest', async () => {
    const page = await flow.open()
    await page.locator('#file').setInputFiles(path)
    const ended = await page.evaluate(
      async ({ options, partSize }) => {
        const file = (document.querySelector('#file') as HTMLInputElement).files?.[0]
        await navigator.serviceWorker.register('/service-worker.js')
        const { active } = await navigator.serviceWorker.ready
        const answered = new Promise((resolve) =>
          navigator.serviceWorker.addEventListener('message', ({ data }) => resolve(data)),
        )
        navigator.serviceWorker.startMessages()
        active?.postMessage({ options, name: 'service worker', file, settings: { partSize } })
        return answered
      },
      { options: flow.options, partSize: PART },
    )
    expect(ended).toMatch(/^"/)
    await flow.expectStored('service worker', bytes)
  })

  it('touches no global when the script is loaded', async () => {
    const page = await flow.open()
    const before = await page.evaluate(() => Object.getOwnPropertyNames(window).sort())
    await page.addScriptTag({ url: '/oss-multipart.min.js' })
    expect(await page.evaluate(() => Object.getOwnPropertyNames(window).sort())).toEqual(before)
    expect(page.workers()).toEqual([])
    expect(await page.evaluate(() => indexedDB.databases())).toEqual([])
  })
})
