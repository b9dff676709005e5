import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

interface Installed {
  readonly dependencies?: Record<string, string>
  readonly hasInstallScript?: boolean
}

const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')) as {
  packages: Record<string, Installed>
}

/** Everything that comes along with a package of the lock file. */
function withAll(path: string, found = new Map<string, Installed>()): Map<string, Installed> {
  const installed = lock.packages[path]
  if (installed === undefined || found.has(path)) return found
  found.set(path, installed)
  for (const name of Object.keys(installed.dependencies ?? {})) {
    const own = `${path}/node_modules/${name}`
    withAll(own in lock.packages ? own : `node_modules/${name}`, found)
  }
  return found
}

describe('the client', () => {
  const all = withAll('packages/client')

  it('runs nothing when it is installed', () => {
    const scripts = [...all].filter(([, { hasInstallScript }]) => hasInstallScript)
    expect(scripts).toEqual([])
  })

  it('brings few packages along', () => {
    expect([...all.keys()].filter((path) => path.startsWith('node_modules/')).length).toBeLessThan(
      10,
    )
  })
})
