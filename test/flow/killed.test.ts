import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { builtClient } from './built-client.ts'
import { BUCKET, bytesOf, PART, startFlow } from './testing.ts'

const SCRIPT = fileURLToPath(new URL('./killed-upload.js', import.meta.url))
const PARTS = 20
const PARALLEL = 2

const flow = await startFlow()
const bytes = bytesOf(PARTS * PART)
const folder = await mkdtemp(join(tmpdir(), 'oss-multipart-killed-'))
afterAll(() => rm(folder, { recursive: true }))

describe('a script that is killed', () => {
  it('goes on when it is run again, sends again what was on its way, and leaves nothing behind', async () => {
    builtClient()
    const path = await flow.file('killed', bytes)
    let kills = 0
    for (const number of [1, 7, 13, PARTS]) {
      const held = flow.observer.hold({ key: 'killed.bin', partNumber: number }, 'answer')
      const script = start(path)
      await held.arrived
      script.kill('SIGKILL')
      await once(script, 'close')
      held.release()
      kills++
    }
    const script = start(path)
    expect(await once(script, 'close')).toEqual([0, null])

    await flow.expectStored('killed.bin', bytes)
    const sent = flow.observer.partsSent('killed.bin').length
    expect(sent).toBeGreaterThanOrEqual(PARTS)
    expect(sent).toBeLessThanOrEqual(PARTS + kills * PARALLEL)
    expect((await flow.client().listUploads()).uploads).toEqual([])
    expect((await readdir(folder)).filter((name) => name.endsWith('.json'))).toEqual([])
  })
})

function start(path: string) {
  const { accessKeyId, accessKeySecret } = flow.server
  const options = { endpoint: flow.observer.url, accessKeyId, accessKeySecret, bucket: BUCKET }
  const run = [SCRIPT, JSON.stringify(options), path, folder]
  return spawn(process.execPath, run, { stdio: ['ignore', 'ignore', 'inherit'] })
}
