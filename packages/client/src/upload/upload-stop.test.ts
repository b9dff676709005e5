import { describe, expect, it, vi } from 'vitest'
import { sleep } from '../async/sleep.ts'
import { gate, slowTime, turn } from '../async/testing.contract.ts'
import { OssError } from '../oss/errors.ts'
import { failureOf } from '../oss/testing.contract.ts'
import { cancelled } from './failure.ts'
import type { Multipart } from './multipart.ts'
import type { Progress, UploadSettings } from './options.ts'
import { bytesSource, type Source, type StreamSource } from './source.ts'
import { bytesOf, fakeOss, noSuchUpload, PART, SETTINGS, SUBJECT } from './testing.contract.ts'
import { upload } from './upload.ts'

const bytes = bytesOf(4 * PART + 7)
const refused = new OssError('No right.', {
  name: 'AccessDeniedError',
  code: 'AccessDenied',
  status: 403,
  requestId: 'REQUEST-ID',
})

function uploading(
  oss: Multipart,
  settings: Partial<UploadSettings> = {},
  input: Source | StreamSource = bytesSource(bytes),
) {
  const subject = { ...SUBJECT, size: input.size }
  const all = { ...SETTINGS, ...settings }
  return upload({ input, subject, oss, settings: all, sleep, warn: vi.fn() })
}

/** An OSS which does not answer from part `first` on, stopped or not, until it is released. */
function hangingFrom(first: number) {
  const oss = fakeOss()
  const waiting = new Map<number, AbortSignal>()
  const released = gate()
  const uploadPart: Multipart['uploadPart'] = async (uploadId, part, signal) => {
    if (part.number < first) return oss.uploadPart(uploadId, part, signal)
    if (signal !== undefined) waiting.set(part.number, signal)
    await released.passed
    signal?.throwIfAborted()
    return oss.uploadPart(uploadId, part, signal)
  }
  return { oss, hanging: { ...oss, uploadPart }, waiting, released }
}

describe('an upload of which a part fails', () => {
  it('stops the other parts, waits for them, and only then fails', async () => {
    const { oss, hanging, waiting, released } = hangingFrom(2)
    const settled = vi.fn()
    const failure = gate()
    const failing: Multipart = {
      ...hanging,
      uploadPart: async (...what) => {
        if (what[1].number !== 1) return hanging.uploadPart(...what)
        await failure.passed
        throw refused
      },
    }
    const uploaded = uploading(failing)
    uploaded.catch(settled)
    await turn()
    expect([...waiting.keys()]).toEqual([2, 3])
    failure.open()
    await turn()
    expect([...waiting.values()].every(({ aborted }) => aborted)).toBe(true)
    expect(settled).not.toHaveBeenCalled()
    released.open()
    const error = await failureOf(uploaded)
    expect(error).toMatchObject({ name: 'AccessDeniedError', partNum: 1 })
    expect([...waiting.keys()]).toEqual([2, 3])
    expect(oss.calls).toEqual(['initiate'])
  })

  it('says which part and why, and where to go on from', async () => {
    const oss = fakeOss()
    const failing: Multipart = {
      ...oss,
      uploadPart: (...what) =>
        what[1].number === 3 ? Promise.reject(refused) : oss.uploadPart(...what),
    }
    const error = await failureOf(uploading(failing, { parallel: 1 }))
    expect(error).toMatchObject({
      name: 'AccessDeniedError',
      code: 'AccessDenied',
      status: 403,
      requestId: 'REQUEST-ID',
      partNum: 3,
      message: 'Failed to upload some parts with error: AccessDeniedError: No right. part_num: 3',
    })
    expect(error.checkpoint).toMatchObject({
      name: 'films/big.mp4',
      uploadId: 'upload-1',
      doneParts: [{ number: 1 }, { number: 2 }],
    })
  })

  it('says of a source that can not be read what the system said', async () => {
    const broken = Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' })
    const source = { size: bytes.length, read: () => Promise.reject(broken) }
    expect(await failureOf(uploading(fakeOss(), {}, source))).toMatchObject({
      code: 'EIO',
      partNum: 1,
    })
  })

  it('says "abort" with status 0 when somebody has aborted it', async () => {
    const oss = fakeOss()
    const gone: Multipart = { ...oss, uploadPart: () => Promise.reject(noSuchUpload()) }
    const error = await failureOf(uploading(gone))
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ name: 'abort', status: 0, code: 'NoSuchUpload' })
    expect(error.checkpoint).toMatchObject({ uploadId: 'upload-1' })
  })

  it('has no checkpoint when it could not even be begun', async () => {
    const failing: Multipart = { ...fakeOss(), initiate: () => Promise.reject(refused) }
    const error = await failureOf(uploading(failing))
    expect(error).toMatchObject({ name: 'AccessDeniedError', status: 403 })
    expect(error.checkpoint).toBeUndefined()
  })
})

describe('an upload that is stopped', () => {
  it('says "cancel" with status 0, and where to go on from', async () => {
    const { hanging, waiting, released } = hangingFrom(3)
    const stop = new AbortController()
    const uploaded = uploading(hanging, { signal: stop.signal })
    await turn()
    stop.abort(cancelled())
    expect([...waiting.values()].every(({ aborted }) => aborted)).toBe(true)
    released.open()
    const error = await failureOf(uploaded)
    expect(error).toMatchObject({ name: 'cancel', status: 0 })
    expect(error.checkpoint).toMatchObject({ doneParts: [{ number: 1 }, { number: 2 }] })
  })

  it('says "AbortError" when its signal did it', async () => {
    const { hanging, released } = hangingFrom(1)
    const stop = new AbortController()
    const uploaded = uploading(hanging, { signal: stop.signal })
    await turn()
    stop.abort()
    released.open()
    expect(await failureOf(uploaded)).toMatchObject({ name: 'AbortError', status: 0 })
  })

  it('begins nothing when it was stopped before', async () => {
    const oss = fakeOss()
    const error = await failureOf(uploading(oss, { signal: AbortSignal.abort() }))
    expect(error.name).toBe('AbortError')
    expect(oss.calls).toEqual([])
  })

  it('does not complete, stopped while the last part was on its way', async () => {
    const oss = fakeOss()
    const stop = new AbortController()
    const late: Multipart = {
      ...oss,
      async uploadPart(uploadId, part) {
        if (part.number === 5) stop.abort()
        return oss.uploadPart(uploadId, part)
      },
    }
    const error = await failureOf(uploading(late, { signal: stop.signal, parallel: 1 }))
    expect(error.name).toBe('AbortError')
    expect(error.checkpoint).toMatchObject({ doneParts: { length: 5 } })
    expect(oss.calls).not.toContain('complete')
  })

  it('is a success when it was stopped only after the object was complete', async () => {
    const oss = fakeOss()
    const stop = new AbortController()
    const late: Multipart = {
      ...oss,
      async complete(...what) {
        const completed = await oss.complete(...what)
        stop.abort()
        return completed
      },
    }
    expect((await uploading(late, { signal: stop.signal })).etag).toBe('"complete-5"')
  })

  it('does not wait for `progress` that never ends, and leaves no timer behind', async () => {
    const stop = new AbortController()
    const [oss, time] = [fakeOss(), slowTime()]
    const settings = { ...SETTINGS, signal: stop.signal, progress: () => gate().passed }
    const subject = { ...SUBJECT, size: bytes.length }
    const parts = { input: bytesSource(bytes), subject, oss, settings, warn: vi.fn() }
    const uploaded = upload({ ...parts, sleep: time.sleep })
    await turn()
    expect(time.asleep()).toEqual([60_000])
    stop.abort()
    expect((await failureOf(uploaded)).name).toBe('AbortError')
    expect(oss.calls).not.toContain('complete')
    expect(time.asleep()).toEqual([])
  })

  it.each([
    ['in parts', bytes.length],
    ['in one request', 9],
  ])('is a success, %s, when it was stopped while `progress` hears of that', async (_, size) => {
    const stop = new AbortController()
    const progress = (share: number) => share === 1 && gate().passed
    const input = bytesSource(bytes.subarray(0, size))
    const oss = fakeOss()
    const uploaded = uploading(oss, { signal: stop.signal, progress }, input)
    await turn()
    expect(oss.stored()?.length).toBe(size)
    stop.abort()
    await uploaded
  })

  it.each([0, 2 * PART])(
    'does not wait for a stream that says nothing more after %i bytes',
    async (size) => {
      const stop = new AbortController()
      const stream = {
        async *chunks() {
          yield bytes.subarray(0, size)
          await gate().passed
        },
      }
      const uploaded = uploading(fakeOss(), { signal: stop.signal }, stream)
      await turn()
      stop.abort(cancelled())
      expect((await failureOf(uploaded)).name).toBe('cancel')
    },
  )

  it('stops a small file in its one request', async () => {
    const oss = fakeOss()
    const stop = new AbortController()
    const slow: Multipart = {
      ...oss,
      async put(body, signal) {
        stop.abort()
        return oss.put(body, signal)
      },
    }
    const small = bytesSource(bytes.subarray(0, 9))
    const error = await failureOf(uploading(slow, { signal: stop.signal }, small))
    expect(error.name).toBe('AbortError')
    expect(oss.stored()).toBeUndefined()
  })
})

describe('an upload whose `progress` never returns', () => {
  it.each([
    ['in parts', bytes.length],
    ['in one request', 9],
  ])('goes on without it after a minute, with one warning, %s', async (_, size) => {
    const oss = fakeOss()
    const [warn, time] = [vi.fn(), slowTime()]
    const progress = vi.fn(() => gate().passed)
    const input = bytesSource(bytes.subarray(0, size))
    const settings = { ...SETTINGS, progress }
    const subject = { ...SUBJECT, size }
    const uploaded = upload({ input, subject, oss, settings, sleep: time.sleep, warn })
    await turn()
    expect(time.asleep()).toEqual([60_000])
    time.wake()
    await uploaded
    expect(progress).toHaveBeenCalledOnce()
    expect(warn).toHaveBeenCalledOnce()
    expect(time.asleep()).toEqual([])
  })
})

describe('an upload that has settled', () => {
  it.each(['failure', 'cancel'])('calls and sends nothing any more, after a %s', async (end) => {
    const { oss, hanging, released } = hangingFrom(3)
    const stop = new AbortController()
    const slow = gate()
    const progress = vi.fn<Progress>(() => slow.passed)
    const read = vi.fn(bytesSource(bytes).read)
    const failing: Multipart = {
      ...hanging,
      uploadPart: (...what) =>
        end === 'failure' && what[1].number === 3
          ? Promise.reject(refused)
          : hanging.uploadPart(...what),
    }
    const settings = { progress, signal: stop.signal }
    const failed = failureOf(uploading(failing, settings, { size: bytes.length, read }))
    await turn()
    if (end === 'cancel') stop.abort(cancelled())
    released.open()
    await failed
    const activity = () =>
      [oss.calls, read.mock.calls, progress.mock.calls].map((calls) => calls.length)
    const settled = activity()
    expect(progress).toHaveBeenCalledOnce()
    slow.open()
    await turn()
    await turn()
    expect(activity()).toEqual(settled)
  })
})
