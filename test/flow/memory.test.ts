import { execFile } from 'node:child_process'
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, expect, it } from 'vitest'
import { builtClient } from './built-client.ts'
import { startServerProcess } from './server-process.ts'

const SCRIPT = fileURLToPath(new URL('./measure-upload.js', import.meta.url))
const KiB = 1024
const MiB = 1024 * KiB

const server = await startServerProcess()
const folder = await mkdtemp(join(tmpdir(), 'oss-multipart-memory-'))
afterAll(() => rm(folder, { recursive: true }))

it.each([
  { parts: 10, of: '32 MiB', partSize: 32 * MiB, parallel: 4, limit: 150 },
  { parts: 10_000, of: '100 KiB', partSize: 100 * KiB, parallel: 8, limit: 100 },
])(
  'uploads $parts parts of $of, $parallel at once, in less than $limit MiB of memory',
  { timeout: 300_000 },
  async ({ parts, partSize, parallel, limit }) => {
    builtClient()
    const name = `${parts} parts`
    const path = join(folder, name)
    const size = parts * partSize
    await writeFile(path, '')
    await truncate(path, size)
    const options = JSON.stringify(server.options)
    const script = [SCRIPT, options, name, path, `${partSize}`, `${parallel}`]
    const { stdout } = await promisify(execFile)(process.execPath, script)
    const { res } = await server.client.head(name)
    expect(res.headers['content-length']).toBe(`${size}`)
    expect(Number(stdout)).toBeGreaterThan(0)
    expect(Number(stdout) / MiB).toBeLessThan(limit)
  },
)
