import { describe, expect, it, vi } from 'vitest'
import { sleep } from '../async/sleep.ts'
import { crc64 } from '../oss/crc64.ts'
import { failureOf } from '../oss/testing.contract.ts'
import type { Multipart } from './multipart.ts'
import type { UploadSettings } from './options.ts'
import { isSmall, putWhole } from './put-whole.ts'
import { bytesSource, sourceChanged } from './source.ts'
import { bytesOf, fakeOss, PART, SETTINGS, SUBJECT } from './testing.contract.ts'

const bytes = bytesOf(1000)

function parts(oss: Multipart, settings: Partial<UploadSettings> = {}, warn = vi.fn()) {
  const input = bytesSource(bytes)
  return { input, subject: SUBJECT, oss, settings: { ...SETTINGS, ...settings }, sleep, warn }
}

describe('isSmall', () => {
  it('is what has less than 100 KiB', () => {
    expect([0, PART - 1, PART].map((size) => isSmall(bytesSource(new Uint8Array(size))))).toEqual([
      true,
      true,
      false,
    ])
    expect(isSmall({ async *chunks() {} })).toBe(false)
  })
})

describe('putWhole', () => {
  it('stores the object in one request', async () => {
    const oss = fakeOss()
    const stored = await putWhole(bytesSource(bytes), parts(oss))
    expect(stored).toMatchObject({ etag: '"put"', bucket: 'media', crc64: crc64(bytes) })
    expect(oss.stored()).toEqual(bytes)
    expect(oss.calls).toEqual(['put'])
  })

  it('stores an empty object', async () => {
    const oss = fakeOss()
    await putWhole(bytesSource(new Uint8Array()), parts(oss))
    expect(oss.stored()).toEqual(new Uint8Array())
  })

  it('stores the bytes of a source that uses one buffer for all its chunks', async () => {
    async function* reusing() {
      const buffer = Buffer.alloc(300)
      for (let start = 0; start < bytes.byteLength; start += 300) {
        const chunk = bytes.subarray(start, start + 300)
        buffer.set(chunk)
        yield buffer.subarray(0, chunk.byteLength)
      }
    }
    const oss = fakeOss()
    await putWhole({ size: bytes.byteLength, read: reusing }, parts(oss))
    expect(oss.stored()).toEqual(bytes)
  })

  it('stores nothing of a source that has changed, or can not be read', async () => {
    const oss = fakeOss()
    const changed = {
      ...bytesSource(bytes),
      version: () => Promise.reject(sourceChanged('it is longer')),
    }
    const shrunk = { size: bytes.byteLength, read: () => bytes.subarray(1) }
    for (const source of [changed, shrunk]) {
      expect((await failureOf(putWhole(source, parts(oss)))).name).toBe('SourceChangedError')
    }
    expect(oss.calls).toEqual([])
  })

  it('calls `progress` once, with 1 and nothing else, and waits for it', async () => {
    const heard: unknown[][] = []
    const progress = async (...said: unknown[]) => {
      await Promise.resolve()
      heard.push(said)
    }
    await putWhole(bytesSource(bytes), parts(fakeOss(), { progress }))
    expect(heard).toEqual([[1]])
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('mistake')
      },
    ],
    ['rejects', () => Promise.reject(new Error('mistake'))],
  ])('only warns when `progress` %s', async (_, progress) => {
    const warn = vi.fn()
    await putWhole(bytesSource(bytes), parts(fakeOss(), { progress }, warn))
    expect(warn.mock.calls).toEqual([[new Error('mistake')]])
  })

  it('fails when other bytes are stored than were read, and says no progress', async () => {
    const oss = fakeOss()
    const progress = vi.fn()
    const wrong: Multipart = {
      ...oss,
      put: async (body) => ({ ...(await oss.put(body)), crc64: 1n }),
    }
    const error = await failureOf(putWhole(bytesSource(bytes), parts(wrong, { progress })))
    expect(error).toMatchObject({ name: 'IntegrityError', code: 'IntegrityError', status: 200 })
    expect(error.message).toContain(`its CRC-64 is 1 instead of ${crc64(bytes)}`)
    expect(progress).not.toHaveBeenCalled()
  })

  it('believes what is stored where OSS says no CRC-64', async () => {
    const oss = fakeOss()
    const silent: Multipart = {
      ...oss,
      put: async (body) => ({ ...(await oss.put(body)), crc64: undefined }),
    }
    expect((await putWhole(bytesSource(bytes), parts(silent))).etag).toBe('"put"')
  })

  it('does not wait for bytes that do not come, when it is stopped', async () => {
    const stop = new AbortController()
    const silent = { size: 9, read: () => new Promise<Uint8Array>(() => {}) }
    const stored = putWhole(silent, parts(fakeOss(), { signal: stop.signal }))
    stop.abort('enough')
    await expect(stored).rejects.toBe('enough')
  })

  it('stops with the signal', async () => {
    const signal = AbortSignal.abort('enough')
    await expect(putWhole(bytesSource(bytes), parts(fakeOss(), { signal }))).rejects.toBe('enough')
  })
})
