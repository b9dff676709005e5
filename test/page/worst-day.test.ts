import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { bytesOf, PART, phase, pick, row, startPageFlow } from './testing.ts'

const flow = await startPageFlow()
const film = bytesOf(3 * PART - 5, 'film')
const { rules } = await flow.oss.getBucketCORS('media')

async function openSettings(page: Page) {
  await page.getByRole('button', { name: 'Settings' }).click()
  return page.getByRole('dialog', { name: 'Where files go' })
}

describe('the upload page on a bad day', () => {
  it('says that a wrong endpoint cannot be reached, and goes on when it is corrected', async () => {
    const page = await flow.open()
    const dialog = await openSettings(page)
    await dialog.getByLabel('Endpoint').fill('http://127.0.0.1:1')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await pick(page, await flow.file('endpoint.mp4', film))
    await phase(page, 'endpoint.mp4', 'failed')
    await row(page, 'endpoint.mp4').getByText('The bucket cannot be reached').waitFor()
    await openSettings(page)
    await dialog.getByRole('button', { name: 'Back to the defaults' }).click()
    await dialog.getByRole('button', { name: 'Close' }).click()
    await page.getByRole('button', { name: 'Try again: endpoint.mp4' }).click()
    await phase(page, 'endpoint.mp4', 'done')
    await flow.expectStored('endpoint.mp4', film)
  }, 60_000)

  it('shows the CORS rule that a bucket without one needs', async () => {
    const page = await flow.open()
    await flow.oss.deleteBucketCORS('media')
    try {
      await pick(page, await flow.file('cors.mp4', film))
      await phase(page, 'cors.mp4', 'failed')
      await row(page, 'cors.mp4').getByRole('button', { name: 'Check the bucket' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByText('this CORS rule is missing:').waitFor({ timeout: 20_000 })
      await dialog
        .getByText(`AllowedOrigin: ${new URL(flow.url).origin}; `)
        .first()
        .waitFor()
      await dialog.getByRole('button', { name: 'Close' }).click()
    } finally {
      await flow.oss.putBucketCORS('media', rules)
    }
    await page.getByRole('button', { name: 'Try again: cors.mp4' }).click()
    await phase(page, 'cors.mp4', 'done')
  }, 60_000)

  it('uploads to a bucket whose CORS rule hides the ETag, and says what to do in both languages', async () => {
    const hiding = rules.map((rule) => ({ ...rule, exposeHeader: ['x-oss-request-id'] }))
    await flow.oss.putBucketCORS('media', hiding)
    try {
      const page = await flow.open()
      await pick(page, await flow.file('etag.mp4', film))
      await phase(page, 'etag.mp4', 'done')
      await flow.expectStored('etag.mp4', film)
      expect(await page.locator('.warning').textContent()).toContain('do not expose ETag')
      expect(await row(page, 'etag.mp4').locator('.status').textContent()).toBe('Uploaded')
      await page.locator('#language').click()
      await page.getByRole('button', { name: '设置' }).click()
      await page.getByRole('dialog').getByRole('button', { name: '检查存储空间' }).click()
      await page.getByText(/^响应头 ETag, .* 对页面不可见。请为存储空间设置/).waitFor()
      await page.getByText(/^AllowedOrigin: .*ExposeHeader: ETag/).waitFor()
    } finally {
      await flow.oss.putBucketCORS('media', rules)
    }
  })

  it('says that there are no keys, and goes on with all files when there are', async () => {
    const page = await flow.open()
    flow.givesKeys = false
    const names = ['keys.mp4', 'keys 2.mp4']
    await pick(page, ...(await Promise.all(names.map((name) => flow.file(name, film)))))
    for (const name of names) {
      await phase(page, name, 'failed')
      await row(page, name).getByText('There are no valid keys for the bucket').waitFor()
    }
    flow.givesKeys = true
    await page.getByRole('button', { name: 'Retry failed' }).click()
    for (const name of names) await phase(page, name, 'done')
  })

  it('takes the page of a hotel, or one to sign in at, for no keys', async () => {
    const page = await flow.open()
    await page.route('**/sts', (route) => route.fulfill({ body: '<h1>Welcome</h1>' }))
    await pick(page, await flow.file('hotel.mp4', film))
    await phase(page, 'hotel.mp4', 'failed')
    const failed = row(page, 'hotel.mp4')
    await failed.getByText('There are no valid keys for the bucket').waitFor()
    expect(await failed.locator('details').textContent()).toContain('its answer is not JSON')
  })

  it('shows the request ID of a refusal, and which part failed', async () => {
    const page = await flow.open()
    const denied = { do: 'refuse', status: 403, code: 'AccessDenied' } as const
    flow.server.faults.add({ on: 'UploadPart', key: 'denied.mp4', partNumber: 2, ...denied })
    await pick(page, await flow.file('denied.mp4', film))
    await phase(page, 'denied.mp4', 'failed')
    const failed = row(page, 'denied.mp4')
    await failed.getByText('You are not allowed to upload here').waitFor()
    expect(await failed.locator('.failure-id code').textContent()).toMatch(/^[0-9A-F]{24}$/)
    await failed.getByRole('button', { name: 'Copy: Request ID' }).waitFor()
    await failed.getByText('1 failed').waitFor()
  })

  it('takes a file that was corrected and picked again in the place of the one that failed', async () => {
    const page = await flow.open()
    const denied = { do: 'refuse', status: 403, code: 'AccessDenied' } as const
    flow.server.faults.add({ on: 'UploadPart', key: 'draft.mp4', partNumber: 2, ...denied })
    await pick(page, await flow.file('draft.mp4', film))
    await phase(page, 'draft.mp4', 'failed')
    const corrected = bytesOf(2 * PART, 'corrected')
    await pick(page, await flow.file('draft.mp4', corrected))
    await phase(page, 'draft.mp4', 'done')
    expect(await page.locator('.file').count()).toBe(1)
    await flow.expectStored('draft.mp4', corrected)
  })

  it('asks for a bucket where none is known, and then uploads what was dropped before', async () => {
    const page = await flow.open()
    await page.route('**/target.json', (route) => route.fulfill({ status: 404 }))
    await page.reload()
    await page.getByText('No bucket yet').waitFor()
    await pick(page, await flow.file('early.mp4', film))
    const dialog = page.getByRole('dialog', { name: 'Where files go' })
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByText('Give the name of the bucket.').waitFor()
    await dialog.getByLabel('Bucket', { exact: true }).fill('media')
    await dialog.getByLabel('Endpoint').fill(flow.observer.url)
    await dialog.getByLabel('Address that gives out keys').fill('/sts')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await phase(page, 'early.mp4', 'done')
    await flow.expectStored('early.mp4', film)
  })

  it('finds nothing wrong with a bucket that is as it should be', async () => {
    const page = await flow.open()
    const dialog = await openSettings(page)
    await dialog.getByRole('button', { name: 'Check the bucket' }).click()
    await dialog.getByText('Everything that an upload needs is allowed.').waitFor()
  })

  it('has each request signed by a server that gives no keys', async () => {
    const page = await flow.open()
    const dialog = await openSettings(page)
    await dialog.getByLabel('How requests are signed').selectOption('sign')
    await dialog.getByLabel('Address that signs requests').fill('/sign')
    await dialog.getByRole('button', { name: 'Save' }).click()
    const asked = flow.keysAsked()
    await pick(page, await flow.file('signed.mp4', film))
    await phase(page, 'signed.mp4', 'done')
    await flow.expectStored('signed.mp4', film)
    expect(flow.keysAsked()).toBe(asked)
    expect(await row(page, 'signed.mp4').getByRole('link').count()).toBe(0)
  })

  it('keeps settings for the next visit, but no keys', async () => {
    const page = await flow.open()
    const dialog = await openSettings(page)
    await dialog.getByLabel('Folder in the bucket').fill('users/17/')
    await dialog.getByLabel('How requests are signed').selectOption('keys')
    await dialog.getByLabel('Access key ID').fill('owner')
    await dialog.getByLabel('Access key secret').fill('owner-secret')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await pick(page, await flow.file('typed.mp4', film))
    await phase(page, 'users/17/typed.mp4', 'done')
    await page.reload()
    await page.getByText('users/17/').first().waitFor()
    const kept = await page.evaluate(() => JSON.stringify(localStorage))
    expect(kept).toContain('users/17/')
    expect(kept).not.toMatch(/owner/)
  })
})
