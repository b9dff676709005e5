import type { Browser, BrowserContext, Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'

export interface OpenOptions {
  /** Another page of the same browser profile; left out: a profile of its own. */
  readonly context?: BrowserContext | undefined
  readonly locale?: string | undefined
}

/** A page of one test, closed at its end: which must come without an error of the page. */
export async function openPage(
  browser: Browser,
  url: string,
  { context, locale }: OpenOptions = {},
): Promise<Page> {
  const own = context ?? (await browser.newContext(locale === undefined ? {} : { locale }))
  const page = await own.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(String(error)))
  onTestFinished(async () => {
    await page.close()
    if (context === undefined) await own.close()
    expect(errors, 'errors of the page').toEqual([])
  })
  await page.goto(url)
  return page
}
