import { existsSync } from 'node:fs'
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type RunningServer, startServer } from 'oss-local'
import OSS from 'oss-multipart'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, expect } from 'vitest'
import { type Observer, startObserver } from '../flow/observer.ts'
import { bytesOf, sha256 } from '../flow/testing.ts'
import { launchChromium } from './chromium.ts'
import { type CorsProxy, startCorsProxy } from './cors-proxy.ts'
import { openPage } from './open-page.ts'
import { html, type PageServer, script, scriptFile, startPageServer } from './page-server.ts'

export const KiB = 1024
export const MiB = 1024 * KiB
export const PART = 100 * KiB
export const BUCKET = 'browser'

/** Keys of one person, one after the other. */
export const TEMPORARY_KEYS = ['first', 'second'].map((stsToken) => ({
  accessKeyId: `temporary-${stsToken}`,
  accessKeySecret: `secret-${stsToken}`,
  stsToken,
}))
const DEVELOPMENT_KEY = {
  accessKeyId: 'oss-local-key-id',
  accessKeySecret: 'oss-local-key-secret',
}

const DIST = fileURLToPath(new URL('../../packages/client/dist', import.meta.url))
const PAGE = `<!doctype html><title>test</title><link rel="icon" href="data:,">
<input type="file" id="file" multiple><script src="/oss-multipart.min.js"></script>`

/** The page with a policy, which its workers have as well. */
const policy = (text: string) =>
  `<meta http-equiv="content-security-policy" content="${text}">${PAGE}`

/** A worker that uploads what it is sent, and answers with the ETag or with what went wrong. */
const worker = (answer: string) => `
importScripts('/oss-multipart.min.js')
addEventListener('message', (event) => {
  const { source, data: { options, name, file, settings } } = event
  const done = new OSS(options).multipartUpload(name, file, settings)
  const told = done.then(({ etag }) => etag, String).then((text) => ${answer}(text))
  event.waitUntil?.(told)
})`

/** A real page in Chromium, on another origin than the local OSS that it uploads to. */
export interface BrowserFlow {
  readonly browser: Browser
  readonly server: RunningServer
  /** Sees and disturbs what reaches OSS; preflights do not. */
  readonly observer: Observer
  readonly cors: CorsProxy
  readonly site: PageServer
  /** What `new OSS(…)` takes in the page. */
  readonly options: Readonly<Record<string, unknown>>
  /** A page that has loaded the script; its errors fail the test. It is closed with the test. */
  open(context?: BrowserContext): Promise<Page>
  /** A file on disk, sparse where it is only to be large. */
  file(name: string, content: Uint8Array | number): Promise<string>
  expectStored(name: string, bytes: Uint8Array): Promise<void>
  /** What OSS says of an object: its headers. */
  head(name: string): Promise<Readonly<Record<string, string>>>
}

export interface BrowserFlowOptions {
  /** Answers what the page asks of its own server. */
  readonly answer?: (path: string, body: string) => Promise<unknown>
}

/** To be called once, at the top of a test file. */
export async function startBrowserFlow({ answer }: BrowserFlowOptions = {}): Promise<BrowserFlow> {
  const built = builtScript()
  const server = await startServer({
    buckets: [BUCKET],
    accessKeys: [DEVELOPMENT_KEY, ...TEMPORARY_KEYS],
  })
  const observer = await startObserver(server.url)
  // Once oss-local answers preflights by the rules of its buckets, this line goes: `cors.url` is `observer.url` then.
  const cors = await startCorsProxy(observer.url)
  const site = await startPageServer(
    {
      '/': html(PAGE),
      '/no-wasm': html(policy("script-src 'self'; worker-src blob:")),
      '/no-wasm-no-workers': html(policy("script-src 'self'; worker-src 'none'")),
      '/oss-multipart.min.js': await scriptFile(built),
      '/worker.js': script(worker('postMessage')),
      '/service-worker.js': script(worker('source.postMessage')),
    },
    answer,
  )
  const browser = await launchChromium()
  const folder = await mkdtemp(join(tmpdir(), 'oss-multipart-browser-'))
  afterAll(async () => {
    await browser.close()
    await site.close()
    await cors.close()
    await observer.close()
    await server.close()
    await rm(folder, { recursive: true })
  })

  const { accessKeyId, accessKeySecret } = server
  const known = { accessKeyId, accessKeySecret, bucket: BUCKET, region: 'oss-cn-hangzhou' }
  const direct = new OSS({ ...known, endpoint: server.url })
  return {
    browser,
    server,
    observer,
    cors,
    site,
    options: { ...known, endpoint: cors.url },
    open: (context) => openPage(browser, site.url, { context }),
    async file(name, content) {
      const path = join(folder, name)
      await writeFile(path, typeof content === 'number' ? '' : content)
      if (typeof content === 'number') await truncate(path, content)
      return path
    },
    async expectStored(name, bytes) {
      const { content = Buffer.alloc(0) } = await direct.get(name)
      const summary = (data: Uint8Array) => ({ size: data.byteLength, sha256: sha256(data) })
      expect(summary(content), name).toEqual(summary(bytes))
    },
    head: async (name) => (await direct.head(name)).res.headers,
  }
}

export { bytesOf }

export function builtScript(): string {
  const path = join(DIST, 'oss-multipart.min.js')
  if (existsSync(path)) return path
  throw new Error(`${path} is missing: run \`npm run build\` before the tests`)
}
