import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build as esbuild } from 'esbuild'
import type { Page } from 'playwright-core'
import { createLogger, createServer, type InlineConfig, type Logger, build as vite } from 'vite'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import webpack from 'webpack'
import { bytesOf, PART, startBrowserFlow } from './testing.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const bytes = bytesOf(3 * PART - 5, 'bundlers')
const flow = await startBrowserFlow()

/** An application's folder, in which the package is installed. */
const app = await mkdtemp(join(tmpdir(), 'oss-multipart-app-'))
afterAll(() => rm(app, { recursive: true }))
await mkdir(join(app, 'node_modules'))
await symlink(join(ROOT, 'packages/client'), join(app, 'node_modules/oss-multipart'))

const UPLOAD = `
window.upload = async ({ options, name, partSize, file }) => {
  const viaClass = new OSS(options)
  await viaClass.multipartUpload(name + ' by the class', file, { partSize })
  const client = createClient(options)
  await multipartUpload(client, name + ' by functions', file, { partSize })
  const { res } = await head(client, name + ' by functions')
  return { size: res.headers['content-length'], path: await viaClass.put('a', '/etc/hosts').catch(String) }
}`
await writeFile(
  join(app, 'app.mjs'),
  `import OSS from 'oss-multipart'
import { createClient, head, multipartUpload } from 'oss-multipart/core'${UPLOAD}`,
)
await writeFile(
  join(app, 'app.cjs'),
  `const OSS = require('oss-multipart')
const { createClient, head, multipartUpload } = require('oss-multipart/core')${UPLOAD}`,
)
await writeFile(
  join(app, 'worker.mjs'),
  `import { createClient, multipartUpload } from 'oss-multipart/core'
addEventListener('message', async ({ data: { options, name, file, settings } }) => {
  postMessage(await multipartUpload(createClient(options), name, file, settings).then(() => 'done', String))
})`,
)
await writeFile(
  join(app, 'index.html'),
  '<input type="file" id="file"><script type="module" src="/app.mjs"></script>',
)

interface Bundled {
  readonly script: string
  readonly warnings: readonly string[]
}

/** The one script that a bundler made. */
async function scriptIn(folder: string): Promise<string> {
  const files = await readdir(folder, { recursive: true })
  const scripts = files.filter((file) => /\.m?js$/.test(file))
  expect(scripts).toHaveLength(1)
  return readFile(join(folder, String(scripts[0])), 'utf8')
}

const VITE: InlineConfig = { root: app, configFile: false, logLevel: 'warn' }

function collectWarnings() {
  const warnings: string[] = []
  const warn = (message: string) => void warnings.push(message)
  const logger: Logger = { ...createLogger('silent'), warn, warnOnce: warn, error: warn }
  return { logger, warnings }
}

async function withVite(): Promise<Bundled> {
  const { logger, warnings } = collectWarnings()
  const outDir = join(app, 'vite')
  await vite({ ...VITE, customLogger: logger, build: { outDir } })
  return { script: await scriptIn(outDir), warnings }
}

async function withWebpack(entry: string): Promise<Bundled> {
  const path = join(app, `webpack ${entry}`)
  const compiler = webpack({
    mode: 'production',
    context: app,
    entry: `./${entry}`,
    output: { path },
  })
  const compilation = await new Promise<webpack.StatsCompilation | undefined>((resolve, reject) =>
    compiler?.run((error, stats) =>
      error ? reject(error) : resolve(stats?.toJson({ all: false, errors: true, warnings: true })),
    ),
  )
  const { errors = [], warnings = [] } = compilation ?? {}
  const said = [...errors, ...warnings].map(({ message }) => message)
  return { script: await scriptIn(path), warnings: said }
}

async function withEsbuild(entry: string): Promise<Bundled> {
  const outdir = join(app, `esbuild ${entry}`)
  const { errors, warnings } = await esbuild({
    absWorkingDir: app,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: 'esm',
    outdir,
    logLevel: 'silent',
  })
  return {
    script: await scriptIn(outdir),
    warnings: [...errors, ...warnings].map(({ text }) => text),
  }
}

/** Uploads with what the page has loaded, and looks at what has arrived. */
async function expectUploads(page: Page, name: string): Promise<void> {
  await page.waitForFunction(() => 'upload' in window)
  await page.locator('#file').setInputFiles(await flow.file('a film.mp4', bytes))
  const { size, path } = await page.evaluate(
    (what) => {
      const file = (document.querySelector('#file') as HTMLInputElement).files?.[0]
      return Object(window).upload({ ...what, file })
    },
    { options: flow.options, name, partSize: PART },
  )
  expect(size).toBe(`${bytes.length}`)
  expect(path).toContain('Only Node can open a file by its path')
  for (const stored of [`${name} by the class`, `${name} by functions`]) {
    expect(flow.observer.partsSent(stored)).toEqual([1, 2, 3])
    await flow.expectStored(stored, bytes)
  }
}

describe('an application that imports the class and the functions', () => {
  it.each<[string, () => Promise<Bundled>]>([
    ['Vite', withVite],
    ['webpack', () => withWebpack('app.mjs')],
    ['webpack and require', () => withWebpack('app.cjs')],
    ['esbuild', () => withEsbuild('app.mjs')],
    ['esbuild and require', () => withEsbuild('app.cjs')],
  ])('is bundled by %s without a warning, and uploads', async (name, bundle) => {
    const { script, warnings } = await bundle()
    expect(warnings).toEqual([])
    const page = await flow.open()
    await page.addScriptTag({ content: script, type: 'module' })
    await expectUploads(page, name)
  })

  it('uploads from Vite’s server for development', async () => {
    const { logger, warnings } = collectWarnings()
    const server = await createServer({
      ...VITE,
      customLogger: logger,
      server: { host: '127.0.0.1', port: 0, fs: { allow: [ROOT] } },
      // As if it had come from a registry: what is linked is served file by file.
      optimizeDeps: { include: ['oss-multipart', 'oss-multipart/core'] },
    })
    onTestFinished(() => server.close())
    await server.listen()
    const page = await flow.open()
    await page.goto(String(server.resolvedUrls?.local[0]))
    await expectUploads(page, 'development')
    expect(warnings).toEqual([])
  })

  it('uploads from a worker that is a module', async () => {
    const { script } = await withEsbuild('worker.mjs')
    const page = await flow.open()
    await page.locator('#file').setInputFiles(await flow.file('a film.mp4', bytes))
    const ended = await page.evaluate(
      async ({ script, options, partSize }) => {
        const file = (document.querySelector('#file') as HTMLInputElement).files?.[0]
        const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }))
        const worker = new Worker(url, { type: 'module' })
        worker.postMessage({ options, name: 'module worker', file, settings: { partSize } })
        return new Promise((resolve) => {
          worker.onmessage = ({ data }) => resolve(data)
          worker.onerror = ({ message }) => resolve(message)
        })
      },
      { script, options: flow.options, partSize: PART },
    )
    expect(ended).toBe('done')
    await flow.expectStored('module worker', bytes)
  })
})
