import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

/** What the files of each folder may import besides their own folder and the libraries named here. */
interface Rule {
  readonly folders: readonly string[]
  readonly libraries: readonly (string | RegExp)[]
}

const CLIENT: Readonly<Record<string, Rule>> = {
  async: { folders: [], libraries: [] },
  oss: { folders: ['async'], libraries: [] },
  transport: { folders: ['oss', 'async'], libraries: [] },
  upload: { folders: ['oss', 'async'], libraries: [] },
  node: {
    folders: ['upload', 'oss', 'transport', 'async'],
    libraries: [/^node:/, 'https-proxy-agent'],
  },
  browser: { folders: ['upload', 'oss', 'transport', 'async'], libraries: [] },
  client: {
    folders: ['upload', 'oss', 'transport', 'async', 'node', 'browser', '.'],
    libraries: [/^node:/, 'mime'],
  },
  '.': { folders: ['client', 'upload', 'oss', 'node', 'browser'], libraries: [] },
}

const NO_DISK = /^node:(?!fs|http|net)/

const SERVER: Readonly<Record<string, Rule>> = {
  store: { folders: [], libraries: [/^node:(?!http|net)/, 'lmdb'] },
  protocol: { folders: [], libraries: [NO_DISK, '@rgrove/parse-xml'] },
  operations: { folders: ['protocol', 'store'], libraries: [NO_DISK] },
  http: { folders: ['operations', 'protocol'], libraries: [/^node:(?!fs)/] },
  faults: { folders: ['http', 'operations', 'protocol'], libraries: [NO_DISK] },
  '.': { folders: ['faults', 'http', 'operations', 'protocol', 'store'], libraries: [/^node:/] },
}

/** The page is an example: it uses what everybody can install, and no more. */
const PAGE: Readonly<Record<string, Rule>> = {
  uploads: { folders: [], libraries: ['oss-multipart'] },
  texts: { folders: ['uploads'], libraries: [] },
  pictures: { folders: ['uploads'], libraries: [] },
  device: { folders: ['uploads'], libraries: [] },
  view: { folders: ['uploads', 'texts', 'pictures', 'device'], libraries: ['oss-multipart'] },
  '.': { folders: ['view', 'uploads', 'texts', 'device', 'style'], libraries: [] },
}

describe.each([
  ['client', CLIENT],
  ['page', PAGE],
  ['server', SERVER],
])('packages/%s', (name, rules) => {
  const src = fileURLToPath(new URL(`../packages/${name}/src`, import.meta.url))
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !/\.(test|contract)\.ts$/.test(file) && !/test-/.test(file),
  )

  it('imports only in the allowed direction', () => {
    const breaches = files.flatMap((file) =>
      importsOf(join(src, file))
        .filter((target) => !mayImport(src, file, target, rules))
        .map((target) => `${file} → ${target}`),
    )
    expect(breaches).toEqual([])
  })

  it('has a rule for every folder', () => {
    expect([...new Set(files.map(dirname))].sort()).toEqual(Object.keys(rules).sort())
  })
})

it('no server has a line of the faults that did not ask for them', () => {
  const src = fileURLToPath(new URL('../packages/server/src', import.meta.url))
  for (const file of ['index.ts', 'main.ts', 'command-line.ts']) {
    const program = ts.createSourceFile(
      file,
      readFileSync(join(src, file), 'utf8'),
      ts.ScriptTarget.Latest,
    )
    const loaded = program.statements.flatMap((statement) =>
      ts.isImportDeclaration(statement) && !statement.importClause?.isTypeOnly
        ? [statement.moduleSpecifier.getText(program)]
        : [],
    )
    expect(loaded.filter((target) => target.includes('/faults/'))).toEqual([])
  }
})

it('notices an import against the rules', () => {
  const src = '/src'
  expect(mayImport(src, 'oss/send.ts', '../upload/upload.ts', CLIENT)).toBe(false)
  expect(mayImport(src, 'upload/upload.ts', '../oss/send.ts', CLIENT)).toBe(true)
  expect(mayImport(src, 'upload/upload.ts', 'node:fs', CLIENT)).toBe(false)
  expect(mayImport(src, 'oss/send.ts', '../index.ts', CLIENT)).toBe(false)
  expect(mayImport(src, 'protocol/locate.ts', '../../../client/src/oss/address.ts', SERVER)).toBe(
    false,
  )
})

function importsOf(path: string): string[] {
  return ts
    .preProcessFile(readFileSync(path, 'utf8'), true, true)
    .importedFiles.map(({ fileName }) => fileName)
}

function mayImport(
  src: string,
  file: string,
  target: string,
  rules: Readonly<Record<string, Rule>>,
): boolean {
  const rule = rules[dirname(file)]
  if (rule === undefined) return false
  if (!target.startsWith('.')) {
    return rule.libraries.some((library) =>
      typeof library === 'string' ? library === target : library.test(target),
    )
  }
  const path = relative(src, join(src, dirname(file), target))
  const folder = dirname(path)
  // An entry puts things together for others: nothing inside may lean on it.
  const isEntry = folder === '.' && path !== 'version.ts'
  return folder === dirname(file) || (!isEntry && rule.folders.includes(folder))
}
