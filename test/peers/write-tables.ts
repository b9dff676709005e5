import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Reporter, TestModule } from 'vitest/node'
import {
  type Compared,
  catalogueTables,
  comparisonTable,
  gridTable,
  redList,
  type Shown,
} from './tables.ts'

const DOCUMENT = fileURLToPath(new URL('../../docs/RELIABILITY.md', import.meta.url))
const require = createRequire(import.meta.url)

/** Writes what the tests have shown into the marked places of docs/RELIABILITY.md. */
export default class TableWriter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const shown = tests.flatMap((test): Shown[] => {
      const { fault } = test.meta()
      return fault === undefined ? [] : [{ ...fault, file: test.module.relativeModuleId }]
    })
    const compared = tests.flatMap((test): Compared[] => {
      const { compared: one } = test.meta()
      return one === undefined ? [] : [one]
    })
    let text = readFileSync(DOCUMENT, 'utf8')
    if (shown.length > 0) {
      text = put(text, 'red', redList(shown))
      text = put(text, 'grid', gridTable(shown))
      text = put(text, 'catalogue', catalogueTables(shown))
    }
    if (compared.length > 0) {
      text = put(text, 'comparison', comparisonTable(compared))
      text = put(text, 'versions', versions())
    }
    writeFileSync(DOCUMENT, text)
  }
}

/** Between `<!-- name -->` and `<!-- /name -->`. */
function put(text: string, name: string, content: string): string {
  const [from, to] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [before, rest] = text.split(from)
  const after = rest?.split(to)[1]
  if (before === undefined || after === undefined) {
    throw new Error(`docs/RELIABILITY.md has no place for "${name}": ${from} … ${to}`)
  }
  return `${before}${from}\n${content}\n${to}${after}`
}

function versions(): string {
  const names = ['ali-oss', '@aws-sdk/lib-storage']
  const known = names.map((name) => `${name} ${require(`${name}/package.json`).version}`)
  return `Seen with ${known.join(' and ')} on Node ${process.versions.node}.`
}
