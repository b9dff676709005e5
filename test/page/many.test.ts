import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { bytesOf, KiB, mapShows, PART, pick, startPageFlow } from './testing.ts'

const flow = await startPageFlow()

/** Milliseconds of each task that held up the page for more than 50, since the last time. */
function longTasks(page: Page): Promise<number[]> {
  return page.evaluate(() => {
    const known: number[] = Object(window).longTasks ?? []
    if (Object(window).longTasks === undefined) {
      const observer = new PerformanceObserver((list) => {
        known.push(...list.getEntries().map(({ duration }) => Math.round(duration)))
      })
      observer.observe({ entryTypes: ['longtask'] })
      Object.assign(window, { longTasks: known })
    }
    return known.splice(0)
  })
}

function report(what: string, tasks: readonly number[]): void {
  const sum = tasks.reduce((all, one) => all + one, 0)
  console.info(
    `${what}: ${tasks.length} long tasks, ${sum} ms, the longest ${Math.max(0, ...tasks)} ms`,
  )
}

const elements = (page: Page) => page.evaluate(() => document.querySelectorAll('*').length)

it('lists two hundred files with few elements, and a canvas only where one can be seen', async () => {
  const page = await flow.open()
  await longTasks(page)
  const names = Array.from({ length: 200 }, (_, index) => `many/${index}.bin`)
  const paths = await Promise.all(names.map((name) => flow.file(name, bytesOf(KiB, name))))
  const before = await elements(page)
  await pick(page, ...paths)
  await page.getByText('200 of 200 files done').waitFor({ timeout: 60_000 })
  report('200 files', await longTasks(page))
  expect((await elements(page)) - before).toBeLessThan(200 * 50)
  expect(await page.locator('canvas').count()).toBe(0)
  await page.getByRole('button', { name: 'Clear finished' }).click()
  await page.locator('.file').first().waitFor({ state: 'detached' })
  expect(await elements(page)).toBe(before)
}, 90_000)

it('shows ten thousand parts in one canvas', async () => {
  const page = await flow.open()
  await longTasks(page)
  await pick(page, await flow.file('parts.bin', 10_000 * PART))
  await mapShows(page, 'parts.bin', 'of 10,000 parts')
  const before = await elements(page)
  await page.waitForTimeout(1_500)
  report('10,000 parts', await longTasks(page))
  expect(await elements(page)).toBe(before)
  expect(await page.locator('canvas').count()).toBe(2)
  await page.getByRole('button', { name: 'Cancel: parts.bin' }).click()
  await page.locator('.file').waitFor({ state: 'detached' })
})
