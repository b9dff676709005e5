// npm run bench [-- GROUP …]: see README.md.

import { fileURLToPath } from 'node:url'
import { runIsolated } from './network.js'
import { readOptions, Usage } from './options.js'
import { prepare } from './prepare.js'

try {
  const words = process.argv.slice(2)
  readOptions(words)
  prepare()
  const measure = fileURLToPath(new URL('measure.js', import.meta.url))
  process.exitCode = await runIsolated(process.execPath, [measure, ...words])
} catch (error) {
  console.error(
    error instanceof Usage || !(error instanceof Error)
      ? String(error).replace('Error: ', '')
      : error.message,
  )
  process.exitCode = 2
}
