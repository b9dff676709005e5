// What a page has to load of each browser entry, bundled and minified as applications do it, after gzip.
// Fails where an entry has outgrown its budget. Run it after `npm run build`.
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const KB = 1000

/** @type {readonly [what: string, imports: string, budget: number][]} */
const BUDGETS = [
  ['upload core', "export { createClient, multipartUpload, head } from './core.js'", 32.4 * KB],
  ['whole class', "export { default } from './browser.js'", 41.4 * KB],
]

const resolveDir = fileURLToPath(new URL('../packages/client/dist', import.meta.url))
for (const [what, contents, budget] of BUDGETS) {
  const { outputFiles, warnings } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  })
  const size = gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length
  console.log(`${what}: ${size} bytes of ${budget}`)
  if (size > budget || warnings.length > 0) process.exitCode = 1
}
