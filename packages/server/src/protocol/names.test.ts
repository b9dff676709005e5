import { describe, expect, it } from 'vitest'
import { checkBucketName, checkKey } from './names.ts'

describe('checkBucketName', () => {
  it.each(['abc', 'a-b', '0-9', 'a'.repeat(63)])('accepts %s', (name) => {
    expect(() => checkBucketName(name)).not.toThrow()
  })

  it.each(['ab', 'a'.repeat(64), 'Abc', 'a_b', '-ab', 'ab-', 'a.b', '..', 'a/b', ''])(
    'refuses %j',
    (name) => {
      expect(() => checkBucketName(name)).toThrowError(
        expect.objectContaining({
          code: 'InvalidBucketName',
          status: 400,
          message: 'The specified bucket is not valid.',
          elements: { BucketName: name },
        }),
      )
    },
  )
})

describe('checkKey', () => {
  it.each(['a', 'a//b', '../x', '.', 'folder/', '目录/😀', '__proto__', 'x'.repeat(1023)])(
    'accepts %j',
    (key) => {
      expect(() => checkKey(key)).not.toThrow()
    },
  )

  it.each([
    ['', '0016-00000001', 'The Object name can not be empty.'],
    ['x'.repeat(1024), '0016-00000002', 'The Length of Object name must be less than 1024.'],
    ['目'.repeat(342), '0016-00000002', 'The Length of Object name must be less than 1024.'],
    ['/a', '0016-00000005', 'The specified object is not valid.'],
    ['\\a', '0016-00000005', 'The specified object is not valid.'],
  ])('refuses %j', (key, ec, message) => {
    expect(() => checkKey(key)).toThrowError(
      expect.objectContaining({ code: 'InvalidObjectName', status: 400, ec, message }),
    )
  })
})
