import { setImmediate as turn } from 'node:timers/promises'
import type { Checkpoint, Progress, ResponseInfo } from 'oss-multipart'
import { describe, expect, it, vi } from 'vitest'
import { bytesOf, PART, startFlow, throughJson } from './testing.ts'

const flow = await startFlow()
const client = flow.client()
const PARTS = 5
const bytes = bytesOf(PARTS * PART - 1)
const options = { partSize: PART }

/** Keeps what each call was given, as it was at that moment. */
function recorder() {
  const calls: {
    share: number
    checkpoint: Checkpoint | null
    res: ResponseInfo | undefined
  }[] = []
  const progress: Progress = (share, checkpoint, res) => {
    calls.push({ share, checkpoint: throughJson(checkpoint ?? null), res })
  }
  return { progress, calls, shares: () => calls.map(({ share }) => share) }
}

const EVERY_SHARE = [0, 1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6, 1]

describe('progress', () => {
  it.each([1, 2, 5])(
    'tells of the beginning, each part and the end, %i at once',
    async (parallel) => {
      const name = `shares/${parallel}`
      const path = await flow.file(`progress-${parallel}`, bytes)
      const { progress, calls, shares } = recorder()
      const result = await client.multipartUpload(name, path, { ...options, parallel, progress })
      expect(shares()).toEqual(EVERY_SHARE)

      for (const { share, checkpoint, res } of calls.slice(0, -1)) {
        expect(checkpoint).toEqual({
          file: path,
          name,
          fileSize: bytes.length,
          partSize: PART,
          uploadId: expect.stringMatching(/./),
          doneParts: expect.any(Array),
          bucket: 'flow',
          version: expect.any(String),
        })
        // A call waits for the one before; meanwhile further parts may have been done.
        expect(checkpoint?.doneParts.length).toBeGreaterThanOrEqual(Math.round(share * (PARTS + 1)))
        expect(res).toMatchObject({ status: 200, requestUrls: [expect.stringContaining('upload')] })
      }
      const last = calls.at(-1)
      expect(last).toEqual({ share: 1, checkpoint: null, res: result.res })
    },
  )

  it('names the parts that are done, with the ETags of their answers', async () => {
    const { progress, calls } = recorder()
    await client.multipartUpload('etags', bytes, { ...options, parallel: 1, progress })
    const [, ...afterParts] = calls.slice(0, -1)
    const etags = afterParts.map(({ res }) => res?.headers.etag)
    for (const [index, { checkpoint }] of afterParts.entries()) {
      expect(checkpoint?.doneParts.map(({ number, etag }) => [number, etag])).toEqual(
        etags.slice(0, index + 1).map((etag, before) => [before + 1, etag]),
      )
    }
  })

  it('is called once, with 1 alone, for a small file', async () => {
    const progress = vi.fn()
    await client.multipartUpload('small', bytes.subarray(0, PART - 1), { progress })
    expect(progress.mock.calls).toEqual([[1]])
  })

  it('does not overlap with itself when it is slow, and is waited for', async () => {
    const log: string[] = []
    const progress: Progress = async (share) => {
      log.push(`begin ${share}`)
      for (let turns = 0; turns < 20; turns++) await turn()
      log.push(`end ${share}`)
    }
    await client.multipartUpload('slow', bytes, { ...options, progress })
    expect(log).toEqual(EVERY_SHARE.flatMap((share) => [`begin ${share}`, `end ${share}`]))
  })

  it('does not keep parts from being sent while it is slow', async () => {
    let proceed = () => {}
    const blocked = new Promise<void>((resolve) => {
      proceed = resolve
    })
    const progress = vi.fn(() => blocked)
    const upload = client.multipartUpload('blocked', bytes, { ...options, parallel: 1, progress })
    await vi.waitFor(() => expect(flow.observer.partsSent('blocked')).toEqual([1, 2, 3, 4, 5]))
    expect(progress).toHaveBeenCalledTimes(1)
    expect(flow.observer.count({ key: 'blocked', operation: 'CompleteMultipartUpload' })).toBe(0)
    proceed()
    await upload
    expect(progress).toHaveBeenCalledTimes(PARTS + 2)
  })

  it.each<[string, Progress]>([
    [
      'throws',
      () => {
        throw new Error('boom')
      },
    ],
    [
      'rejects',
      async () => {
        throw new Error('boom')
      },
    ],
    ['rejects with nothing', () => Promise.reject()],
  ])('which %s costs nobody the upload, and is told to onWarning', async (how, boom) => {
    for (const content of [bytes, bytes.subarray(0, 5)]) {
      const onWarning = vi.fn()
      const progress = vi.fn(boom)
      const name = `throwing/${how}/${content.length}`
      await flow.client({ onWarning }).multipartUpload(name, content, { ...options, progress })
      await flow.expectStored(name, content)
      const calls = content === bytes ? PARTS + 2 : 1
      expect(progress).toHaveBeenCalledTimes(calls)
      expect(onWarning).toHaveBeenCalledTimes(calls)
      expect(onWarning.mock.lastCall?.[0]).toBeInstanceOf(Error)
    }
  })

  it('may change what it is given without harm', async () => {
    const progress: Progress = (_, checkpoint) => {
      // As ali-oss users could do, whose checkpoint was one live object.
      const mine = Object(checkpoint ?? {})
      mine.uploadId = 'nonsense'
      mine.doneParts?.splice(0)
    }
    await client.multipartUpload('changed', bytes, { ...options, progress })
    await flow.expectStored('changed', bytes)
  })

  it('says 0 for a stream until its end is known', async () => {
    const { progress, shares } = recorder()
    async function* stream() {
      for (let start = 0; start < bytes.length; start += PART) {
        yield bytes.subarray(start, start + PART)
      }
    }
    await client.multipartUpload('stream', stream(), { ...options, parallel: 1, progress })
    expect(shares()).toHaveLength(PARTS + 2)
    expect(shares().slice(0, PARTS)).toEqual([0, 0, 0, 0, 0])
    expect(shares()).toEqual([...shares()].sort((a, b) => a - b))
    expect(shares().at(-1)).toBe(1)
  })

  it.each([0, 1, 2, 3, 4, 5])(
    'goes on where it was when %i parts are done already',
    async (done) => {
      const name = `resumed/${done}`
      const { uploadId } = await client.initMultipartUpload(name)
      for (let number = 1; number <= done; number++) {
        const end = Math.min(number * PART, bytes.length)
        await client.uploadPart(name, uploadId, number, bytes, (number - 1) * PART, end)
      }
      const { progress, shares, calls } = recorder()
      const checkpoint = { name, fileSize: bytes.length, partSize: PART, uploadId, doneParts: [] }
      await client.multipartUpload(name, bytes, { checkpoint, progress })
      expect(shares()).toEqual(EVERY_SHARE.slice(done + 1))
      expect(calls.at(-1)?.checkpoint).toBeNull()
    },
  )
})
