// What a page has to load of each browser entry, bundled and minified as applications do it, after gzip.
// Fails where an entry has outgrown its budget. Run it after `npm run build`.
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const KB = 1000

/** @type {readonly [entry: string, budget: number][]} */
const BUDGETS = [
  ['core.js', 33 * KB],
  ['browser.js', 38 * KB],
]

for (const [entry, budget] of BUDGETS) {
  const { outputFiles, warnings } = await build({
    entryPoints: [fileURLToPath(new URL(`../packages/client/dist/${entry}`, import.meta.url))],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  })
  const size = gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length
  console.log(`${entry.padEnd(12)} ${size} bytes of ${budget}`)
  if (size > budget || warnings.length > 0) process.exitCode = 1
}
