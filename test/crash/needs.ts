import { spawnSync } from 'node:child_process'
import type { TestContext } from 'vitest'

/** Skips the test where this command does not succeed; it says so, and what can be done about it. */
export function needs(test: TestContext, command: readonly [string, ...string[]], advice: string) {
  const [program, ...rest] = command
  const { error, status, stderr } = spawnSync(program, rest, { encoding: 'utf8' })
  if (status === 0) return
  const why = error?.message ?? stderr.trim()
  const { name, suite } = test.task
  process.stderr.write(`SKIPPED "${suite?.name ?? ''} ${name}": ${why}. ${advice}\n`)
  test.skip(advice)
}
