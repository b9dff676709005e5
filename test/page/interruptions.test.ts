import type { BrowserContext, Page } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { bytesOf, mapSays, mapShows, PART, phase, pick, row, startPageFlow } from './testing.ts'

const flow = await startPageFlow()
/** Eight parts. */
const film = bytesOf(8 * PART - 5, 'film')

/** Its pages share what the browser keeps, and leave without asking. */
async function openContext(): Promise<BrowserContext> {
  const context = await flow.browser.newContext({ locale: 'en-GB' })
  onTestFinished(() => context.close())
  context.on('dialog', (dialog) => dialog.accept())
  return context
}

/** An upload of which three parts have arrived, and no more do. */
async function interrupted(page: Page, name: string): Promise<string> {
  flow.stall(name, 4)
  const path = await flow.file(name, film)
  await pick(page, path)
  await mapShows(page, name, '3 of 8 parts')
  return path
}

/** What a page does when somebody comes back to its tab. */
async function look(page: Page): Promise<void> {
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
}

async function useBucket(page: Page, bucket: string): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByLabel('Bucket', { exact: true }).fill(bucket)
  await page.getByRole('button', { name: 'Save' }).click()
}

/** Milliseconds in which a request that should not be made would be. */
const A_WHILE = 500

describe('an upload of the page', () => {
  it('pauses, and goes on from there', async () => {
    const page = await flow.open()
    await interrupted(page, 'pause.mp4')
    await page.getByRole('button', { name: 'Pause: pause.mp4' }).click()
    await phase(page, 'pause.mp4', 'paused')
    expect(await mapSays(page, 'pause.mp4')).toBe('Map of the parts: 3 of 8 parts')
    const before = flow.requests().length
    await page.waitForTimeout(A_WHILE)
    expect(flow.requests().slice(before)).toEqual([])
    flow.server.faults.clear()
    await page.getByRole('button', { name: 'Resume: pause.mp4' }).click()
    await phase(page, 'pause.mp4', 'done')
    await flow.expectStored('pause.mp4', film)
    expect(flow.count('InitiateMultipartUpload', 'pause.mp4')).toBe(1)
  })

  it('goes on after a reload when the same file is picked again', async () => {
    const page = await flow.open({ context: await openContext() })
    const path = await interrupted(page, 'reload.mp4')
    await page.reload()
    flow.server.faults.clear()
    const unfinished = page.getByRole('region', { name: 'Not finished yet' })
    await unfinished.getByText('reload.mp4').waitFor()
    await pick(page, path)
    await phase(page, 'reload.mp4', 'done')
    await flow.expectStored('reload.mp4', film)
    expect(flow.count('InitiateMultipartUpload', 'reload.mp4')).toBe(1)
    await unfinished.waitFor({ state: 'hidden' })
  })

  it('does not take another file for the one that was interrupted, and can be discarded', async () => {
    const page = await flow.open({ context: await openContext() })
    await interrupted(page, 'which.mp4')
    await page.reload()
    const unfinished = page.getByRole('region', { name: 'Not finished yet' })
    await unfinished.locator('input').setInputFiles(await flow.file('other.mp4', film))
    await page.getByText('“other.mp4” is not the file that was interrupted').waitFor()
    await unfinished.getByRole('button', { name: 'Discard: which.mp4' }).click()
    await unfinished.waitFor({ state: 'hidden' })
    expect((await flow.oss.listUploads({ prefix: 'which.mp4' })).uploads).toEqual([])
  })

  it('is cancelled: no request follows the one that drops its parts', async () => {
    const page = await flow.open({ context: await openContext() })
    await interrupted(page, 'cancel.mp4')
    await page.getByRole('button', { name: 'Cancel: cancel.mp4' }).click()
    await row(page, 'cancel.mp4').waitFor({ state: 'detached' })
    await page.waitForTimeout(A_WHILE)
    expect(flow.requests().at(-1)).toMatchObject({
      operation: 'AbortMultipartUpload',
      key: 'cancel.mp4',
    })
    expect((await flow.oss.listUploads({ prefix: 'cancel.mp4' })).uploads).toEqual([])
    await page.reload()
    await page.locator('#pick').waitFor()
    expect(await page.getByText('cancel.mp4').count()).toBe(0)
  })

  it('waits while the browser is offline, and goes on by itself', async () => {
    const context = await openContext()
    const page = await flow.open({ context })
    const held = flow.observer.hold({
      operation: 'UploadPart',
      key: 'offline.mp4',
      partNumber: 4,
    })
    await pick(page, await flow.file('offline.mp4', film))
    // The first that is seen is its preflight.
    await held.arrived
    await context.setOffline(true)
    held.release('cut')
    await page.getByText('You are offline.').first().waitFor()
    await context.setOffline(false)
    await phase(page, 'offline.mp4', 'done', 30_000)
    await page.locator('.offline').waitFor({ state: 'hidden' })
    await flow.expectStored('offline.mp4', film)
  }, 60_000)

  it('has keys renewed that expire in the middle', async () => {
    const page = await flow.open()
    const part = { on: 'UploadPart', key: 'expiry.mp4', partNumber: 4 } as const
    flow.server.faults.add({ ...part, do: 'expire token' })
    const asked = flow.keysAsked()
    await pick(page, await flow.file('expiry.mp4', film))
    await phase(page, 'expiry.mp4', 'done')
    await flow.expectStored('expiry.mp4', film)
    // Once when it begins, once when they have expired.
    expect(flow.keysAsked() - asked).toBe(2)
    expect(flow.server.faults.unused()).toEqual([])
  })

  it('is left to the tab that is at it, until that is closed', async () => {
    const context = await openContext()
    const [one, other] = [await flow.open({ context }), await flow.open({ context })]
    const path = await interrupted(one, 'tabs.mp4')
    const unfinished = other.getByRole('region', { name: 'Not finished yet' })
    await look(other)
    await other.waitForTimeout(A_WHILE)
    expect(await unfinished.isVisible(), 'offers what the first tab is at').toBe(false)
    await pick(other, path)
    await phase(other, 'tabs.mp4', 'failed')
    await row(other, 'tabs.mp4').getByText('Another tab is uploading this file').waitFor()
    await other.getByRole('button', { name: 'Cancel: tabs.mp4' }).click()
    await row(other, 'tabs.mp4').waitFor({ state: 'detached' })
    expect((await flow.oss.listUploads({ prefix: 'tabs.mp4' })).uploads).toHaveLength(1)
    flow.server.faults.clear()
    await one.close()
    await unfinished.getByText('tabs.mp4').waitFor()
    await pick(other, path)
    await phase(other, 'tabs.mp4', 'done')
    expect(flow.count('InitiateMultipartUpload', 'tabs.mp4')).toBe(1)
    await flow.expectStored('tabs.mp4', film)
  })

  it('stays in the bucket that it began in when the settings name another one', async () => {
    const page = await flow.open()
    await interrupted(page, 'stays.mp4')
    await page.getByRole('button', { name: 'Pause: stays.mp4' }).click()
    await phase(page, 'stays.mp4', 'paused')
    const { server } = flow
    server.faults.clear()
    await useBucket(page, 'other')
    await page.getByText('1 file that had begun stays in the bucket of before.').waitFor()
    await pick(page, await flow.file('goes.mp4', film))
    await phase(page, 'goes.mp4', 'done')
    await page.getByRole('button', { name: 'Resume: stays.mp4' }).click()
    await phase(page, 'stays.mp4', 'done')
    await flow.expectStored('stays.mp4', film)
    const names = async (bucket: string) => {
      flow.oss.useBucket(bucket)
      const { objects } = await flow.oss.list()
      return objects?.map(({ name }) => name)
    }
    expect(await names('other').finally(() => flow.oss.useBucket('media'))).toEqual(['goes.mp4'])
    expect(await row(page, 'stays.mp4').getByRole('link').getAttribute('href')).toContain('/media/')
  })

  it('is dropped in the bucket that it began in', async () => {
    const page = await flow.open()
    await interrupted(page, 'drops.mp4')
    await useBucket(page, 'other')
    await page.getByRole('button', { name: 'Cancel: drops.mp4' }).click()
    await row(page, 'drops.mp4').waitFor({ state: 'detached' })
    expect((await flow.oss.listUploads({ prefix: 'drops.mp4' })).uploads).toEqual([])
  })
})
