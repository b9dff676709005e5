import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { it } from 'vitest'
import { bytesOf, MiB, mapShows, phase, pick, startPageFlow } from './testing.ts'

const flow = await startPageFlow({ partSize: 0 })
/** High enough for all that there is to see. */
const WIDE = { width: 860, height: 1_120 }
const PHONE = { width: 390, height: 1_250 }

const picture = (name: string) =>
  fileURLToPath(new URL(`../../docs/images/${name}.png`, import.meta.url))

/** Files in every state that there is to see. */
async function fill(page: Page): Promise<void> {
  const { faults } = flow.server
  const all = { on: 'UploadPart', times: 'always' } as const
  const names = { done: 'Interview.wav', failed: 'Contract.pdf', paused: 'Drone footage.mov' }
  const active = 'West Lake in 4K.mp4'
  faults.add(
    { ...all, key: names.failed, nth: 7, do: 'refuse', status: 403, code: 'AccessDenied' },
    { ...all, key: names.paused, nth: 71, do: 'stall', afterBytes: 100 * MiB },
  )
  await pick(page, await flow.file(names.done, bytesOf(23 * MiB + 400_000)))
  await phase(page, names.done, 'done')
  await pick(page, await flow.file(names.paused, 154 * MiB))
  await mapShows(page, names.paused, '70 of 154 parts')
  await page.getByRole('button', { name: `Pause: ${names.paused}` }).click()
  await phase(page, names.paused, 'paused')
  await pick(page, await flow.file(names.failed, 12 * MiB - 812_345))
  await phase(page, names.failed, 'failed')
  for (const partNumber of [17, 40, 41, 73]) {
    const busy = { do: 'refuse', status: 503, code: 'SlowDown' } as const
    faults.add({ on: 'UploadPart', key: active, partNumber, ...busy })
  }
  faults.add({ ...all, key: active, nth: 100, do: 'slow', bytesPerSecond: 800 * 1024 })
  await pick(page, await flow.file(active, 1_942 * MiB))
  await mapShows(page, active, 'sent again')
  await mapShows(page, active, /[6-9]\d of 243 parts/)
  await page.mouse.move(0, 0)
  await page.waitForTimeout(6_000)
}

it('takes the pictures of docs/page.md', async () => {
  const context = await flow.browser.newContext({
    locale: 'en-GB',
    viewport: WIDE,
    deviceScaleFactor: 1.5,
  })
  const page = await flow.open({ context })
  await page.screenshot({
    path: picture('page-empty'),
    clip: { x: 0, y: 0, width: 860, height: 540 },
  })
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('button', { name: 'Check the bucket' }).click()
  await page.getByText('Everything that an upload needs is allowed.').waitFor()
  await page.getByRole('dialog').screenshot({ path: picture('page-settings') })
  await page.getByRole('button', { name: 'Close' }).click()
  await fill(page)
  await page.screenshot({ path: picture('page-light') })
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.waitForTimeout(300)
  await page.screenshot({ path: picture('page-dark') })
  await page.setViewportSize(PHONE)
  await page.emulateMedia({ colorScheme: 'light' })
  await page.waitForTimeout(300)
  await page.screenshot({ path: picture('page-phone') })
  await context.close()
})
