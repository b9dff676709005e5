import { describe, expect, it, vi } from 'vitest'
import { sleep } from '../async/sleep.ts'
import { turn } from '../async/testing.contract.ts'
import { bytesBody } from '../oss/body.ts'
import { OssError } from '../oss/errors.ts'
import { failureOf } from '../oss/testing.contract.ts'
import type { Multipart } from './multipart.ts'
import type { Progress, UploadSettings } from './options.ts'
import { bytesSource, type Source, type StreamSource } from './source.ts'
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
const other = bytesOf(PART, 99)

function uploading(
  oss: Multipart,
  settings: Partial<UploadSettings> = {},
  input: Source | StreamSource = { ...bytesSource(bytes), version: () => 'v1' },
) {
  const version = input.size === undefined ? undefined : 'v1'
  const subject = { ...SUBJECT, size: input.size, version }
  const all = { ...SETTINGS, ...settings }
  return upload({ input, subject, oss, settings: all, sleep, warn: vi.fn() })
}

/** An OSS to which something happens each time before it is to complete an upload. */
function damaged(damage: (oss: FakeOss, uploadId: string) => unknown, times = 1) {
  const oss = fakeOss()
  const complete: Multipart['complete'] = async (uploadId, ...what) => {
    if (times-- > 0) await damage(oss, uploadId)
    return oss.complete(uploadId, ...what)
  }
  return { oss, damaged: { ...oss, complete } }
}

async function overwrite(oss: FakeOss, uploadId: string, content = other) {
  await oss.uploadPart(uploadId, { number: 2, body: bytesBody(content) })
  oss.calls.pop()
}

function lose(oss: FakeOss, uploadId: string, ...numbers: number[]) {
  for (const number of numbers) oss.uploads.get(uploadId)?.delete(number)
}

/** What was asked after all parts had been sent; the order of parts is up to chance. */
function afterwards({ calls }: FakeOss): string[] {
  const first = calls.slice(0, 6)
  expect(first[0]).toBe('initiate')
  expect(first.slice(1).sort()).toEqual([1, 2, 3, 4, 5].map((number) => `uploadPart ${number}`))
  return calls.slice(6)
}

function expectStored(oss: FakeOss, content = bytes): void {
  expect(Buffer.from(content).equals(oss.stored() ?? new Uint8Array(1))).toBe(true)
}

describe('an upload whose parts OSS refuses to put together', () => {
  it('sends those again that OSS has lost, and completes once more', async () => {
    const { oss, damaged: lossy } = damaged((...of) => lose(...of, 2, 4))
    expect((await uploading(lossy, { parallel: 1 })).etag).toBe('"complete-5"')
    expect(afterwards(oss)).toEqual([
      'complete',
      'listedParts',
      'uploadPart 2',
      'uploadPart 4',
      'complete',
    ])
    expectStored(oss)
  })

  it('sends those again that somebody has overwritten', async () => {
    const { oss, damaged: lossy } = damaged(overwrite)
    await uploading(lossy)
    expect(afterwards(oss)).toEqual(['complete', 'listedParts', 'uploadPart 2', 'complete'])
    expectStored(oss)
  })

  it("does not take the overwritten one for its own, also with verify: 'identity'", async () => {
    const { oss, damaged: lossy } = damaged(overwrite)
    const unfinished = { ...oss, complete: () => Promise.reject(reset()) }
    const { checkpoint } = await failureOf(uploading(unfinished))
    // As a store has it, which saves nothing after the beginning.
    const saved = checkpoint && { ...checkpoint, doneParts: [] }
    oss.calls.length = 0
    await uploading(lossy, { verify: 'identity', checkpoint: saved })
    expect(oss.calls).toEqual([
      'listedParts',
      'complete',
      'listedParts',
      'uploadPart 2',
      'complete',
    ])
    expectStored(oss)
  })

  it('keeps what OSS has with the same bytes under another ETag', async () => {
    const oss = fakeOss()
    const renaming: Multipart = {
      ...oss,
      async uploadPart(...what) {
        const sent = await oss.uploadPart(...what)
        return what[1].number === 2 ? { ...sent, etag: '"before"' } : sent
      },
    }
    await uploading(renaming)
    expect(afterwards(oss)).toEqual(['complete', 'listedParts', 'complete'])
    expectStored(oss)
  })

  it('is completed once more at most', async () => {
    const { oss, damaged: lossy } = damaged(overwrite, 2)
    const error = await failureOf(uploading(lossy))
    expect(error).toMatchObject({ code: 'InvalidPart', checkpoint: { uploadId: 'upload-1' } })
    expect(afterwards(oss)).toEqual(['complete', 'listedParts', 'uploadPart 2', 'complete'])
  })

  it.each(['InvalidPart', 'InvalidPartOrder', 'EntityTooSmall'])(
    'is completed once more after %s when nothing is lost, and then fails with it',
    async (code) => {
      const oss = fakeOss()
      const refusal = new OssError('No.', { name: code, code, status: 400, requestId: 'WHY' })
      const complete = vi.fn(() => Promise.reject(refusal))
      const error = await failureOf(uploading({ ...oss, complete }))
      expect(error).toMatchObject({ code, requestId: 'WHY', checkpoint: { uploadId: 'upload-1' } })
      expect(afterwards(oss)).toEqual(['listedParts'])
      expect(complete).toHaveBeenCalledTimes(2)
    },
  )

  it('of a stream fails with what OSS said, and a new stream goes on with the checkpoint', async () => {
    const stream = () => ({
      async *chunks() {
        yield bytes
      },
    })
    const { oss, damaged: lossy } = damaged((...of) => lose(...of, 2))
    const error = await failureOf(uploading(lossy, {}, stream()))
    expect(error).toMatchObject({ code: 'InvalidPart', status: 400 })
    expect(afterwards(oss)).toEqual(['complete', 'listedParts'])
    const { checkpoint } = error
    expect(checkpoint?.doneParts.map(({ number }) => number).sort()).toEqual([1, 3, 4, 5])
    oss.calls.length = 0
    await uploading(oss, { checkpoint }, stream())
    expect(oss.calls).toEqual(['listedParts', 'uploadPart 2', 'complete'])
    expectStored(oss)
  })

  it('fails when the source is not what was sent by then', async () => {
    const { oss, damaged: lossy } = damaged((...of) => lose(...of, 2))
    const edited = Uint8Array.from(bytes)
    let version = 'v1'
    const input: Source = {
      size: bytes.length,
      read: (...range) => (version === 'v1' ? bytes : edited).subarray(...range),
      version: () => version,
    }
    const editing: Multipart = {
      ...lossy,
      async listedParts(...what) {
        version = 'v2'
        edited[0] = (edited[0] ?? 0) ^ 1
        return oss.listedParts(...what)
      },
    }
    const error = await failureOf(uploading(editing, {}, input))
    expect(error.message).toContain('part 1 has other bytes now than were sent')
    expect(oss.stored()).toBeUndefined()
  })

  it('never says less progress than before', async () => {
    const { damaged: lossy } = damaged((...of) => lose(...of, 1, 2, 3))
    const progress = vi.fn<Progress>()
    await uploading(lossy, { progress })
    const shares = progress.mock.calls.map(([share]) => share)
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
    expect(shares.at(-1)).toBe(1)
  })
})

describe('an upload whose id vanishes in the middle', () => {
  /** An OSS where somebody else ends the upload when part 3 is sent. */
  function ended(how: (oss: FakeOss, uploadId: string) => unknown) {
    const oss = fakeOss()
    const uploadPart: Multipart['uploadPart'] = async (uploadId, ...what) => {
      if (what[0].number !== 3) return oss.uploadPart(uploadId, ...what)
      await how(oss, uploadId)
      throw noSuchUpload()
    }
    return { oss, ended: { ...oss, uploadPart } }
  }
  const completed = async (oss: FakeOss, uploadId: string) => {
    await oss.put(bytesBody(bytes))
    await oss.abort(uploadId)
  }

  it('is a success when the object is there: another process has completed it', async () => {
    const { oss, ended: gone } = ended(completed)
    const progress = vi.fn<Progress>()
    const { etag, res } = await uploading(gone, { progress, parallel: 1 })
    expect(etag).toBe('"head"')
    expect(progress.mock.calls.at(-1)).toEqual([1, null, res])
    expect(oss.calls.filter((call) => call === 'initiate')).toHaveLength(1)
  })

  it('hears of that success as of any: after what was told before, not at the same time', async () => {
    const { ended: gone } = ended(completed)
    let [atOnce, most] = [0, 0]
    const shares: number[] = []
    const progress: Progress = async (share) => {
      most = Math.max(most, ++atOnce)
      await turn()
      shares.push(share)
      atOnce--
    }
    await uploading(gone, { progress, parallel: 1 })
    expect(most).toBe(1)
    expect(shares).toEqual([0, 1 / 6, 2 / 6, 1])
  })

  it.each<[string, (oss: FakeOss, uploadId: string) => unknown]>([
    ['there is no object', (oss, uploadId) => oss.abort(uploadId)],
    ['the object has other bytes', (oss) => oss.put(bytesBody(bytesOf(bytes.length, 7)))],
  ])('fails with "abort", and is not begun anew, when %s', async (_, how) => {
    const { oss, ended: gone } = ended(how)
    const error = await failureOf(uploading(gone, { parallel: 1 }))
    expect(error).toMatchObject({
      name: 'abort',
      status: 0,
      code: 'NoSuchUpload',
      partNum: 3,
      checkpoint: { uploadId: 'upload-1', doneParts: { length: 2 } },
    })
    expect(oss.calls.filter((call) => call === 'initiate')).toHaveLength(1)
  })

  it('fails with "abort" when it can not be found out', async () => {
    const { ended: gone } = ended(completed)
    const blind = { ...gone, head: () => Promise.reject(reset()) }
    expect((await failureOf(uploading(blind))).name).toBe('abort')
  })

  it('fails with "abort" for a stream, which can not be compared', async () => {
    const { ended: gone } = ended(completed)
    const stream = {
      async *chunks() {
        yield bytes
      },
    }
    expect((await failureOf(uploading(gone, {}, stream))).name).toBe('abort')
  })
})
