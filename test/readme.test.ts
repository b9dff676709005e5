import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type RunningServer, startServer } from 'oss-local'
import OSS from 'oss-multipart'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtClient } from './flow/built-client.ts'
import { startStuckProxy } from './flow/stuck-proxy.ts'
import { bytesOf } from './flow/testing.ts'

const MARKER = '<!-- test/readme.test.ts runs this block -->\n```js\n'
const ENDPOINT = "endpoint: 'http://127.0.0.1:9000',"
const MiB = 1024 * 1024
/** Five parts of the default size. */
const VIDEO = bytesOf(4 * MiB + 1)

/** A folder such as a reader of the README has: the package is installed, and the video is there. */
let folder: string
let server: RunningServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oss-multipart-readme-'))
  await mkdir(join(folder, 'node_modules'))
  await symlink(builtClient(), join(folder, 'node_modules', 'oss-multipart'))
  await writeFile(join(folder, 'big.mp4'), VIDEO)
  server = await startServer({ buckets: ['media'] })
})

afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

/** Runs the block of the README to the letter, but for the line that names the endpoint. */
async function runBlock(
  endpoint: string,
): Promise<{ stdout: string; stderr: string; code: number }> {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  const [, after = ''] = readme.split(MARKER)
  const [block = ''] = after.split('```')
  expect(block.split(ENDPOINT)).toHaveLength(2)
  const script = join(folder, 'upload.js')
  await writeFile(script, block.replace(ENDPOINT, endpoint))
  // Connections that are kept for the next request must not keep the program.
  const options = { cwd: folder, timeout: 10_000 }
  return promisify(execFile)(process.execPath, [script], options).then(
    (output) => ({ ...output, code: 0 }),
    (failed) => failed,
  )
}

describe('the example of the README', () => {
  it('uploads a file, tells how far it is, and shows the metadata', async () => {
    const { stdout, stderr, code } = await runBlock(`endpoint: '${server.url}',`)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const lines = stdout.trimEnd().split('\n')
    expect(lines.slice(0, 7)).toEqual(['0 %', '17 %', '33 %', '50 %', '67 %', '83 %', '100 %'])
    expect(lines[7]).toMatch(/^"[0-9A-F]{32}-5"$/)
    const { head, content } = await stored()
    expect(lines.slice(8).join('\n')).toMatch(
      /^{ (year: '2017', people: 'test'|people: 'test', year: '2017') }$/,
    )
    expect(`${head.res.headers.etag}`).toBe(lines[7])
    expect(head.meta).toEqual({ year: '2017', people: 'test' })
    expect(head.res.headers['content-type']).toBe('video/mp4')
    expect(content?.equals(VIDEO)).toBe(true)
  })

  it.each([
    ['at all', 0, /^No connection in time\. Go on later with undefined$/m],
    [
      'any more',
      3,
      /^No connection in time\. Go on later with \{$[\s\S]*uploadId: '[0-9A-F]{32}'/m,
    ],
  ])('says what to do when nothing answers %s', async (_, answers, words) => {
    const { url } = await startStuckProxy(server.url, answers)
    // The block says nothing of time-outs, and the default of a minute is too long for a test.
    const { stdout, stderr, code } = await runBlock(
      `endpoint: '${url}', timeout: [300, 10_000], retryMax: 2,`,
    )
    expect(stdout).toMatch(words)
    expect(stderr).toMatch(/ConnectionTimeoutError/)
    expect(stderr).not.toContain(server.accessKeySecret)
    expect(code).toBe(1)
  })
})

async function stored() {
  const { url: endpoint, accessKeyId, accessKeySecret } = server
  const client = new OSS({ endpoint, accessKeyId, accessKeySecret, bucket: 'media' })
  const { content } = await client.get('films/big.mp4')
  return { head: await client.head('films/big.mp4'), content }
}
