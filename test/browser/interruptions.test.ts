import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { bytesOf, KiB, MiB, PART, startBrowserFlow, TEMPORARY_KEYS } from './testing.ts'

const flow = await startBrowserFlow()
const bytes = bytesOf(6 * PART - 5, 'interruptions')
const path = await flow.file('a film.mp4', bytes)

/** Many times what the page may take. OSS_MULTIPART_LARGE=2048 makes it 2 GiB. */
const LARGE = Number(process.env.OSS_MULTIPART_LARGE ?? 256) * MiB

interface Outcome {
  readonly ended: string
  readonly transfers: { sent: number; acknowledged: number; phase: string }[]
}

/** Begins to upload what is picked; `window.client` can cancel it. */
async function begin(page: Page, name: string, more: Record<string, unknown> = {}): Promise<void> {
  await page.locator('#file').setInputFiles(path)
  await page.evaluate(
    ({ options, name, more }) => {
      const file = (document.querySelector('#file') as HTMLInputElement).files?.[0]
      const client = new OSS(options as never)
      const transfers: unknown[] = []
      const outcome = client
        .multipartUpload(name, file, { ...more, onTransfer: (one) => transfers.push(one) })
        .then(() => 'done')
        .catch((error) => `${error.name}: ${error.message}`)
        .then((ended) => ({ ended, transfers }))
      Object.assign(window, { client, outcome })
    },
    { options: flow.options, name, more: { partSize: PART, ...more } },
  )
}

function outcome(page: Page): Promise<Outcome> {
  return page.evaluate(() => Object(window).outcome)
}

describe('an upload from a page', () => {
  it('tells how far it is by bytes, rising to all when all is there', async () => {
    const page = await flow.open()
    await begin(page, 'transfer')
    const { ended, transfers } = await outcome(page)
    expect(ended).toBe('done')
    expect(transfers[0]).toMatchObject({ sent: 0, acknowledged: 0, phase: 'sending' })
    const [size] = [bytes.length]
    expect(transfers.at(-2)).toMatchObject({ sent: size, acknowledged: size, phase: 'completing' })
    expect(transfers.at(-1)).toMatchObject({ sent: size, acknowledged: size, phase: 'done' })
    const sent = transfers.map((one) => one.sent)
    expect(sent).toEqual([...sent].sort((a, b) => a - b))
  })

  it('sends nothing any more once it is cancelled', async () => {
    const page = await flow.open()
    const held = flow.observer.hold({ operation: 'UploadPart', key: 'cancel', partNumber: 3 })
    await begin(page, 'cancel', { parallel: 1 })
    const request = await held.arrived
    await page.evaluate(() => Object(window).client.cancel())
    expect((await outcome(page)).ended).toMatch(/^cancel: /)
    await expect.poll(() => request.brokenOff).toBe(true)
    held.release('cut')
    expect(flow.observer.partsSent('cancel')).toEqual([1, 2, 3])
  })

  it('waits while the browser is offline, and goes on when it is online again', async () => {
    const context = await flow.browser.newContext()
    const page = await flow.open(context)
    const held = flow.observer.hold({ operation: 'UploadPart', key: 'offline', partNumber: 3 })
    await begin(page, 'offline', { parallel: 1 })
    await held.arrived
    await context.setOffline(true)
    held.release('cut')
    await page.waitForFunction(() => !navigator.onLine)
    await context.setOffline(false)
    expect((await outcome(page)).ended).toBe('done')
    expect(flow.observer.partsSent('offline')).toEqual([1, 2, 3, 3, 4, 5, 6])
    await flow.expectStored('offline', bytes)
    await context.close()
  })

  it('sends a part again whose connection broke, or whose bytes arrived changed', async () => {
    const page = await flow.open()
    flow.observer.disturb({ operation: 'UploadPart', key: 'again', partNumber: 2 }, 'lose answer')
    flow.observer.disturb({ operation: 'UploadPart', key: 'again', partNumber: 5 }, 'corrupt')
    await begin(page, 'again')
    expect((await outcome(page)).ended).toBe('done')
    expect(flow.observer.partsSent('again')).toEqual([1, 2, 2, 3, 4, 5, 5, 6])
    await flow.expectStored('again', bytes)
  })

  it('renews keys that expire in the middle', async () => {
    const page = await flow.open()
    const code = 'SecurityTokenExpired'
    flow.observer.disturb(
      { operation: 'UploadPart', key: 'expiry', partNumber: 3 },
      { status: 403, code },
    )
    await page.locator('#file').setInputFiles(path)
    const asked = await page.evaluate(
      async ({ options, partSize, keys: [first, second] }) => {
        const file = (document.querySelector('#file') as HTMLInputElement).files?.[0]
        let asked = 0
        const refreshSTSToken = async () => {
          asked++
          return second ?? {}
        }
        const client = new OSS({ ...options, ...first, refreshSTSToken } as never)
        await client.multipartUpload('expiry', file, { partSize, parallel: 1 })
        return asked
      },
      { options: flow.options, partSize: PART, keys: TEMPORARY_KEYS },
    )
    expect(asked).toBe(1)
    await flow.expectStored('expiry', bytes)
  })

  it('takes a large file neither into the memory of the page nor through its thread', async () => {
    const page = await flow.open()
    await page.locator('#file').setInputFiles(await flow.file('large.bin', LARGE))
    const { most, read } = await page.evaluate(async (options) => {
      const file = (document.querySelector('#file') as HTMLInputElement).files?.[0]
      let [most, read] = [0, 0]
      const arrayBuffer = Blob.prototype.arrayBuffer
      Blob.prototype.arrayBuffer = function (this: Blob) {
        read += this.size
        return arrayBuffer.call(this)
      }
      await new OSS(options as never).multipartUpload('large', file, {
        onTransfer: () => {
          most = Math.max(most, Object(performance).memory.usedJSHeapSize)
        },
      })
      return { most, read }
    }, flow.options)
    expect(most).toBeLessThan(50 * MiB)
    // Its ends, by which it is recognised.
    expect(read).toBe(128 * KiB)
    expect(page.workers()).toHaveLength(1)
    expect(await flow.head('large')).toMatchObject({ 'content-length': `${LARGE}` })
  }, 300_000)

  it('starts no worker where no checksums are wanted', async () => {
    const page = await flow.open()
    await begin(page, 'unread', { crc64: false })
    expect((await outcome(page)).ended).toBe('done')
    expect(page.workers()).toEqual([])
    await flow.expectStored('unread', bytes)
  })

  it.each([
    ['no-wasm', 1],
    ['no-wasm-no-workers', 0],
  ])('computes checksums where the policy of the page says %s', async (where, workers) => {
    const page = await flow.open()
    await page.goto(`${flow.site.url}/${where}`)
    const compiled = page.evaluate(() => new WebAssembly.Module(new Uint8Array(0)))
    await expect(compiled).rejects.toThrow('Content Security Policy')
    flow.observer.disturb({ operation: 'UploadPart', key: where, partNumber: 2 }, 'corrupt')
    await begin(page, where)
    expect((await outcome(page)).ended).toBe('done')
    expect(page.workers()).toHaveLength(workers)
    expect(flow.observer.partsSent(where)).toEqual([1, 2, 2, 3, 4, 5, 6])
    await flow.expectStored(where, bytes)
  })
})
