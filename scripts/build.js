// Builds what is published: ES modules with their types, and for the client a CommonJS entry.
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, rmSync } from 'node:fs'
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

await build({
  entryPoints: [root('packages/client/src/index.ts')],
  outfile: root('packages/client/dist/index.cjs'),
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  keepNames: true,
  // Needed only by those who ask for a proxy.
  external: ['https-proxy-agent'],
  // `require('oss-multipart')` gives the class, with everything else on it.
  footer: { js: 'module.exports = Object.assign(module.exports.OSS, module.exports);' },
})
copyFileSync(root('packages/client/index.d.cts'), root('packages/client/dist/index.d.cts'))
chmodSync(root('packages/server/dist/main.js'), 0o755)
