import type { BrowserContext, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { bytesOf, PART, startBrowserFlow } from './testing.ts'

const flow = await startBrowserFlow()
const bytes = bytesOf(6 * PART - 5, 'handles')
const path = await flow.file('a film.mp4', bytes)

/** Drops the file onto the page as a person does; its handle is `window.handle` then. */
async function drop(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { body } = document
    body.style.height = '300px'
    body.ondragover = (event) => event.preventDefault()
    body.ondrop = (event) => {
      event.preventDefault()
      Object.assign(window, {
        handle: Object(event.dataTransfer?.items[0]).getAsFileSystemHandle(),
      })
    }
  })
  const devTools = await page.context().newCDPSession(page)
  const data = { items: [], files: [path], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await devTools.send('Input.dispatchDragEvent', { type, x: 50, y: 50, data })
  }
}

/** Uploads `window.handle`, and says how it ended: as 'done' or with an error. */
function upload(page: Page, name: string): Promise<string> {
  return page.evaluate(
    async ({ options, name, partSize }) => {
      const checkpoints = OSS.indexedDbCheckpoints()
      return new OSS(options as never)
        .multipartUpload(name, await Object(window).handle, { partSize, parallel: 1, checkpoints })
        .then(() => 'done')
        .catch((error) => `${error.name}: ${error.message}`)
    },
    { options: flow.options, name, partSize: PART },
  )
}

/** Puts the handle of the only upload that is unfinished at `window.handle`, and gives that upload's name. */
function findUnfinished(page: Page): Promise<string | undefined> {
  return page.evaluate(async () => {
    const [unfinished] = await OSS.findCheckpoints(OSS.indexedDbCheckpoints())
    Object.assign(window, { handle: unfinished?.handle })
    return unfinished?.checkpoint.name
  })
}

/** Begins an upload of the file that was dropped, and leaves the page at part 4. */
async function interrupted(page: Page, name: string, leave: () => Promise<unknown>): Promise<void> {
  await drop(page)
  const held = flow.observer.hold({ operation: 'UploadPart', key: name, partNumber: 4 })
  const ended = upload(page, name).catch((error) => `the page has gone: ${error}`)
  const early = await Promise.race([held.arrived, ended])
  if (typeof early === 'string') throw new Error(`It ended too early: ${early}`)
  await leave()
  held.release('cut')
}

/** A tab that must ask again: Chromium takes permissions back some seconds after an origin's last tab was closed. */
async function tabWithoutPermission(context: BrowserContext): Promise<Page> {
  await expect
    .poll(
      async () => {
        const page = await flow.open(context)
        await findUnfinished(page)
        const permission = await page.evaluate(() => Object(window).handle.queryPermission())
        await page.close()
        return permission
      },
      { interval: 6_000, timeout: 25_000 },
    )
    .toBe('prompt')
  return flow.open(context)
}

describe('an upload from a file handle', () => {
  it('goes on after a reload without anybody picking the file again', async () => {
    const page = await flow.open()
    await interrupted(page, 'reload', () => page.reload())
    expect(await findUnfinished(page)).toBe('reload')
    expect(await upload(page, 'reload')).toBe('done')
    expect(flow.observer.partsSent('reload')).toEqual([1, 2, 3, 4, 4, 5, 6])
    expect(flow.observer.count({ operation: 'InitiateMultipartUpload', key: 'reload' })).toBe(1)
    await flow.expectStored('reload', bytes)
    expect(await flow.head('reload')).toMatchObject({ 'content-type': 'video/mp4' })
    expect(await findUnfinished(page)).toBeUndefined()
  })

  it('goes on when the file is picked instead, as if it had been picked before', async () => {
    const page = await flow.open()
    await interrupted(page, 'picked', () => page.reload())
    await page.locator('#file').setInputFiles(path)
    await page.evaluate(() => {
      const file = (document.querySelector('#file') as HTMLInputElement).files?.[0]
      Object.assign(window, { handle: file })
    })
    expect(await upload(page, 'picked')).toBe('done')
    expect(flow.observer.partsSent('picked')).toEqual([1, 2, 3, 4, 4, 5, 6])
  })

  it('sends nothing before the user has permitted the page to read the file again', async () => {
    const context = await flow.browser.newContext()
    const first = await flow.open(context)
    await interrupted(first, 'permission', () => first.close())
    const page = await tabWithoutPermission(context)
    expect(await findUnfinished(page)).toBe('permission')
    const before = flow.observer.count({ key: 'permission' })
    expect(await upload(page, 'permission')).toMatch(/^NotAllowedError: .*requestPermission/)
    expect(flow.observer.count({ key: 'permission' })).toBe(before)
    expect(await findUnfinished(page)).toBe('permission')
    await context.close()
  }, 60_000)
})
