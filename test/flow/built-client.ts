import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const PACKAGE = fileURLToPath(new URL('../../packages/client', import.meta.url))

/** The folder of the client as it is published, for tests that run it in a process of its own. */
export function builtClient(): string {
  if (existsSync(`${PACKAGE}/dist/index.cjs`)) return PACKAGE
  throw new Error('packages/client/dist/index.cjs is missing: run `npm run build` before the tests')
}
