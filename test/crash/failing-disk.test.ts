import { execFile } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { fileCheckpoints } from 'oss-multipart'
import { describe, expect, it, type TestContext } from 'vitest'
import { builtClient } from '../flow/built-client.ts'
import { BUCKET, bytesOf, PART, startFlow } from '../flow/testing.ts'
import { cuttableDisk, memoryDisk } from './disks.ts'

const STARVED = fileURLToPath(new URL('./starved-upload.cjs', import.meta.url))
const flow = await startFlow()
const bytes = bytesOf(3 * PART)

/** A disk that is all right until it fails, and again when it is mended. */
interface FailingDisk {
  readonly folder: string
  fail(): void
  mend(): void
}

/** With what the system says then. */
const DISKS: readonly [string, (test: TestContext) => FailingDisk, string][] = [
  ['is full', fullDisk, 'ENOSPC'],
  ['is read-only', readOnlyDisk, 'EROFS'],
  ['has input/output errors', brokenDisk, 'EIO'],
]

/** What is about to be done with the checkpoint when OSS answers to this. */
const MOMENTS = [
  ['saved', 'InitiateMultipartUpload'],
  ['removed', 'CompleteMultipartUpload'],
] as const

describe.each(DISKS)('a disk that %s', (state, mount, code) => {
  it('from the start costs one warning, and neither this upload nor the next', async (test) => {
    const disk = mount(test)
    const { upload, codes } = uploader(`${state} from the start`, disk.folder)
    disk.fail()
    await upload()
    expect(codes()).toEqual([code])
    disk.mend()
    await upload()
    expect(codes()).toEqual([code])
  })

  it.for(MOMENTS)(
    'when the checkpoint is to be %s costs one warning, and neither this upload nor the next',
    async ([moment, operation], test) => {
      const disk = mount(test)
      const { name, upload, codes } = uploader(`${state} ${moment}`, disk.folder)
      const held = flow.observer.hold({ key: name, operation }, 'answer')
      const uploading = upload()
      await held.arrived
      disk.fail()
      held.release()
      await uploading
      // Room is needed for what is written alone.
      const expected = code === 'ENOSPC' && moment === 'removed' ? [] : [code]
      expect(codes()).toEqual(expected)
      disk.mend()
      await upload()
      expect(codes()).toEqual(expected)
      expect(await fileCheckpoints(disk.folder).list()).toEqual([])
    },
  )
})

describe('a process that has no file descriptor left', () => {
  it.skipIf(process.platform === 'win32').each(['claim', 'save'])(
    'for the %s of a checkpoint gets one warning, and its upload arrives',
    async (verb) => {
      builtClient()
      const name = `starved ${verb}`
      const path = await flow.file(name, bytes)
      const { url: endpoint, accessKeyId, accessKeySecret } = flow.server
      const options = JSON.stringify({ endpoint, accessKeyId, accessKeySecret, bucket: BUCKET })
      const script = [STARVED, options, name, path, `${path}.checkpoints`, verb]
      const limited = ['-c', 'ulimit -n 64 && exec "$0" "$@"', process.execPath, ...script]
      const { stdout } = await promisify(execFile)('/bin/sh', limited)
      expect(stdout).toBe('EMFILE\n')
      await flow.expectStored(name, bytes)
      expect(await readdir(`${path}.checkpoints`)).toEqual([])
    },
  )
})

/** Uploads the same file to the object `name`, and collects the codes of the warnings. */
function uploader(name: string, folder: string) {
  const warnings: Error[] = []
  const client = flow.client({ onWarning: (warning) => void warnings.push(warning) })
  const options = { partSize: PART, checkpoints: fileCheckpoints(folder) }
  return {
    name,
    async upload() {
      await client.multipartUpload(name, bytes, options)
      await flow.expectStored(name, bytes)
    },
    codes: () => warnings.map((warning) => ('code' in warning ? warning.code : warning.message)),
  }
}

function fullDisk(test: TestContext): FailingDisk {
  const { folder } = memoryDisk(test, '1m')
  const filler = join(folder, 'filler')
  return {
    folder,
    fail() {
      expect(() => writeFileSync(filler, Buffer.alloc(2_000_000))).toThrow('ENOSPC')
    },
    mend: () => rmSync(filler),
  }
}

function readOnlyDisk(test: TestContext): FailingDisk {
  const { folder, remount } = memoryDisk(test, '1m')
  return { folder, fail: () => remount('ro'), mend: () => remount('rw') }
}

function brokenDisk(test: TestContext): FailingDisk {
  const { folder, cut, restore } = cuttableDisk(test)
  return { folder, fail: cut, mend: restore }
}
