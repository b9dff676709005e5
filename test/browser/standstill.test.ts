import type { Page } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { launchChromium } from './chromium.ts'
import { bytesOf, PART, startBrowserFlow } from './testing.ts'

const flow = await startBrowserFlow()
const bytes = bytesOf(6 * PART - 5, 'standstill')
const path = await flow.file('a film.mp4', bytes)

/** Uploads up to part 3; `window.ended` says how it ended. */
async function uploadToPart3(page: Page, name: string) {
  await page.locator('#file').setInputFiles(path)
  const held = flow.observer.hold({ operation: 'UploadPart', key: name, partNumber: 3 })
  await page.evaluate(
    ({ options, name, partSize }) => {
      const file = (document.querySelector('#file') as HTMLInputElement).files?.[0]
      const settings = { partSize, parallel: 1, timeout: '1s' }
      const ended = new OSS(options as never).multipartUpload(name, file, settings)
      Object.assign(window, { ended: ended.then(() => 'done', String) })
    },
    { options: flow.options, name, partSize: PART },
  )
  await held.arrived
  return held
}

const ended = (page: Page) => page.evaluate(() => Object(window).ended)
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Stops all processes of the browser, as a computer that sleeps does. */
async function stopped(during: () => Promise<unknown>): Promise<void> {
  const devTools = await flow.browser.newBrowserCDPSession()
  const { processInfo } = await devTools.send('SystemInfo.getProcessInfo')
  for (const { id } of processInfo) process.kill(id, 'SIGSTOP')
  try {
    await during()
  } finally {
    for (const { id } of processInfo) process.kill(id, 'SIGCONT')
  }
}

describe('an upload from a page', () => {
  it('goes on after the computer has slept for longer than any time-out', async () => {
    const page = await flow.open()
    const held = await uploadToPart3(page, 'sleep')
    await stopped(async () => {
      held.release('cut')
      await sleep(3_000)
    })
    expect(await ended(page)).toBe('done')
    expect([...new Set(flow.observer.partsSent('sleep'))]).toEqual([1, 2, 3, 4, 5, 6])
    expect(flow.observer.count({ operation: 'InitiateMultipartUpload', key: 'sleep' })).toBe(1)
    await flow.expectStored('sleep', bytes)
  })

  it('stands still while the user is on another page, and goes on when he comes back', async () => {
    // Playwright turns the back/forward cache off.
    const browser = await launchChromium({ ignoreDefaultArgs: ['--disable-back-forward-cache'] })
    onTestFinished(() => browser.close())
    const page = await browser.newPage()
    await page.goto(flow.site.url)
    const held = await uploadToPart3(page, 'elsewhere')
    await page.goto('about:blank')
    held.release()
    await sleep(1_000)
    expect(flow.observer.partsSent('elsewhere')).toEqual([1, 2, 3])
    await page.goBack({ waitUntil: 'commit' })
    expect(await ended(page)).toBe('done')
    expect(flow.observer.count({ operation: 'InitiateMultipartUpload', key: 'elsewhere' })).toBe(1)
    await flow.expectStored('elsewhere', bytes)
  })
})
