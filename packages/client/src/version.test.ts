import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { VERSION } from './version.ts'

it('is the version in package.json', () => {
  const file = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  expect(JSON.parse(file)).toMatchObject({ name: 'oss-multipart', version: VERSION })
})
