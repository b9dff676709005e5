import { describe, expect, it } from 'vitest'
import {
  bytesOf,
  KiB,
  mapSays,
  mapShows,
  PART,
  phase,
  pick,
  row,
  startPageFlow,
} from './testing.ts'

const flow = await startPageFlow()
const film = bytesOf(8 * PART - 5, 'film')

describe('the upload page', () => {
  it('uploads a small file, a file of one part, and one without bytes', async () => {
    const page = await flow.open()
    const [small, one, empty] = [bytesOf(KiB), bytesOf(100 * KiB), new Uint8Array()]
    await pick(
      page,
      await flow.file('small.txt', small),
      await flow.file('one part.bin', one),
      await flow.file('empty.txt', empty),
    )
    for (const name of ['small.txt', 'one part.bin', 'empty.txt']) await phase(page, name, 'done')
    await flow.expectStored('small.txt', small)
    await flow.expectStored('one part.bin', one)
    await flow.expectStored('empty.txt', empty)
    expect(await page.locator('.totals-summary').textContent()).toBe('3 of 3 files done')
  })

  it('uploads a file of many parts, and says how far it is', async () => {
    const page = await flow.open()
    await pick(page, await flow.file('large.bin', 300 * PART))
    const bar = row(page, 'large.bin').getByRole('progressbar', { name: 'large.bin' })
    const shares: number[] = []
    const maps = new Set<string>()
    const done = phase(page, 'large.bin', 'done', 60_000).then(() => true)
    while (!(await Promise.race([done, page.waitForTimeout(50)]))) {
      maps.add(await mapSays(page, 'large.bin'))
      shares.push(...(await bar.evaluateAll((all) => all.map((one) => Number(one.ariaValueNow)))))
    }
    expect(shares.some((share) => share > 0 && share < 100)).toBe(true)
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
    expect([...maps].join('\n')).toMatch(/Map of the parts: \d+ of 300 parts · \d+ in flight/)
    const { res } = await flow.oss.head('large.bin')
    expect(res.headers['content-length']).toBe(`${300 * PART}`)
  }, 90_000)

  it('shows the checksum and the ETag that OSS has, and a link that downloads the object', async () => {
    const page = await flow.open()
    await pick(page, await flow.file('film.mp4', film))
    await phase(page, 'film.mp4', 'done')
    const { res } = await flow.oss.head('film.mp4')
    const text = await row(page, 'film.mp4').locator('.sums').textContent()
    expect(text).toContain(res.headers['x-oss-hash-crc64ecma'])
    expect(text).toContain(res.headers.etag?.replaceAll('"', ''))
    await row(page, 'film.mp4').getByText('Details').click()
    expect(await row(page, 'film.mp4').locator('dl').textContent()).toContain('video/mp4')
    const downloading = page.waitForEvent('download')
    await row(page, 'film.mp4').getByRole('link', { name: 'Download: film.mp4' }).click()
    const download = await downloading
    expect(download.suggestedFilename()).toBe('film.mp4')
    await download.delete()
  })

  it('shows a part that OSS refused at first as sent again', async () => {
    const page = await flow.open()
    const part = { on: 'UploadPart', key: 'busy.mp4' } as const
    flow.server.faults.add({ ...part, partNumber: 2, do: 'refuse', status: 503, code: 'SlowDown' })
    // So that there is a map to look at until it has arrived.
    const held = flow.observer.hold({ operation: 'UploadPart', key: 'busy.mp4', partNumber: 5 })
    await pick(page, await flow.file('busy.mp4', film))
    await mapShows(page, 'busy.mp4', '1 sent again')
    held.release()
    await phase(page, 'busy.mp4', 'done')
    await flow.expectStored('busy.mp4', film)
  })

  it('takes the same file once, and two of one name as two', async () => {
    const page = await flow.open()
    const path = await flow.file('twice.txt', bytesOf(10))
    await pick(page, path)
    await phase(page, 'twice.txt', 'done')
    await pick(page, path)
    await page.getByText('That file is in the list already.').waitFor()
    expect(await page.locator('.file').count()).toBe(1)
    await pick(page, await flow.file('twice.txt', bytesOf(20)))
    await phase(page, 'twice (2).txt', 'done')
    await flow.expectStored('twice.txt', bytesOf(10))
    await flow.expectStored('twice (2).txt', bytesOf(20))
  })

  it('takes a folder that is dropped, with the paths of its files', async () => {
    const page = await flow.open()
    await flow.file('holiday/1.txt', bytesOf(10))
    const inner = await flow.file('holiday/deep/2.txt', bytesOf(20))
    const folder = inner.replace(/\/deep\/2\.txt$/, '')
    const devtools = await page.context().newCDPSession(page)
    const data = { items: [], files: [folder], dragOperationsMask: 1 }
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await devtools.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data })
    }
    await phase(page, 'holiday/1.txt', 'done')
    await phase(page, 'holiday/deep/2.txt', 'done')
    await flow.expectStored('holiday/deep/2.txt', bytesOf(20))
  })
})
