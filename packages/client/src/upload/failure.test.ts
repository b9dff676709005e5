import { describe, expect, it } from 'vitest'
import { OssError } from '../oss/errors.ts'
import { cancelled, partFailed, uploadFailed } from './failure.ts'
import { noSuchUpload } from './testing.contract.ts'

const checkpoint = { name: 'film', partSize: 102_400, uploadId: 'U', doneParts: [] }
const denied = new OssError('No right.', {
  name: 'AccessDeniedError',
  code: 'AccessDenied',
  status: 403,
  operation: 'UploadPart',
  requestId: 'REQUEST-ID',
})

describe('partFailed', () => {
  it('says which part and why, in the words that users of ali-oss look for', () => {
    const error = partFailed(denied, 7)
    expect(error.message).toBe(
      'Failed to upload some parts with error: AccessDeniedError: No right. part_num: 7',
    )
    expect(error).toMatchObject({
      name: 'AccessDeniedError',
      code: 'AccessDenied',
      status: 403,
      requestId: 'REQUEST-ID',
      partNum: 7,
      cause: denied,
    })
  })

  it('keeps the code of the file system and the original as its cause', () => {
    const broken = Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' })
    expect(partFailed(broken, 7)).toMatchObject({
      name: 'Error',
      code: 'EIO',
      partNum: 7,
      cause: broken,
      message: 'Failed to upload some parts with error: Error: EIO: i/o error, read part_num: 7',
    })
  })

  it.each(['text', undefined, null, 7])('makes an Error of %j', (thrown) => {
    const error = partFailed(thrown, 7)
    expect(error).toBeInstanceOf(OssError)
    expect(error.message).toContain(`Error: ${thrown} part_num: 7`)
  })
})

describe('uploadFailed', () => {
  const failed = (error: unknown, signal?: AbortSignal) =>
    uploadFailed(error, { checkpoint, signal })

  it('adds where to go on from', () => {
    const error = failed(denied)
    expect(error).toMatchObject({ name: 'AccessDeniedError', status: 403, message: 'No right.' })
    expect(error.checkpoint).toBe(checkpoint)
  })

  it('has no checkpoint, and promises nothing, when nothing was begun', () => {
    expect(uploadFailed(denied, { checkpoint: undefined, signal: undefined })).toBe(denied)
    const signal = AbortSignal.abort(cancelled())
    const stopped = uploadFailed(denied, { checkpoint: undefined, signal })
    expect(stopped.message).toBe('The upload was cancelled')
  })

  it('says "abort" with status 0 when the upload is not there any more', () => {
    const gone = noSuchUpload()
    const error = failed(gone)
    expect(error).toMatchObject({
      name: 'abort',
      status: 0,
      code: 'NoSuchUpload',
      requestId: 'GONE',
      message: 'upload task has been abort: The upload does not exist',
      cause: gone,
    })
    expect(error.checkpoint).toBe(checkpoint)
  })

  it('does not say so of other things that are not there', () => {
    const missing = new OssError('No.', {
      name: 'NoSuchBucketError',
      code: 'NoSuchBucket',
      status: 404,
    })
    expect(failed(missing)).toMatchObject({ name: 'NoSuchBucketError', status: 404 })
  })

  it('says "cancel" with status 0 when it was cancelled, whatever failed because of that', () => {
    const error = failed(denied, AbortSignal.abort(cancelled()))
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ name: 'cancel', code: 'cancel', status: 0, checkpoint })
    expect(error.message).toBe(
      'The upload was cancelled. Its parts stay at OSS, so that it can be resumed',
    )
  })

  it.each<[string, unknown, string]>([
    ['no reason', undefined, 'The upload was stopped by its signal'],
    ['an Error', new Error('tab closed'), 'The upload was stopped by its signal: tab closed'],
    ['text', 'tab closed', 'The upload was stopped by its signal'],
  ])(
    'says "AbortError" with status 0 when its signal was aborted with %s',
    (_, reason, message) => {
      const error = failed(denied, AbortSignal.abort(reason))
      expect(error).toMatchObject({ name: 'AbortError', code: 'AbortError', status: 0 })
      expect(error.message).toBe(`${message}. Its parts stay at OSS, so that it can be resumed`)
      expect(error.checkpoint).toBe(checkpoint)
    },
  )

  it('keeps the original as the cause, not an error that says the same again', () => {
    const original = new Error('EIO')
    expect(failed(denied, AbortSignal.abort(original)).cause).toBe(original)
    expect(failed(partFailed(original, 7)).cause).toBe(original)
  })

  it('does not take a signal that was not aborted for the reason', () => {
    expect(failed(denied, new AbortController().signal).name).toBe('AccessDeniedError')
  })
})
