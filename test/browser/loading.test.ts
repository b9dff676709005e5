import { readFileSync } from 'node:fs'
import { createContext, runInContext } from 'node:vm'
import { expect, it } from 'vitest'
import { builtScript } from './testing.ts'

/** Ways to a page, and what costs time before anybody uploads. */
const NOT_AT_LOADING = ['globalThis', 'console', 'WebAssembly']

it('asks for nothing but the language when the script is loaded', () => {
  const asked = new Set<unknown>()
  const scope = new Proxy({}, { has: (_, name) => asked.add(name) && false })
  // A world of the language alone: no window, no self, no process, no timers.
  const world = createContext({ scope })
  const language: string[] = runInContext('Object.getOwnPropertyNames(globalThis)', world)
  runInContext(`with (scope) { ${readFileSync(builtScript(), 'utf8')} }`, world)
  expect(runInContext('typeof OSS', world)).toBe('function')
  const known = language.filter((name) => !NOT_AT_LOADING.includes(name))
  expect([...asked].filter((name) => !known.includes(String(name)))).toEqual(['OSS'])
})
