import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startServer } from 'oss-local'
import { describe, expect, it, onTestFinished } from 'vitest'
import { builtClient } from './flow/built-client.ts'

const run = promisify(execFile)
const SERVER = fileURLToPath(new URL('../packages/server', import.meta.url))

/** The block of that language which the README has for this test. */
async function block(language: 'js' | 'sh'): Promise<string> {
  const readme = await readFile(join(SERVER, 'README.md'), 'utf8')
  const marker = `<!-- test/server-readme.test.ts runs this block -->\n\`\`\`${language}\n`
  const [, after, more] = readme.split(marker)
  expect(more).toBeUndefined()
  return after?.split('```')[0] ?? ''
}

describe('what the README of oss-local says of failures', () => {
  it('holds for its test, to the letter', async () => {
    if (!existsSync(join(SERVER, 'dist/index.js'))) {
      throw new Error('packages/server/dist is missing: run `npm run build` before the tests')
    }
    const folder = await mkdtemp(join(tmpdir(), 'oss-local-readme-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    await mkdir(join(folder, 'node_modules'))
    await symlink(builtClient(), join(folder, 'node_modules', 'oss-multipart'))
    await symlink(SERVER, join(folder, 'node_modules', 'oss-local'))
    await writeFile(join(folder, 'rehearsal.test.mjs'), await block('js'))
    // Tests that run within a test of Node's own runner would report to that one.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env
    const options = { cwd: folder, env, timeout: 25_000 }
    const { stdout } = await run(process.execPath, ['--test', 'rehearsal.test.mjs'], options)
    expect(stdout).toMatch(/^# pass 2$/m)
    expect(stdout).toMatch(/^# fail 0$/m)
  })

  it('holds for curl', async () => {
    const server = await startServer({ faults: { token: 'secret' } })
    onTestFinished(() => server.close())
    const commands = (await block('sh')).replaceAll('http://127.0.0.1:9000', server.url)
    const { stdout } = await run('sh', ['-e', '-c', commands], { timeout: 10_000 })
    const answers = stdout.trimEnd().split('\n')
    const ordered = [
      { on: 'UploadPart', partNumber: 2, do: 'refuse', status: 503, code: 'SlowDown' },
      { on: 'CompleteMultipartUpload', do: 'lose answer' },
    ]
    expect(answers.map((answer) => JSON.parse(answer))).toEqual([
      { unused: ordered },
      { unused: ordered },
      { unused: [] },
    ])
  })
})
