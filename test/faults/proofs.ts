import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const FOLDERS = ['packages/client/src', 'test']
/** Where titles are only spoken of. */
const NO_PROOF = /^test\/(faults|peers)\//

/** The files of tests in which these words stand. */
export function proofsOf(title: string): string[] {
  return testFiles().filter((file) => textOf(file).includes(title))
}

let files: readonly string[] | undefined
const texts = new Map<string, string>()

function testFiles(): readonly string[] {
  files ??= FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .map((file) => `${folder}/${file}`)
      .filter((file) => /(\.test|\.contract|\/testing)\.ts$/.test(file) && !NO_PROOF.test(file)),
  )
  return files
}

function textOf(file: string): string {
  const text = texts.get(file) ?? readFileSync(join(ROOT, file), 'utf8')
  texts.set(file, text)
  return text
}
