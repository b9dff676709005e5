import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { builtClient } from './built-client.ts'
import { startServerProcess } from './server-process.ts'
import { bytesOf, PART } from './testing.ts'

const SCRIPT = fileURLToPath(new URL('./many-uploads.js', import.meta.url))
const COUNT = 1_000
const PARTS = 5
const MiB = 1024 * 1024

const server = await startServerProcess()

describe(`${COUNT} uploads at once`, () => {
  let outcome: { memory: number; before: unknown; after: unknown }
  let warnings: string

  beforeAll(async () => {
    builtClient()
    const folder = await mkdtemp(join(tmpdir(), 'oss-multipart-many-'))
    const path = join(folder, 'file')
    await writeFile(path, bytesOf(PARTS * PART))
    const script = [SCRIPT, JSON.stringify(server.options), path, `${COUNT}`]
    // It must end by itself.
    const ended = promisify(execFile)(process.execPath, script, { timeout: 120_000 })
    const { stdout, stderr } = await ended.finally(() => rm(folder, { recursive: true }))
    outcome = JSON.parse(stdout)
    warnings = stderr
  }, 120_000)

  it.each([
    ['path', PARTS * PART],
    ['buffer', PARTS * PART],
    ['blob', PARTS * PART],
    ['stream', PARTS * PART],
    ['small', 1_000],
  ])('all arrive: each %s', async (kind, size) => {
    const { objects } = await server.client.list({ prefix: `many/${kind}/`, 'max-keys': 1000 })
    expect(objects).toHaveLength(COUNT / 5)
    expect(new Set(objects.map((object) => object.size))).toEqual(new Set([size]))
    // The same bytes in the same parts.
    expect(new Set(objects.map(({ etag }) => etag)).size).toBe(1)
  })

  it('leave no handle, socket, listener or file descriptor behind', () => {
    expect(outcome.after).toEqual(outcome.before)
  })

  it('do not make Node warn, though they share one signal', () => {
    expect(warnings).toBe('')
  })

  // Seen: 510 to 530, most of it for the streams among them, whose parts are held until they have gone.
  it('need less than 768 MiB of memory', () => {
    expect(outcome.memory).toBeGreaterThan(0)
    expect(outcome.memory / MiB).toBeLessThan(768)
  })
})
