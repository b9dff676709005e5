import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type RunningServer, startServer } from 'oss-local'
import OSS, { createSigner, type SigningRequest } from 'oss-multipart'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, expect } from 'vitest'
import { servePage } from '../../packages/page/serve.js'
import { launchChromium } from '../browser/chromium.ts'
import { openPage } from '../browser/open-page.ts'
import { type Observer, type SeenRequest, startObserver } from '../flow/observer.ts'
import { bytesOf, sha256 } from '../flow/testing.ts'

export const KiB = 1024
export const MiB = 1024 * KiB
export { bytesOf }

const REGION = 'oss-cn-hangzhou'
const BUCKET = 'media'
/** Two pairs of temporary keys: the page is given one, and the other when it asks again. */
const KEYS = ['first', 'second'].map((stsToken) => ({
  accessKeyId: `STS.${stsToken}`,
  accessKeySecret: `secret-${stsToken}`,
  stsToken,
}))
/** Only the tests use it, to look behind the page. */
const OWNER = { accessKeyId: 'owner', accessKeySecret: 'owner-secret' }

/** The real built page in Chromium, and a local OSS on another origin with CORS rules of its own. */
export interface PageFlow {
  readonly browser: Browser
  readonly server: RunningServer
  /** As the tests' own client: none of its requests is among `requests`. */
  readonly oss: OSS
  readonly url: string
  /** Stands between the page and OSS. */
  readonly observer: Observer
  /** What the page asked of OSS, in that order, without preflights. */
  requests(): readonly SeenRequest[]
  /** How many requests of this operation there were for an object. */
  count(operation: SeenRequest['operation'], key: string): number
  /** How often the page asked for keys. */
  keysAsked(): number
  /** Whether the application's server gives keys. */
  givesKeys: boolean
  /** The parts of an object that were sent, as often as they were. */
  partsSent(key: string): number[]
  /** A page that speaks English unless it is told otherwise; its errors fail the test. It is closed with it. */
  open(options?: { context?: BrowserContext; locale?: string }): Promise<Page>
  /** A file on disk, sparse where it is only to be large. */
  file(name: string, content: Uint8Array | number): Promise<string>
  expectStored(name: string, bytes: Uint8Array): Promise<void>
  /** From the `nth` part on that is sent of an object, OSS takes the bytes and does not answer. */
  stall(key: string, nth: number): void
}

/** Small, so that few bytes make many parts. */
export const PART = 100 * KiB

/** To be called once, at the top of a test file. With a `partSize` of 0 the library chooses it. */
export async function startPageFlow({ partSize = PART } = {}): Promise<PageFlow> {
  const dist = fileURLToPath(new URL('../../packages/page/dist/index.html', import.meta.url))
  if (!existsSync(dist)) {
    throw new Error(`${dist} is missing: run \`npm run build && npm run build:page\` first`)
  }
  const server = await startServer({
    buckets: [BUCKET, 'other'],
    accessKeys: [OWNER, ...KEYS],
    cors: true,
    faults: true,
  })
  const observer = await startObserver(server.url)
  const requests = () =>
    observer.requests.filter(({ headers }) => !('access-control-request-method' in headers))
  let asked = 0
  const sign = createSigner({ region: REGION, bucket: BUCKET, credentials: OWNER })
  const site = await servePage({
    target: { partSize, region: REGION, bucket: BUCKET, endpoint: observer.url, stsUrl: 'sts' },
    keys: async () => {
      if (!flow.givesKeys) throw new Error('Nobody is signed in')
      return KEYS[asked++ % 2]
    },
    // What a page posts may be anything: createSigner looks at it.
    sign: (request) => sign(request as SigningRequest),
  })
  const browser = await launchChromium()
  const folder = await mkdtemp(join(tmpdir(), 'oss-multipart-page-'))
  afterEach(() => {
    server.faults.clear()
    flow.givesKeys = true
  })
  afterAll(async () => {
    await browser.close()
    await site.close()
    await observer.close()
    await server.close()
    await rm(folder, { recursive: true })
  })

  const where = { region: REGION, bucket: BUCKET, endpoint: server.url }
  const oss = new OSS({ ...where, ...OWNER })
  const flow: PageFlow = {
    browser,
    server,
    oss,
    url: site.url,
    observer,
    requests,
    count: (operation, key) =>
      requests().filter((request) => request.key === key && request.operation === operation).length,
    keysAsked: () => asked,
    givesKeys: true,
    partsSent: (key) =>
      requests()
        .filter((request) => request.key === key && request.operation === 'UploadPart')
        .map(({ partNumber = 0 }) => partNumber)
        .sort((a, b) => a - b),
    async open({ context, locale = 'en-GB' } = {}) {
      const page = await openPage(browser, site.url, { context, locale })
      await page.locator('#pick').waitFor()
      return page
    },
    async file(name, content) {
      const path = join(folder, name)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, typeof content === 'number' ? '' : content)
      if (typeof content === 'number') await truncate(path, content)
      return path
    },
    async expectStored(name, bytes) {
      const { content = Buffer.alloc(0) } = await oss.get(name)
      const summary = (data: Uint8Array) => ({ size: data.byteLength, sha256: sha256(data) })
      expect(summary(content), name).toEqual(summary(bytes))
    },
    stall(key, nth) {
      const afterBytes = 100 * MiB
      server.faults.add({ on: 'UploadPart', key, nth, times: 'always', do: 'stall', afterBytes })
    },
  }
  return flow
}

/** The row of a file in the list. */
export function row(page: Page, name: string): Locator {
  return page.locator('.file').filter({ has: page.getByText(name, { exact: true }) })
}

/** Picks files as the file dialog does. */
export async function pick(page: Page, ...paths: string[]): Promise<void> {
  await page.locator('#file').setInputFiles(paths)
}

/** Waits until a file is in this phase. */
export async function phase(page: Page, name: string, wanted: string, timeout = 15_000) {
  await row(page, name)
    .and(page.locator(`[data-phase="${wanted}"]`))
    .waitFor({ timeout })
}

/** What the map of a file shows, as a screen reader hears it; nothing where there is no map. */
export async function mapSays(page: Page, name: string): Promise<string> {
  const maps = row(page, name).getByRole('img', { name: 'Map of the parts' })
  const [label] = await maps.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')))
  return label ?? ''
}

/** Waits until the map of a file shows this. */
export async function mapShows(page: Page, name: string, text: string | RegExp): Promise<void> {
  await expect.poll(() => mapSays(page, name), { timeout: 15_000 }).toMatch(text)
}
