import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type RunningServer, startServer } from 'oss-local'
import OSS from 'oss-multipart'
import { describe, expect, it, onTestFinished } from 'vitest'
import { builtClient } from './flow/built-client.ts'

const run = promisify(execFile)
const SERVER = fileURLToPath(new URL('../packages/server', import.meta.url))

/** The block of that language which the README has for this test, `how` it is to be run. */
async function block(language: 'js' | 'sh', how = ''): Promise<string> {
  const readme = await readFile(join(SERVER, 'README.md'), 'utf8')
  const marker = `<!-- test/server-readme.test.ts runs this block${how} -->\n\`\`\`${language}\n`
  const [, after, more] = readme.split(marker)
  expect(more).toBeUndefined()
  return after?.split('```')[0] ?? ''
}

/** A folder of somebody who has installed both packages. It goes away after the test. */
async function userFolder(): Promise<string> {
  if (!existsSync(join(SERVER, 'dist/index.js'))) {
    throw new Error('packages/server/dist is missing: run `npm run build` before the tests')
  }
  const folder = await mkdtemp(join(tmpdir(), 'oss-local-readme-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await mkdir(join(folder, 'node_modules'))
  await symlink(builtClient(), join(folder, 'node_modules', 'oss-multipart'))
  await symlink(SERVER, join(folder, 'node_modules', 'oss-local'))
  return folder
}

describe('what the README of oss-local says of failures', () => {
  it('holds for its test, to the letter', async () => {
    const folder = await userFolder()
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

describe('the CORS rule that the README of oss-local has for the real OSS', () => {
  it('is that of --cors, but for the origins', async () => {
    const server = await startServer({ buckets: ['media'] })
    onTestFinished(() => server.close())
    const ready = await startServer({ buckets: ['media'], cors: true })
    onTestFinished(() => ready.close())
    const folder = await userFolder()
    const program = await block('js', ' against oss-local')
    const here = `endpoint: '${server.url}',`
    await writeFile(join(folder, 'cors.mjs'), program.replace("region: 'oss-cn-hangzhou',", here))
    const env = {
      ...process.env,
      OSS_ACCESS_KEY_ID: server.accessKeyId,
      OSS_ACCESS_KEY_SECRET: server.accessKeySecret,
    }
    await run(process.execPath, ['cors.mjs'], { cwd: folder, env, timeout: 25_000 })
    const [put, expected] = await Promise.all([server, ready].map(corsRules))
    expect(put?.rules).toMatchObject([{ allowedOrigin: 'https://app.example.com' }])
    expect(put?.rules).toEqual(
      expected?.rules.map((rule) => ({ ...rule, allowedOrigin: 'https://app.example.com' })),
    )
  })
})

function corsRules({ url: endpoint, accessKeyId, accessKeySecret }: RunningServer) {
  return new OSS({ endpoint, accessKeyId, accessKeySecret }).getBucketCORS('media')
}
