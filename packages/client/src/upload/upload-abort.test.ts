import { describe, expect, it, vi } from 'vitest'
import { gate, slowTime, turn } from '../async/testing.contract.ts'
import { bytesBody } from '../oss/body.ts'
import { OssError } from '../oss/errors.ts'
import { failureOf } from '../oss/testing.contract.ts'
import { cancelled } from './failure.ts'
import { memoryCheckpoints } from './memory-checkpoints.ts'
import type { Multipart } from './multipart.ts'
import type { UploadSettings } from './options.ts'
import { bytesSource } from './source.ts'
import {
  bytesOf,
  fakeOss,
  noSuchUpload,
  PART,
  reset,
  SETTINGS,
  SUBJECT,
} from './testing.contract.ts'
import { upload } from './upload.ts'

const bytes = bytesOf(4 * PART + 7)

/** An upload to `oss`, what it warns of and how it is stopped; time stands still. */
function uploading(oss: Multipart, settings: Partial<UploadSettings> = {}) {
  const [warn, stop, { sleep, ...time }] = [vi.fn(), new AbortController(), slowTime()]
  const input = bytesSource(bytes)
  const subject = { ...SUBJECT, size: input.size }
  const all = { ...SETTINGS, abortOnCancel: true, signal: stop.signal, ...settings }
  const done = upload({ input, subject, oss, settings: all, sleep, warn })
  // It may end before the test has come to where it looks.
  done.catch(() => {})
  const failed = () => failureOf(done)
  return { done, failed, cancel: () => stop.abort(cancelled()), warn, time }
}

/** An OSS that stands still before the second part, stopped or not, until it is released. */
function standing() {
  const oss = fakeOss()
  const released = gate()
  const uploadPart: Multipart['uploadPart'] = async (uploadId, part, signal) => {
    if (part.number > 1) await released.passed
    signal?.throwIfAborted()
    return oss.uploadPart(uploadId, part, signal)
  }
  return { oss, standing: { ...oss, uploadPart }, released }
}

describe('an upload that is cancelled, with abortOnCancel', () => {
  it('drops its parts at OSS, and has nothing to go on with', async () => {
    const { oss, standing: still, released } = standing()
    const checkpoints = memoryCheckpoints()
    const { failed, cancel, warn, time } = uploading(still, { checkpoints })
    await turn()
    expect(await checkpoints.list()).toHaveLength(1)
    cancel()
    released.open()
    const error = await failed()
    expect(error).toMatchObject({ name: 'cancel', status: 0, message: 'The upload was cancelled' })
    expect(error.checkpoint).toBeUndefined()
    expect(oss.uploads.size).toBe(0)
    expect(await checkpoints.list()).toEqual([])
    expect(warn).not.toHaveBeenCalled()
    expect(time.asleep()).toEqual([])
  })

  it('does so only when its other parts have come to a stop, and fails only then', async () => {
    const { oss, standing: still, released } = standing()
    const abort = vi.fn(oss.abort)
    const { done, failed, cancel } = uploading({ ...still, abort })
    const settled = vi.fn()
    done.catch(settled)
    await turn()
    cancel()
    await turn()
    expect(abort).not.toHaveBeenCalled()
    expect(settled).not.toHaveBeenCalled()
    released.open()
    await failed()
    expect(abort).toHaveBeenCalledOnce()
  })

  it('waits for the answer of OSS', async () => {
    const { standing: still, released, oss } = standing()
    const answered = gate()
    const settled = vi.fn()
    const abort = () => answered.passed
    const { done, failed, cancel } = uploading({ ...still, abort })
    done.catch(settled)
    await turn()
    cancel()
    released.open()
    await turn()
    expect(settled).not.toHaveBeenCalled()
    answered.open()
    expect((await failed()).checkpoint).toBeUndefined()
    expect(oss.calls).toEqual(['initiate', 'uploadPart 1'])
  })

  it('drops the parts of an earlier attempt too, while it asks which there are', async () => {
    const oss = fakeOss()
    const { uploadId } = await oss.initiate()
    await oss.uploadPart(uploadId, { number: 1, body: bytesBody(bytes.subarray(0, PART)) })
    const known = { ...SUBJECT, partSize: PART, uploadId, doneParts: [] }
    const silent: Multipart = {
      ...oss,
      listedParts: (_, signal) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason))
        }),
    }
    const { failed, cancel } = uploading(silent, { checkpoint: known })
    await turn()
    cancel()
    expect((await failed()).checkpoint).toBeUndefined()
    expect(oss.uploads.size).toBe(0)
  })

  it('is content when the upload is gone by then', async () => {
    const { standing: still, released } = standing()
    const abort = () => Promise.reject(noSuchUpload())
    const { failed, cancel, warn } = uploading({ ...still, abort })
    await turn()
    cancel()
    released.open()
    expect((await failed()).checkpoint).toBeUndefined()
    expect(warn).not.toHaveBeenCalled()
  })

  it.each<[string, Multipart['abort']]>([
    ['fails', () => Promise.reject(reset())],
    ['is not answered', () => new Promise(() => {})],
  ])('warns, and can be gone on with, when the abort %s', async (_, abort) => {
    const { oss, standing: still, released } = standing()
    const checkpoints = memoryCheckpoints()
    const { failed, cancel, warn, time } = uploading({ ...still, abort }, { checkpoints })
    await turn()
    cancel()
    released.open()
    await turn()
    time.wake()
    const error = await failed()
    expect(error).toMatchObject({ name: 'cancel', checkpoint: { uploadId: 'upload-1' } })
    expect(error.message).toContain('Its parts stay at OSS, so that it can be resumed')
    expect(warn).toHaveBeenCalledOnce()
    expect(await checkpoints.list()).toHaveLength(1)
    await uploading(oss, { checkpoints }).done
    expect(oss.calls.filter((call) => call === 'initiate')).toHaveLength(1)
    expect(oss.uploads.size).toBe(0)
  })

  it('is a success, and drops nothing, when the object was there already', async () => {
    const oss = fakeOss()
    const abort = vi.fn(oss.abort)
    let cancel = () => {}
    const late: Multipart = {
      ...oss,
      abort,
      async complete(...what) {
        const completed = await oss.complete(...what)
        cancel()
        return completed
      },
    }
    const running = uploading(late)
    cancel = running.cancel
    expect((await running.done).etag).toBe('"complete-5"')
    expect(abort).not.toHaveBeenCalled()
  })
})

describe('no part is dropped of an upload', () => {
  const denied = new OssError('No.', { name: 'AccessDeniedError', code: 'AccessDenied' })

  it('that is cancelled without abortOnCancel', async () => {
    for (const abortOnCancel of [false, undefined]) {
      const { oss, standing: still, released } = standing()
      const { failed, cancel } = uploading(still, { abortOnCancel })
      await turn()
      cancel()
      released.open()
      expect((await failed()).checkpoint).toMatchObject({ doneParts: { length: 1 } })
      expect(oss.uploads.get('upload-1')?.size).toBe(1)
      expect(oss.calls).not.toContain('abort')
    }
  })

  it('that fails, with abortOnCancel', async () => {
    const oss = fakeOss()
    const failing: Multipart = {
      ...oss,
      uploadPart: (...what) =>
        what[1].number === 3 ? Promise.reject(denied) : oss.uploadPart(...what),
    }
    const error = await uploading(failing, { parallel: 1 }).failed()
    expect(error).toMatchObject({ code: 'AccessDenied', checkpoint: { uploadId: 'upload-1' } })
    expect(oss.calls).not.toContain('abort')
    expect(oss.uploads.get('upload-1')?.size).toBe(2)
  })

  it('that was cancelled before it began: nobody has touched those of the checkpoint', async () => {
    const oss = fakeOss()
    const { uploadId } = await oss.initiate()
    const checkpoint = { ...SUBJECT, partSize: PART, uploadId, doneParts: [] }
    const { failed } = uploading(oss, { checkpoint, signal: AbortSignal.abort(cancelled()) })
    expect((await failed()).checkpoint).toMatchObject({ uploadId })
    expect(oss.uploads.size).toBe(1)
  })
})
