// Builds what is published: ES modules with their types, and for the client CommonJS entries and a script
// for pages.
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = (/** @type {string} */ path) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')

for (const name of ['client', 'server']) {
  rmSync(root(`packages/${name}/dist`), { recursive: true, force: true })
  execFileSync(process.execPath, [tsc, '-p', root(`packages/${name}/tsconfig.build.json`)], {
    stdio: 'inherit',
  })
}

// A worker is made from a text: no bundler needs to know of it, and a page may come from a CDN.
const worker = await build({
  entryPoints: [root('packages/client/dist/browser/checksum-worker.js')],
  bundle: true,
  minify: true,
  target: 'es2022',
  format: 'iife',
  write: false,
})
writeFileSync(
  root('packages/client/dist/browser/checksum-worker-text.js'),
  `export const CHECKSUM_WORKER = ${JSON.stringify(worker.outputFiles[0]?.text.trim())};\n`,
)

// `require('oss-multipart')` gives the class, with everything else on it.
const CLASS_FIRST = 'module.exports = Object.assign(module.exports.OSS, module.exports);'

await build({
  entryPoints: [root('packages/client/dist/browser.js')],
  outfile: root('packages/client/dist/browser.cjs'),
  bundle: true,
  platform: 'browser',
  target: 'es2022',
  format: 'cjs',
  keepNames: true,
  footer: { js: CLASS_FIRST },
})
await build({
  entryPoints: [root('packages/client/dist/browser.js')],
  outfile: root('packages/client/dist/oss-multipart.min.js'),
  bundle: true,
  minify: true,
  target: 'es2022',
  format: 'iife',
  globalName: 'OSS',
  footer: { js: 'OSS=Object.assign(OSS.OSS,OSS);' },
})

// For Node both are one file: a hundred small ones take ten times as long to load, and more memory.
/** @type {import('esbuild').BuildOptions} */
const forNode = {
  entryPoints: [root('packages/client/src/index.ts')],
  bundle: true,
  platform: 'node',
  target: 'node20',
  // Needed only by those who ask for a proxy.
  external: ['https-proxy-agent'],
}
await build({
  ...forNode,
  outfile: root('packages/client/dist/index.cjs'),
  format: 'cjs',
  footer: { js: CLASS_FIRST },
})
await build({ ...forNode, outfile: root('packages/client/dist/index.js'), format: 'esm' })
copyFileSync(root('packages/client/index.d.cts'), root('packages/client/dist/index.d.cts'))
chmodSync(root('packages/server/dist/main.js'), 0o755)
