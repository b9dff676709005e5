import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { bytesOf, mapShows, PART, phase, pick, startPageFlow } from './testing.ts'

const flow = await startPageFlow()
const film = bytesOf(8 * PART - 5, 'film')

/** The name of what has the focus. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { activeElement } = document
    return activeElement?.getAttribute('aria-label') ?? activeElement?.textContent ?? ''
  })
}

/** Presses Tab until the element of this name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 20; presses++) {
    await page.keyboard.press('Tab')
    if ((await focused(page)) === name) return
  }
  throw new Error(`Tab does not come to "${name}"`)
}

describe('the upload page', () => {
  it('can be used with the keyboard alone', async () => {
    const page = await flow.open()
    // With it the browser would open a dialog that no test can answer.
    await page.evaluate(() => Reflect.deleteProperty(window, 'showOpenFilePicker'))
    flow.stall('keyboard.mp4', 4)
    const choosing = page.waitForEvent('filechooser')
    await tabTo(page, 'Choose files')
    await page.keyboard.press('Enter')
    await (await choosing).setFiles(await flow.file('keyboard.mp4', film))
    await mapShows(page, 'keyboard.mp4', '3 of 8 parts')
    await tabTo(page, 'Pause: keyboard.mp4')
    await page.keyboard.press('Space')
    await phase(page, 'keyboard.mp4', 'paused')
    flow.server.faults.clear()
    // The focus is still where it was: the button says Resume now.
    await page.keyboard.press('Space')
    await phase(page, 'keyboard.mp4', 'done')
    await tabTo(page, 'Remove from the list: keyboard.mp4')
    await page.keyboard.press('Enter')
    await page.locator('.file').waitFor({ state: 'detached' })
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('pick')
    await flow.expectStored('keyboard.mp4', film)
  })

  it('keeps the focus in the list of unfinished uploads when one of them is discarded', async () => {
    const page = await flow.open()
    page.on('dialog', (dialog) => dialog.accept())
    for (const name of ['one.mp4', 'two.mp4']) {
      flow.stall(name, 4)
      await pick(page, await flow.file(name, film))
      await mapShows(page, name, '3 of 8 parts')
    }
    await page.reload()
    await tabTo(page, 'Discard: two.mp4')
    await page.keyboard.press('Enter')
    await page.getByText('two.mp4').waitFor({ state: 'detached' })
    expect(await focused(page)).toBe('Choose the file again: one.mp4')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('region', { name: 'Not finished yet' }).waitFor({ state: 'hidden' })
    expect(await focused(page)).toBe('Choose files')
  })

  it('names its buttons on a phone, where there is room for icons alone', async () => {
    const page = await flow.open()
    await page.setViewportSize({ width: 360, height: 640 })
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByRole('dialog', { name: 'Where files go' }).waitFor()
  })

  it('tells screen readers what has happened', async () => {
    const page = await flow.open()
    await pick(page, await flow.file('said.mp4', film))
    const said = page.locator('#announcer')
    await expect.poll(() => said.textContent()).toContain('1 file added')
    await expect.poll(() => said.textContent()).toContain('said.mp4 is uploaded')
  })

  it('speaks the language of the browser, and another one when asked to', async () => {
    const page = await flow.open({ locale: 'zh-CN' })
    await page.getByRole('heading', { name: '上传', exact: true }).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN')
    await pick(page, await flow.file('语言.mp4', film))
    await phase(page, '语言.mp4', 'done')
    await page.getByText('已上传并通过校验').waitFor()
    await page.getByRole('button', { name: 'Switch to English' }).click()
    await page.getByText('Uploaded and verified').waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'Upload', exact: true }).waitFor()
    await flow.expectStored('语言.mp4', film)
  })

  it('goes on in the middle of an upload when the language changes', async () => {
    const page = await flow.open()
    flow.stall('switch.mp4', 4)
    await pick(page, await flow.file('switch.mp4', film))
    await mapShows(page, 'switch.mp4', '3 of 8 parts')
    await page.getByRole('button', { name: '切换到中文' }).click()
    await page.getByText('3 / 8 个分片').waitFor()
    await page.getByRole('button', { name: '取消：switch.mp4' }).click()
    await page.locator('.file').waitFor({ state: 'detached' })
  })

  it('goes on after a reload with one click where a file was dropped', async () => {
    const page = await flow.open()
    flow.stall('dropped.mp4', 4)
    const path = await flow.file('dropped.mp4', film)
    const devtools = await page.context().newCDPSession(page)
    const data = { items: [], files: [path], dragOperationsMask: 1 }
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await devtools.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data })
    }
    await mapShows(page, 'dropped.mp4', '3 of 8 parts')
    page.on('dialog', (dialog) => dialog.accept())
    await page.reload()
    flow.server.faults.clear()
    await page.getByRole('button', { name: 'Continue: dropped.mp4' }).click()
    await phase(page, 'dropped.mp4', 'done')
    expect(flow.count('InitiateMultipartUpload', 'dropped.mp4')).toBe(1)
    await flow.expectStored('dropped.mp4', film)
  })
})
