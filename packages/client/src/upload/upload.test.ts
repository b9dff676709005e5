import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { sleep } from '../async/sleep.ts'
import { gate } from '../async/testing.contract.ts'
import { crc64 } from '../oss/crc64.ts'
import { failureOf } from '../oss/testing.contract.ts'
import type { Multipart } from './multipart.ts'
import type { Progress, UploadSettings } from './options.ts'
import { bytesSource, type Source, type StreamSource, sourceChanged } from './source.ts'
import {
  bytesOf,
  type FakeOss,
  fakeOss,
  fakeRes,
  PART,
  reset,
  SETTINGS,
  SUBJECT,
} from './testing.contract.ts'
import { upload } from './upload.ts'

const bytes = bytesOf(4 * PART + 7)
const PARTS = 5

/** Uploads `input` as `films/big.mp4`. */
function uploading(
  input: Source | StreamSource,
  oss: Multipart,
  settings: Partial<UploadSettings> = {},
  warn = vi.fn(),
) {
  const subject = { ...SUBJECT, size: input.size }
  return upload({ input, subject, oss, settings: { ...SETTINGS, ...settings }, sleep, warn })
}

function streamOf(...chunks: Uint8Array[]): StreamSource {
  return {
    async *chunks() {
      yield* chunks
    },
  }
}

function expectStored(oss: FakeOss, wanted: Uint8Array): void {
  expect(Buffer.from(wanted).equals(oss.stored() ?? new Uint8Array(1))).toBe(true)
}

describe('upload', () => {
  it('sends every part once, and completes when all are there', async () => {
    const oss = fakeOss()
    const completed = await uploading(bytesSource(bytes), oss)
    expect(completed).toMatchObject({ etag: '"complete-5"', bucket: 'media', crc64: crc64(bytes) })
    expectStored(oss, bytes)
    expect(oss.calls[0]).toBe('initiate')
    expect(oss.calls.at(-1)).toBe('complete')
    expect(oss.calls.slice(1, -1).sort()).toEqual([1, 2, 3, 4, 5].map((n) => `uploadPart ${n}`))
  })

  it('sends no more parts at once than it was told', async () => {
    const oss = fakeOss()
    let [atOnce, most] = [0, 0]
    const counting: Multipart = {
      ...oss,
      async uploadPart(...what) {
        most = Math.max(most, ++atOnce)
        return oss.uploadPart(...what).finally(() => atOnce--)
      },
    }
    await uploading(bytesSource(bytes), counting, { parallel: 2 })
    expect(most).toBe(2)
  })

  it.each([0, 1, PART - 1])('sends a file of %i bytes in one request', async (size) => {
    const oss = fakeOss()
    const small = bytes.subarray(0, size)
    expect((await uploading(bytesSource(small), oss)).etag).toBe('"put"')
    expectStored(oss, small)
    expect(oss.calls).toEqual(['put'])
  })

  it.each([
    [PART, 1],
    [PART + 1, 2],
    [2 * PART, 2],
  ])('sends a file of %i bytes in %i parts', async (size, parts) => {
    const oss = fakeOss()
    const file = bytes.subarray(0, size)
    expect((await uploading(bytesSource(file), oss)).etag).toBe(`"complete-${parts}"`)
    expectStored(oss, file)
  })

  it.each([
    ['that is small', bytes.subarray(0, 9), ['put']],
    ['that is empty', new Uint8Array(), ['put']],
    ['of one part', bytes.subarray(0, PART), ['initiate', 'uploadPart 1', 'complete']],
  ])('sends a stream %s', async (_, whole, calls) => {
    const oss = fakeOss()
    await uploading(streamOf(whole), oss)
    expectStored(oss, whole)
    expect(oss.calls).toEqual(calls)
  })

  it('sends a long stream, however it comes', async () => {
    const oss = fakeOss()
    const chunks = [3, PART, PART + 1, 2 * PART, bytes.length].map((end, index, ends) =>
      bytes.subarray(ends[index - 1] ?? 0, end),
    )
    await uploading(streamOf(...chunks), oss)
    expectStored(oss, bytes)
  })

  it('stores the bytes of any source, in whatever order its parts arrive', async () => {
    const cases = fc.record({
      size: fc.integer({ min: PART, max: bytes.length }),
      parallel: fc.integer({ min: 1, max: 6 }),
      scheduler: fc.scheduler(),
    })
    await fc.assert(
      fc.asyncProperty(cases, async ({ size, parallel, scheduler }) => {
        const oss = fakeOss()
        const uploadPart: Multipart['uploadPart'] = async (...what) => {
          await scheduler.schedule(Promise.resolve(), `part ${what[1].number} begins`)
          const uploaded = await oss.uploadPart(...what)
          await scheduler.schedule(Promise.resolve(), `part ${what[1].number} ends`)
          return uploaded
        }
        const file = bytes.subarray(0, size)
        const done = uploading(bytesSource(file), { ...oss, uploadPart }, { parallel })
        await scheduler.waitFor(done)
        expectStored(oss, file)
      }),
      { numRuns: 40 },
    )
  })

  it('leaves another upload of the same client alone, when it fails', async () => {
    const oss = fakeOss()
    const failing: Multipart = { ...oss, uploadPart: () => Promise.reject(reset()) }
    const other = bytesOf(3 * PART, 2)
    const [failed, succeeded] = await Promise.allSettled([
      uploading(bytesSource(bytes), failing),
      uploading(bytesSource(other), oss),
    ])
    expect([failed.status, succeeded.status]).toEqual(['rejected', 'fulfilled'])
    expectStored(oss, other)
  })

  it('leaves another upload alone, when it is stopped', async () => {
    const oss = fakeOss()
    const stop = new AbortController()
    const first = uploading(bytesSource(bytes), oss, { signal: stop.signal })
    const other = bytesOf(3 * PART, 2)
    const second = uploading(bytesSource(other), oss)
    stop.abort()
    expect((await failureOf(first)).name).toBe('AbortError')
    await second
    expectStored(oss, other)
  })
})

describe('progress of an upload', () => {
  it('is told n + 2 times: 0 with the checkpoint, after each part, and 1 with null', async () => {
    const progress = vi.fn<Progress>()
    await uploading(bytesSource(bytes), fakeOss(), { progress, parallel: 1 })
    const said = progress.mock.calls.map(([share, checkpoint, res]) => [
      share,
      checkpoint === null ? null : checkpoint?.doneParts.length,
      res?.headers['x-oss-request-id'],
    ])
    expect(said).toEqual([
      [0, expect.any(Number), 'initiate'],
      [1 / 6, expect.any(Number), 'part 1'],
      [2 / 6, expect.any(Number), 'part 2'],
      [3 / 6, expect.any(Number), 'part 3'],
      [4 / 6, expect.any(Number), 'part 4'],
      [5 / 6, 5, 'part 5'],
      [1, null, '"complete-5"'],
    ])
  })

  it('of a small file is told once, with 1 alone', async () => {
    const progress = vi.fn<Progress>()
    await uploading(bytesSource(bytes.subarray(0, 9)), fakeOss(), { progress })
    expect(progress.mock.calls).toEqual([[1]])
  })

  it('does not overlap, and holds up neither the parts nor their number at once', async () => {
    const slow = gate()
    const oss = fakeOss()
    let [atOnce, most] = [0, 0]
    const progress = vi.fn<Progress>(async (share) => {
      most = Math.max(most, ++atOnce)
      if (share === 0) await slow.passed
      atOnce--
    })
    const uploaded = vi.fn()
    const parts = {
      ...oss,
      uploadPart: async (...what: Parameters<Multipart['uploadPart']>) => {
        const part = await oss.uploadPart(...what)
        uploaded()
        if (uploaded.mock.calls.length === PARTS) slow.open()
        return part
      },
    }
    await uploading(bytesSource(bytes), parts, { progress })
    expect(most).toBe(1)
    expect(progress).toHaveBeenCalledTimes(PARTS + 2)
  })

  it('that throws is a warning and no failure', async () => {
    const oss = fakeOss()
    const warn = vi.fn()
    const progress = () => {
      throw new Error('mistake')
    }
    await uploading(bytesSource(bytes), oss, { progress }, warn)
    expectStored(oss, bytes)
    expect(warn).toHaveBeenCalledTimes(PARTS + 2)
    expect(warn).toHaveBeenCalledWith(new Error('mistake'))
  })

  it('is heard before the upload is completed', async () => {
    const oss = fakeOss()
    const seen: number[] = []
    const progress = (share: number) => {
      if (!oss.calls.includes('complete')) seen.push(share)
    }
    await uploading(bytesSource(bytes), oss, { progress })
    expect(seen).toEqual([0, 1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6])
  })
})

describe('the truth of a success', () => {
  it('needs the object to have the CRC-64 of all that was read', async () => {
    const oss = fakeOss()
    const wrong: Multipart = {
      ...oss,
      complete: async (...what) => ({ ...(await oss.complete(...what)), crc64: 1n }),
      head: async () => ({ etag: '"E"', size: bytes.length, crc64: 1n, res: fakeRes('head') }),
    }
    const error = await failureOf(uploading(bytesSource(bytes), wrong))
    expect(error.name).toBe('IntegrityError')
  })

  it('needs OSS to have said of every part what arrived', async () => {
    const oss = fakeOss()
    const wrong: Multipart = {
      ...oss,
      uploadPart: async (...what) => ({ ...(await oss.uploadPart(...what)), crc64: 1n }),
    }
    const error = await failureOf(uploading(bytesSource(bytes), wrong))
    expect(error).toMatchObject({ name: 'IntegrityError', operation: 'UploadPart' })
    expect(oss.calls).not.toContain('complete')
  })

  it('needs the source to be as it was: one that shrinks or grows fails, and is not completed', async () => {
    for (const size of [bytes.length - 1, bytes.length + 1]) {
      const oss = fakeOss()
      const now = bytesOf(size)
      const changed = {
        size: bytes.length,
        read: (start: number, end: number) =>
          end === bytes.length ? now.subarray(start) : now.subarray(start, end),
      }
      const error = await failureOf(uploading(changed, oss))
      expect(error).toMatchObject({ name: 'SourceChangedError', partNum: PARTS })
      expect(oss.calls).not.toContain('complete')
    }
  })

  it('needs the source to say that it is unchanged, before the upload is completed', async () => {
    const oss = fakeOss()
    const source = {
      ...bytesSource(bytes),
      async version() {
        throw sourceChanged('it is longer')
      },
    }
    const error = await failureOf(uploading(source, oss))
    expect(error.name).toBe('SourceChangedError')
    expect(error.checkpoint).toMatchObject({ uploadId: 'upload-1' })
    expect(oss.calls).not.toContain('complete')
  })

  it('is kept when the answer to Complete was lost', async () => {
    const oss = fakeOss()
    const losing: Multipart = {
      ...oss,
      async complete(...what) {
        await oss.complete(...what)
        throw reset()
      },
    }
    const progress = vi.fn<Progress>()
    const completed = await uploading(bytesSource(bytes), losing, { progress })
    expect(completed).toMatchObject({ etag: '"head"', crc64: crc64(bytes) })
    expect(progress.mock.calls.at(-1)?.slice(0, 2)).toEqual([1, null])
  })
})
