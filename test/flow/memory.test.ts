import { execFile } from 'node:child_process'
import { truncate } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { builtClient } from './built-client.ts'
import { BUCKET, startFlow } from './testing.ts'

const SCRIPT = fileURLToPath(new URL('./measure-upload.js', import.meta.url))
const MiB = 1024 * 1024
const SIZE = 300 * MiB

const flow = await startFlow()

it('uploads 300 MiB in parts of 32 MiB, four at once, in less than 150 MiB of memory', async () => {
  builtClient()
  const path = await flow.file('sparse', Buffer.alloc(0))
  await truncate(path, SIZE)
  const { url: endpoint, accessKeyId, accessKeySecret } = flow.server
  const options = { endpoint, accessKeyId, accessKeySecret, bucket: BUCKET }
  const run = promisify(execFile)
  const { stdout } = await run(process.execPath, [SCRIPT, JSON.stringify(options), path])
  const { res } = await flow.client().head('large.bin')
  expect(res.headers['content-length']).toBe(`${SIZE}`)
  expect(Number(stdout)).toBeGreaterThan(0)
  expect(Number(stdout)).toBeLessThan(150 * MiB)
})
