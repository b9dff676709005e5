import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { fileCheckpoints } from 'oss-multipart'
import { describe, expect, it, vi } from 'vitest'
import { builtClient } from '../flow/built-client.ts'
import { PART, startFlow } from '../flow/testing.ts'
import { cuttableDisk } from './disks.ts'
import { killedUpload } from './killed-upload.ts'

const SAVE_FOR_EVER = fileURLToPath(new URL('./save-for-ever.cjs', import.meta.url))
const CUTS = 10
const CHECKPOINT = { file: 'f', name: 'n', partSize: PART, uploadId: 'u', doneParts: [] }

const flow = await startFlow()
// Many processes are begun, one after the other.
vi.setConfig({ testTimeout: 120_000 })

describe('after a power cut', () => {
  it('what nobody synced is gone, or these tests would prove nothing', async (test) => {
    const disk = cuttableDisk(test)
    const path = join(disk.folder, 'file')
    await writeFile(path, 'text')
    disk.cut()
    disk.restore()
    expect(await readFile(path, 'utf8').catch(({ code }) => code)).toMatch(/^(ENOENT)?$/)
  })

  it('a checkpoint is there once it was saved, in a folder that was made for it', async (test) => {
    const disk = cuttableDisk(test)
    const store = fileCheckpoints(join(disk.folder, 'new/checkpoints'))
    const claim = await store.claim('a')
    for (const uploadId of ['first', 'second']) {
      await claim.save({ ...CHECKPOINT, uploadId })
      disk.cut()
      disk.restore()
      expect(await store.list()).toMatchObject([{ key: 'a', checkpoint: { uploadId } }])
    }
  })

  it(`a checkpoint is the last that was saved or the one after it, ${CUTS} times`, async (test) => {
    builtClient()
    const disk = cuttableDisk(test)
    for (let cut = 0; cut < CUTS; cut++) {
      const folder = join(disk.folder, `${cut}`)
      const saving = spawn(process.execPath, [SAVE_FOR_EVER, folder], {
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      const lines: string[] = []
      const reading = createInterface(saving.stdout).on('line', (line) => lines.push(line))
      while (lines.length < 1 + 3 * cut) await once(reading, 'line')
      disk.cut()
      saving.kill('SIGKILL')
      await once(saving, 'close')
      disk.restore()
      const [record] = await fileCheckpoints(folder).list()
      expect(Number(record?.checkpoint.uploadId) - lines.length).toBeOneOf([0, 1])
    }
  })
})

describe('a script whose machine loses power', () => {
  it.for([
    ['when an upload has begun', { operation: 'InitiateMultipartUpload' }],
    ['in the middle of its parts', { partNumber: 9 }],
    ['when OSS has made the object', { operation: 'CompleteMultipartUpload' }],
  ] as const)('%s goes on when it is run again', async ([moment, which], test) => {
    const disk = cuttableDisk(test)
    const upload = await killedUpload(flow, {
      name: moment,
      parts: 12,
      parallel: 3,
      folder: join(disk.folder, 'checkpoints'),
    })
    const held = flow.observer.hold({ key: moment, ...which }, 'answer')
    const run = upload.start()
    await held.arrived
    disk.cut()
    const killed = run.kill()
    disk.restore()
    await killed
    held.release()
    await upload.finish()
  })

  it('when all is done does not upload again, though its checkpoint is back', async (test) => {
    const disk = cuttableDisk(test)
    const folder = join(disk.folder, 'checkpoints')
    const upload = await killedUpload(flow, { name: 'done', parts: 12, parallel: 3, folder })
    expect(await upload.start().ended).toBe('0')
    disk.cut()
    disk.restore()
    expect(await fileCheckpoints(folder).list()).toHaveLength(1)
    expect(await upload.finish()).toMatchObject({ resent: 0 })
  })
})
