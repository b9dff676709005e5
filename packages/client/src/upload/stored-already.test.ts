import { describe, expect, it, vi } from 'vitest'
import { bytesBody } from '../oss/body.ts'
import { crc64 } from '../oss/crc64.ts'
import type { StoredObject } from '../oss/objects.ts'
import { failureOf } from '../oss/testing.contract.ts'
import { bytesSource } from './source.ts'
import { endedWell, storedAlready } from './stored-already.ts'
import { bytesOf, fakeOss, noSuchUpload, reset, SETTINGS, SUBJECT } from './testing.contract.ts'

const bytes = bytesOf(1000)

/** A source that can be asked how often it was read, and an OSS that has its bytes, told of like this. */
async function stored(told: Partial<StoredObject> = {}) {
  const oss = fakeOss()
  await oss.put(bytesBody(bytes))
  const read = vi.fn(bytesSource(bytes).read)
  const head = async () => {
    const object = await oss.head()
    return object && { ...object, ...told }
  }
  return { source: { size: bytes.byteLength, read }, oss: { ...oss, head } }
}

describe('storedAlready', () => {
  it('is the object that has the bytes of the source', async () => {
    const { source, oss } = await stored()
    const found = await storedAlready(source, SUBJECT, oss, undefined)
    expect(found).toMatchObject({ etag: '"head"', bucket: 'media', crc64: crc64(bytes) })
    expect(found?.res.headers['x-oss-request-id']).toBe('head')
  })

  it('is nothing when there are other bytes', async () => {
    const { source, oss } = await stored({ crc64: 1n })
    expect(await storedAlready(source, SUBJECT, oss, undefined)).toBeUndefined()
  })

  it.each<[string, Partial<StoredObject>]>([
    ['has another size', { size: 7 }],
    ['has no CRC-64', { crc64: undefined }],
  ])('does not even read the source when the object %s', async (_, told) => {
    const { source, oss } = await stored(told)
    expect(await storedAlready(source, SUBJECT, oss, undefined)).toBeUndefined()
    expect(source.read).not.toHaveBeenCalled()
  })

  it('is nothing when there is no object', async () => {
    const { source } = await stored()
    expect(await storedAlready(source, SUBJECT, fakeOss(), undefined)).toBeUndefined()
  })

  it('does not use up a stream, which must be sent yet', async () => {
    const { oss } = await stored()
    const chunks = vi.fn()
    expect(await storedAlready({ chunks }, SUBJECT, oss, undefined)).toBeUndefined()
    expect(chunks).not.toHaveBeenCalled()
  })

  it('fails when it can not be found out, or is stopped', async () => {
    const { source, oss } = await stored()
    const broken = { ...oss, head: () => Promise.reject(reset()) }
    expect((await failureOf(storedAlready(source, SUBJECT, broken, undefined))).status).toBe(-1)
    const signal = AbortSignal.abort('enough')
    await expect(storedAlready(source, SUBJECT, oss, signal)).rejects.toBe('enough')
  })
})

describe('endedWell', () => {
  it('is the object, when the id of the upload is gone and the object has the bytes of the source', async () => {
    const { source: input, oss } = await stored()
    const job = { input, subject: SUBJECT, oss, settings: SETTINGS }
    expect(await endedWell(noSuchUpload(), job)).toMatchObject({ etag: '"head"', bucket: 'media' })
  })

  it('is nothing when the object has other bytes: the upload was aborted', async () => {
    const { source: input, oss } = await stored({ crc64: 1n })
    const job = { input, subject: SUBJECT, oss, settings: SETTINGS }
    expect(await endedWell(noSuchUpload(), job)).toBeUndefined()
  })

  it.each<[string, unknown]>([
    ['that the network broke', reset()],
    ['a bug', Object.assign(new TypeError('bug'), { code: 'NoSuchUpload' })],
  ])('throws %s again, and asks OSS nothing', async (_, error) => {
    const { source: input, oss } = await stored()
    const job = { input, subject: SUBJECT, oss, settings: SETTINGS }
    await expect(endedWell(error, job)).rejects.toBe(error)
    expect(oss.calls).not.toContain('head')
  })

  it('hands on the signal', async () => {
    const { source: input, oss } = await stored()
    const head = (signal?: AbortSignal) => Promise.reject(signal?.reason)
    const settings = { ...SETTINGS, signal: AbortSignal.abort('enough') }
    const job = { input, subject: SUBJECT, oss: { ...oss, head }, settings }
    await expect(endedWell(noSuchUpload(), job)).rejects.toBe('enough')
  })
})
