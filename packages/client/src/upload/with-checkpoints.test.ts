import { describe, expect, it, vi } from 'vitest'
import { sleep } from '../async/sleep.ts'
import { failureOf } from '../oss/testing.contract.ts'
import type { CheckpointStore } from './checkpoint-store.ts'
import { memoryCheckpoints } from './memory-checkpoints.ts'
import type { Multipart } from './multipart.ts'
import type { UploadSettings } from './options.ts'
import { bytesSource } from './source.ts'
import {
  bytesOf,
  type FakeOss,
  fakeOss,
  noSuchUpload,
  PART,
  reset,
  SETTINGS,
  SUBJECT,
} from './testing.contract.ts'
import { upload } from './upload.ts'

const bytes = bytesOf(4 * PART + 7)

function uploading(
  oss: Multipart,
  checkpoints: CheckpointStore,
  {
    content = bytes,
    warn = vi.fn(),
    ...settings
  }: Partial<UploadSettings> & {
    content?: Uint8Array
    warn?: (error: unknown) => void
  } = {},
) {
  const input = { ...bytesSource(content), identity: 'path:/films/big.mp4' }
  const subject = { ...SUBJECT, size: content.byteLength }
  return upload({
    input,
    subject,
    oss,
    settings: { ...SETTINGS, checkpoints, ...settings },
    sleep,
    warn,
  })
}

/** An OSS that is out of reach from part `number` on. */
function breakingAt(number: number) {
  const oss = fakeOss()
  const broken: Multipart = {
    ...oss,
    async uploadPart(...what) {
      if (what[1].number >= number) throw reset()
      return oss.uploadPart(...what)
    },
  }
  return { oss, broken }
}

function expectStored(oss: FakeOss, content: Uint8Array): void {
  expect(Buffer.from(content).equals(oss.stored() ?? new Uint8Array(1))).toBe(true)
}

describe('upload with a store of checkpoints', () => {
  it('goes on where an earlier upload of the same file stopped, without a word of the caller', async () => {
    const { oss, broken } = breakingAt(3)
    const checkpoints = memoryCheckpoints()
    await failureOf(uploading(broken, checkpoints, { parallel: 1 }))
    oss.calls.length = 0
    await uploading(oss, checkpoints)
    expect(oss.calls.filter((call) => call.startsWith('uploadPart')).sort()).toEqual([
      'uploadPart 3',
      'uploadPart 4',
      'uploadPart 5',
    ])
    expect(oss.calls).not.toContain('initiate')
    expectStored(oss, bytes)
  })

  it('saves before the first part is sent, and forgets when the object is there', async () => {
    const checkpoints = memoryCheckpoints()
    const oss = fakeOss()
    const counts: number[] = []
    const counting: Multipart = {
      ...oss,
      async uploadPart(...what) {
        counts.push((await checkpoints.list()).length)
        return oss.uploadPart(...what)
      },
    }
    await uploading(counting, checkpoints)
    expect(new Set(counts)).toEqual(new Set([1]))
    expect(await checkpoints.list()).toEqual([])
  })

  it('begins anew, and drops the old parts, when the file has another size now', async () => {
    const { oss, broken } = breakingAt(3)
    const checkpoints = memoryCheckpoints()
    await failureOf(uploading(broken, checkpoints))
    const longer = bytesOf(5 * PART)
    await uploading(oss, checkpoints, { content: longer })
    expectStored(oss, longer)
    expect(oss.calls).toContain('abort')
    expect(oss.uploads.size).toBe(0)
  })

  it('says nothing when the old parts are gone by then', async () => {
    const { oss, broken } = breakingAt(3)
    const checkpoints = memoryCheckpoints()
    await failureOf(uploading(broken, checkpoints))
    const warn = vi.fn()
    const gone: Multipart = { ...oss, abort: () => Promise.reject(noSuchUpload()) }
    await uploading(gone, checkpoints, { content: bytesOf(5 * PART), warn })
    expect(warn).not.toHaveBeenCalled()
  })

  it('ends at once when it is stopped while it drops the old parts', async () => {
    const { oss, broken } = breakingAt(3)
    const checkpoints = memoryCheckpoints()
    await failureOf(uploading(broken, checkpoints))
    oss.calls.length = 0
    const [stop, warn] = [new AbortController(), vi.fn()]
    const abort: Multipart['abort'] = (_, signal) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason))
        stop.abort()
      })
    const settings = { content: bytesOf(5 * PART), warn, signal: stop.signal }
    const error = await failureOf(uploading({ ...oss, abort }, checkpoints, settings))
    expect(error.name).toBe('AbortError')
    expect(warn).not.toHaveBeenCalled()
    expect(await checkpoints.list()).toHaveLength(1)
  })

  it('refuses an upload that somebody else is at, before anything is sent', async () => {
    const checkpoints = memoryCheckpoints()
    const { oss, broken } = breakingAt(9)
    let second: Promise<Error> | undefined
    const twice: Multipart = {
      ...broken,
      async uploadPart(...what) {
        second ??= failureOf(uploading(fakeOss(), checkpoints))
        return oss.uploadPart(...what)
      },
    }
    await uploading(twice, checkpoints)
    expect(await second).toMatchObject({ name: 'CheckpointBusyError' })
  })

  it('lets others have it when it has failed', async () => {
    const checkpoints = memoryCheckpoints()
    const { broken, oss } = breakingAt(1)
    await failureOf(uploading(broken, checkpoints))
    await uploading(oss, checkpoints)
    expectStored(oss, bytes)
  })

  it('hands the checkpoint of the store out when OSS can not be asked for the parts', async () => {
    const { oss, broken } = breakingAt(3)
    const checkpoints = memoryCheckpoints()
    await failureOf(uploading(broken, checkpoints))
    const silent: Multipart = { ...oss, listedParts: () => Promise.reject(reset()) }
    const { checkpoint } = await failureOf(uploading(silent, checkpoints))
    expect(checkpoint).toMatchObject({ uploadId: 'upload-1' })
    expect(await checkpoints.list()).toHaveLength(1)
  })

  it.each(['claim', 'load', 'save', 'remove', 'release'] as const)(
    'succeeds with one warning when the store can not %s',
    async (verb) => {
      const full = Object.assign(new Error('The disk is full'), { code: 'ENOSPC' })
      const fail = () => Promise.reject(full)
      const store = memoryCheckpoints()
      const failing: CheckpointStore = {
        ...store,
        claim: async (key) =>
          verb === 'claim' ? fail() : { ...(await store.claim(key)), [verb]: fail },
      }
      const warn = vi.fn()
      const oss = fakeOss()
      await uploading(oss, failing, { warn })
      expectStored(oss, bytes)
      expect(warn).toHaveBeenCalledExactlyOnceWith(full)
    },
  )

  it('asks the store for nothing where one request is enough', async () => {
    const claim = vi.fn()
    await uploading(fakeOss(), { ...memoryCheckpoints(), claim }, { content: bytesOf(9) })
    expect(claim).not.toHaveBeenCalled()
  })
})
