import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { sleep } from '../async/sleep.ts'
import { bytesBody } from '../oss/body.ts'
import { failureOf } from '../oss/testing.contract.ts'
import { type Checkpoint, readCheckpoint } from './checkpoint.ts'
import type { Multipart } from './multipart.ts'
import type { Progress, UploadSettings } from './options.ts'
import { bytesSource, type Source, type StreamSource } from './source.ts'
import {
  bytesOf,
  type FakeOss,
  fakeOss,
  PART,
  reset,
  SETTINGS,
  SUBJECT,
} from './testing.contract.ts'
import { upload } from './upload.ts'

const bytes = bytesOf(4 * PART + 7)

/** An earlier attempt, of which OSS holds these parts, and what it left behind. */
async function begun(...numbers: number[]): Promise<{ oss: FakeOss; checkpoint: Checkpoint }> {
  const oss = fakeOss()
  const { uploadId } = await oss.initiate()
  for (const number of numbers) {
    const body = bytesBody(bytes.subarray((number - 1) * PART, number * PART))
    await oss.uploadPart(uploadId, { number, body })
  }
  oss.calls.length = 0
  const { file, name, bucket } = SUBJECT
  const fileSize = bytes.length
  return {
    oss,
    checkpoint: { file, name, bucket, fileSize, partSize: PART, uploadId, doneParts: [] },
  }
}

function resuming(
  oss: Multipart,
  settings: Partial<UploadSettings>,
  input: Source | StreamSource = bytesSource(bytes),
) {
  const subject = { ...SUBJECT, size: input.size }
  const all = { ...SETTINGS, ...settings }
  return upload({ input, subject, oss, settings: all, sleep, warn: vi.fn() })
}

/** Which parts were sent; the order is up to chance. */
const sent = ({ calls }: FakeOss) => calls.filter((call) => call.startsWith('uploadPart')).sort()

function expectStored(oss: FakeOss): void {
  expect(Buffer.from(bytes).equals(oss.stored() ?? new Uint8Array(1))).toBe(true)
}

describe('upload with a checkpoint', () => {
  it.each([
    [[], [1, 2, 3, 4, 5]],
    [[1], [2, 3, 4, 5]],
    [
      [1, 2],
      [3, 4, 5],
    ],
    [
      [1, 2, 3],
      [4, 5],
    ],
    [[1, 2, 3, 4], [5]],
    [[1, 2, 3, 4, 5], []],
    [[5], [1, 2, 3, 4]],
    [
      [2, 4],
      [1, 3, 5],
    ],
  ])('sends, where OSS holds the parts %j, only %j', async (held, missing) => {
    const { oss, checkpoint } = await begun(...held)
    await resuming(oss, { checkpoint })
    expect(sent(oss)).toEqual(missing.map((number) => `uploadPart ${number}`))
    expect(oss.calls).not.toContain('initiate')
    expectStored(oss)
  })

  it('gets to the same object from any interruption, sending no part twice', async () => {
    const interrupted = fc.uniqueArray(fc.integer({ min: 1, max: 5 }))
    await fc.assert(
      fc.asyncProperty(interrupted, fc.integer({ min: 1, max: 6 }), async (held, parallel) => {
        const { oss, checkpoint } = await begun(...held)
        await resuming(oss, { checkpoint, parallel })
        expect(sent(oss)).toHaveLength(5 - held.length)
        expectStored(oss)
      }),
      { numRuns: 40 },
    )
  })

  it('goes on from the checkpoint that a failure carries, also through JSON', async () => {
    const oss = fakeOss()
    const failing: Multipart = {
      ...oss,
      uploadPart: (...what) =>
        what[1].number === 4 ? Promise.reject(reset()) : oss.uploadPart(...what),
    }
    const { checkpoint } = await failureOf(resuming(failing, {}))
    const held = oss.uploads.get('upload-1')?.size ?? 0
    oss.calls.length = 0
    await resuming(oss, { checkpoint: readCheckpoint(JSON.stringify(checkpoint)) })
    expect(sent(oss)).toHaveLength(5 - held)
    expectStored(oss)
  })

  it('goes on with a stream that is given anew', async () => {
    const { oss, checkpoint } = await begun(1, 3)
    const stream = {
      async *chunks() {
        yield bytes
      },
    }
    await resuming(oss, { checkpoint: { ...checkpoint, fileSize: undefined } }, stream)
    expect(sent(oss)).toEqual(['uploadPart 2', 'uploadPart 4', 'uploadPart 5'])
    expectStored(oss)
  })

  it('sends a held part again whose bytes have changed since', async () => {
    const { oss, checkpoint } = await begun(1, 2)
    const other = { number: 2, body: bytesBody(bytesOf(PART, 99)) }
    await oss.uploadPart(checkpoint.uploadId, other)
    oss.calls.length = 0
    await resuming(oss, { checkpoint })
    expect(sent(oss)).toEqual(['uploadPart 2', 'uploadPart 3', 'uploadPart 4', 'uploadPart 5'])
    expectStored(oss)
  })

  it('leaves parts out that OSS lists beyond the end of the file', async () => {
    const { oss, checkpoint } = await begun(1)
    for (const number of [6, 77, 10_000]) {
      await oss.uploadPart(checkpoint.uploadId, { number, body: bytesBody(bytesOf(PART, number)) })
    }
    const completed = await resuming(oss, { checkpoint })
    expect(completed.etag).toBe('"complete-5"')
    expectStored(oss)
  })

  it('does not believe the checkpoint where OSS says otherwise', async () => {
    const { oss, checkpoint } = await begun(1)
    const doneParts = [1, 2, 3, 4, 5].map((number) => ({
      number,
      etag: '"E"',
      size: PART,
      crc64: '1',
    }))
    await resuming(oss, { checkpoint: { ...checkpoint, doneParts } })
    expect(sent(oss)).toHaveLength(4)
    expectStored(oss)
  })

  it.each<[string, object, string]>([
    ['another name', { name: 'other' }, 'InvalidArgumentError'],
    ['another bucket', { bucket: 'other' }, 'InvalidArgumentError'],
    ['another size', { fileSize: 7 }, 'SourceChangedError'],
  ])('refuses one of %s', async (_, wrong, name) => {
    const { oss, checkpoint } = await begun(1)
    const error = await failureOf(resuming(oss, { checkpoint: { ...checkpoint, ...wrong } }))
    expect(error.name).toBe(name)
    expect(oss.calls).toEqual([])
  })

  it('refuses one of a large file when the file has become a small one', async () => {
    const { oss, checkpoint } = await begun(1)
    const small = bytesSource(bytes.subarray(0, 9))
    expect((await failureOf(resuming(oss, { checkpoint }, small))).name).toBe('SourceChangedError')
    expect(oss.calls).toEqual([])
  })

  it('says "abort" when the upload is gone in the middle', async () => {
    const { oss, checkpoint } = await begun(1)
    const aborting: Multipart = {
      ...oss,
      async uploadPart(...what) {
        const { uploadId } = checkpoint
        return oss.uploadPart(what[0] === uploadId ? 'gone' : uploadId, what[1], what[2])
      },
    }
    const error = await failureOf(resuming(aborting, { checkpoint }))
    expect(error).toMatchObject({ name: 'abort', status: 0, code: 'NoSuchUpload', partNum: 2 })
    expect(error.message).toMatch(/^upload task has been abort: Failed to upload some parts/)
  })

  it('begins anew when the upload has been aborted since', async () => {
    const { oss, checkpoint } = await begun()
    const progress = vi.fn<Progress>()
    const gone = { ...checkpoint, uploadId: 'gone' }
    const { crc64 } = await resuming(oss, { checkpoint: gone, progress })
    expect((await oss.head())?.crc64).toBe(crc64)
    expect(progress.mock.calls[0]?.[0]).toBe(0)
  })

  it('has nothing to send when the upload was completed since', async () => {
    const { oss, checkpoint } = await begun(1, 2, 3, 4, 5)
    const first = await resuming(oss, { checkpoint })
    const uploadPart = vi.fn(oss.uploadPart)
    const initiate = vi.fn(oss.initiate)
    const again = await resuming({ ...oss, uploadPart, initiate }, { checkpoint })
    expect([first.etag, again.etag]).toEqual(['"complete-5"', '"head"'])
    expect([uploadPart, initiate].map(({ mock }) => mock.calls.length)).toEqual([0, 0])
  })

  it('says 1, as of every success, when the upload was completed since', async () => {
    const { oss, checkpoint } = await begun(1, 2, 3, 4, 5)
    await resuming(oss, { checkpoint })
    const progress = vi.fn<Progress>()
    const { res } = await resuming(oss, { checkpoint, progress })
    expect(progress.mock.calls).toEqual([[1, null, res]])
  })

  it('is a success when it is stopped while `progress` hears that the upload was completed since', async () => {
    const { oss, checkpoint } = await begun(1, 2, 3, 4, 5)
    await resuming(oss, { checkpoint })
    const stop = new AbortController()
    const never = new Promise(() => {})
    const progress = () => {
      queueMicrotask(() => stop.abort())
      return never
    }
    const { etag } = await resuming(oss, { checkpoint, progress, signal: stop.signal })
    expect(etag).toBe('"head"')
  })

  it('hands the checkpoint back when OSS could not be asked for the parts', async () => {
    const { oss, checkpoint } = await begun(1)
    const broken: Multipart = { ...oss, listedParts: () => Promise.reject(reset()) }
    const error = await failureOf(resuming(broken, { checkpoint }))
    expect(error.checkpoint).toMatchObject({ uploadId: checkpoint.uploadId })
  })

  it('tells of progress from the parts that are there on, without a 0', async () => {
    const { oss, checkpoint } = await begun(1, 3)
    const progress = vi.fn<Progress>()
    await resuming(oss, { checkpoint, progress })
    expect(progress.mock.calls.map(([share]) => share)).toEqual([3 / 6, 4 / 6, 5 / 6, 1])
  })

  it('has only the 1 to tell when all parts were there', async () => {
    const { oss, checkpoint } = await begun(1, 2, 3, 4, 5)
    const progress = vi.fn<Progress>()
    await resuming(oss, { checkpoint, progress })
    expect(progress.mock.calls.map(([share, next]) => [share, next])).toEqual([[1, null]])
  })

  it('changes nothing of the checkpoint it was given', async () => {
    const { oss, checkpoint } = await begun(1)
    const given = Object.freeze({ ...checkpoint, doneParts: Object.freeze([]) })
    await resuming(oss, { checkpoint: given })
    expect(given.doneParts).toEqual([])
  })
})
