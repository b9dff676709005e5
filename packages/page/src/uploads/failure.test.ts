import { OssError } from 'oss-multipart'
import { describe, expect, it } from 'vitest'
import { explainFailure, isOfBucket, reasonOfCode } from './failure.ts'

describe('explainFailure', () => {
  it.each([
    [{ name: 'RequestError', status: -1 }, 'network'],
    [{ name: 'ResponseTimeoutError', status: -2 }, 'timeout'],
    [{ name: 'AccessDeniedError', code: 'AccessDenied', status: 403 }, 'denied'],
    [{ name: 'SecurityTokenExpiredError', code: 'SecurityTokenExpired' }, 'credentials'],
    [{ name: 'NoSuchBucketError', code: 'NoSuchBucket', status: 404 }, 'noBucket'],
    [{ name: 'abort', code: 'NoSuchUpload', status: 0 }, 'aborted'],
    [{ name: 'InternalErrorError', code: 'InternalError', status: 500 }, 'overloaded'],
    [{ name: 'SlowDownError', code: 'SlowDown', status: 503 }, 'overloaded'],
    [{ name: 'NotReadableError' }, 'unreadable'],
    [{ name: 'PreconditionFailedError', code: 'PreconditionFailed', status: 412 }, 'other'],
  ] as const)('knows what %j means', (details, reason) => {
    expect(explainFailure(new OssError('said', details)).reason).toBe(reason)
  })

  it('knows a wrong region by what OSS says', () => {
    const message =
      'The bucket you are attempting to access must be addressed using the specified endpoint.'
    const details = { name: 'AccessDeniedError', code: 'AccessDenied', status: 403 }
    expect(explainFailure(new OssError(message, details)).reason).toBe('region')
  })

  it('keeps what support asks for, and nothing else', () => {
    const checkpoint = { name: 'a' } as never
    const details = { name: 'AccessDeniedError', code: 'AccessDenied', requestId: 'R1', checkpoint }
    expect(explainFailure(new OssError('No', details))).toEqual({
      reason: 'denied',
      message: 'No',
      code: 'AccessDenied',
      requestId: 'R1',
    })
  })

  it('takes errors of the browser as they are', () => {
    const error = new DOMException('Gone', 'NotFoundError')
    expect(explainFailure(error)).toMatchObject({ reason: 'unreadable', message: 'Gone' })
    expect(explainFailure('odd')).toMatchObject({ reason: 'other', message: 'odd' })
  })
})

describe('reasonOfCode', () => {
  it.each([
    ['unreachable', 'network'],
    ['hidden', 'hidden'],
    ['AccessDenied', 'denied'],
    ['SigningError', 'signing'],
    ['', 'other'],
  ])('knows what a finding of code "%s" means', (code, reason) => {
    expect(reasonOfCode(code)).toBe(reason)
  })
})

describe('isOfBucket', () => {
  it('is what checking the bucket may explain', () => {
    const named = (name: string) => isOfBucket(explainFailure(new OssError('', { name })))
    expect([named('RequestError'), named('SourceChangedError')]).toEqual([true, false])
  })
})
