import { describe, expect, it } from 'vitest'
import { OssError } from '../oss/errors.ts'
import type { StoredObject } from '../oss/objects.ts'
import { failureOf } from '../oss/testing.contract.ts'
import { confirmStored } from './confirm-stored.ts'
import { fakeRes, reset } from './testing.contract.ts'

const read = { size: 10, crc64: 7n, signal: undefined }
const denied = new OssError('No.', { name: 'AccessDeniedError', code: 'AccessDenied', status: 403 })

function completed(crc64: bigint | undefined) {
  return { etag: '"E-1"', bucket: 'media', crc64, res: fakeRes('complete') }
}

/** An OSS with such an object, or none, or that says no more than this error. */
function ossWith(stored: Partial<StoredObject> | undefined | OssError) {
  const object = { etag: '"E-1"', size: 10, crc64: 7n, res: fakeRes('head') }
  return {
    async head() {
      if (stored instanceof OssError) throw stored
      return stored && { ...object, ...stored }
    },
  }
}

describe('confirmStored', () => {
  it.each<[string, bigint | undefined, Partial<StoredObject> | OssError]>([
    ['the object is right, and the answer was garbled', 1n, {}],
    ['the object is right, and the answer said nothing', undefined, {}],
    ['nobody knows a checksum, and the object has its size', undefined, { crc64: undefined }],
    ['the answer said nothing, and nobody may look', undefined, denied],
  ])('is content where %s', async (_, told, stored) => {
    await expect(confirmStored(ossWith(stored), completed(told), read)).resolves.toBeUndefined()
  })

  it.each<[string, bigint | undefined, Partial<StoredObject> | undefined | OssError, string]>([
    ['another object is stored', undefined, { crc64: 9n }, '9'],
    ['another object of another size is stored', undefined, { crc64: 9n, size: 11 }, '9'],
    ['the answer said so, and nobody may look', 1n, denied, '1'],
    ['the answer said so, and OSS knows no checksum', 1n, { crc64: undefined }, '1'],
    ['the answer said so, and there is none', 1n, undefined, '1'],
  ])('is an IntegrityError where %s', async (_, told, stored, named) => {
    const error = await failureOf(confirmStored(ossWith(stored), completed(told), read))
    expect(error).toMatchObject({ name: 'IntegrityError', requestId: 'complete' })
    expect(error.message).toContain(`its CRC-64 is ${named} instead of 7`)
  })

  it.each([undefined, { crc64: undefined, size: 11 }])(
    'is an UnexpectedResponseError where nothing was done: %j',
    async (stored) => {
      const error = await failureOf(confirmStored(ossWith(stored), completed(undefined), read))
      expect(error).toMatchObject({ name: 'UnexpectedResponseError', requestId: 'complete' })
    },
  )

  it('fails where it can not be found out', async () => {
    for (const told of [undefined, 1n]) {
      const error = await failureOf(confirmStored(ossWith(reset()), completed(told), read))
      expect(error.status).toBe(-1)
    }
  })
})
