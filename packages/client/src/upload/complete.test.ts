import { describe, expect, it } from 'vitest'
import { bytesBody } from '../oss/body.ts'
import { crc64 } from '../oss/crc64.ts'
import { OssError } from '../oss/errors.ts'
import { failureOf } from '../oss/testing.contract.ts'
import { checkParts, complete } from './complete.ts'
import type { Multipart } from './multipart.ts'
import { sendPart } from './send-part.ts'
import { openSession } from './session.ts'
import {
  bytesOf,
  fakeOss,
  fakeRes,
  noSuchUpload,
  PART,
  reset,
  SETTINGS,
  SUBJECT,
} from './testing.contract.ts'

const bytes = bytesOf(2 * PART + 7)
const expected = { parts: 3, size: bytes.byteLength }
const { signal } = new AbortController()

/** An upload whose three parts are all at OSS; the last one came first. */
async function allSent() {
  const oss = fakeOss()
  const session = await openSession({ ...SUBJECT, size: bytes.byteLength }, oss, SETTINGS)
  for (const number of [3, 1, 2]) {
    const [start, end] = [(number - 1) * PART, Math.min(number * PART, bytes.byteLength)]
    const part = { number, start, end, body: bytesBody(bytes.subarray(start, end)) }
    const { done } = await sendPart(oss, session, part, { stop: new AbortController() })
    session.done.set(number, done)
  }
  oss.calls.length = 0
  return { oss, session }
}

describe('complete', () => {
  it('makes one object of the parts in their order', async () => {
    const { oss, session } = await allSent()
    const completed = await complete(oss, session, expected, signal)
    expect(completed).toMatchObject({ etag: '"complete-3"', crc64: crc64(bytes) })
    expect(Buffer.from(bytes).equals(oss.stored() ?? new Uint8Array())).toBe(true)
    expect(oss.calls).toEqual(['complete'])
  })

  it('fails when the object is not what was read', async () => {
    const { oss, session } = await allSent()
    const wrong: Multipart = {
      ...oss,
      complete: async (...what) => ({ ...(await oss.complete(...what)), crc64: 1n }),
      head: async () => ({ etag: '"other"', size: bytes.length, crc64: 1n, res: fakeRes('head') }),
    }
    const error = await failureOf(complete(wrong, session, expected, signal))
    expect(error).toMatchObject({ name: 'IntegrityError', requestId: '"complete-3"', status: 200 })
    expect(error.message).toBe(
      `The object is stored, but not as it was read: its CRC-64 is 1 instead of ${crc64(bytes)}. Upload it again`,
    )
  })

  it.each([undefined, 1n])(
    'asks what is stored where the answer has the CRC-64 %s',
    async (told) => {
      const { oss, session } = await allSent()
      const garbled: Multipart = {
        ...oss,
        complete: async (...what) => ({ ...(await oss.complete(...what)), crc64: told }),
      }
      expect((await complete(garbled, session, expected, signal)).etag).toBe('"complete-3"')
      expect(oss.calls).toEqual(['complete', 'head'])
    },
  )

  it.each([
    ['a part is missing', 2, undefined],
    ['the last part is missing', 3, undefined],
    ['a part has fewer bytes than planned', 2, { size: PART - 1 }],
    ['a part has no size', 2, { size: undefined }],
  ])('is not asked of OSS when %s', async (_, number, wrong) => {
    const { oss, session } = await allSent()
    const part = session.done.get(number) ?? expect.unreachable()
    if (wrong === undefined) session.done.delete(number)
    else session.done.set(number, { ...part, ...wrong })
    expect(await failureOf(complete(oss, session, expected, signal))).toMatchObject({
      name: 'IntegrityError',
      operation: 'CompleteMultipartUpload',
    })
    expect(oss.calls).toEqual([])
  })
})

describe('checkParts', () => {
  const parts = [1, 2, 3].map((number) => ({ number, etag: 'E', size: 10 }))

  it('gives what was planned when all of it is there', () => {
    expect(checkParts(parts, { parts: 3, size: 30 })).toEqual({ parts: 3, size: 30 })
    expect(checkParts([], { parts: 0, size: 0 })).toEqual({ parts: 0, size: 0 })
  })

  it.each([
    ['one is missing at the end', parts.slice(0, 2), { parts: 3, size: 20 }],
    ['there is one too many', parts, { parts: 2, size: 30 }],
    ['bytes are missing', parts, { parts: 3, size: 31 }],
    ['there are bytes too many', parts, { parts: 3, size: 29 }],
    [
      'one is missing in the middle',
      [1, 3, 4].map((number) => ({ number, etag: 'E', size: 10 })),
      { parts: 3, size: 30 },
    ],
    [
      'one is there twice',
      [1, 1, 2].map((number) => ({ number, etag: 'E', size: 10 })),
      { parts: 3, size: 30 },
    ],
    ['nobody knows what was planned', parts, undefined],
  ])('throws when %s', (_, given, planned) => {
    expect(() => checkParts(given, planned)).toThrow(
      expect.objectContaining({ name: 'IntegrityError', code: 'IntegrityError' }),
    )
  })

  it('says what is there and what was planned', () => {
    expect(() => checkParts(parts, { parts: 4, size: 35 })).toThrow(
      'The upload was not completed: 3 parts with 30 bytes are at OSS where 4 parts with 35 bytes were planned',
    )
  })
})

describe('a Complete whose outcome is not known', () => {
  const status = (code: number) => new OssError(`status ${code}`, { name: 'Failure', status: code })
  const unreadable = new OssError('a login page', { name: 'UnexpectedResponseError', status: 200 })

  /** An OSS that does what it is asked, but whose answer to Complete is lost: it ends like this. */
  async function lost(error: Error) {
    const { oss, session } = await allSent()
    const losing: Multipart = {
      ...oss,
      async complete(...what) {
        await oss.complete(...what)
        throw error
      },
    }
    return { oss, losing, session }
  }

  it.each([
    ['the connection broke', reset(), ['complete', 'listedParts', 'head']],
    ['it took too long', status(-2), ['complete', 'listedParts', 'head']],
    ['OSS had an internal error', status(500), ['complete', 'listedParts', 'head']],
    ['the answer can not be read', unreadable, ['complete', 'listedParts', 'head']],
    ['it was repeated and the upload is gone', noSuchUpload(), ['complete', 'head']],
  ])('is a success when %s but the object is there', async (_, error, calls) => {
    const { oss, losing, session } = await lost(error)
    const completed = await complete(losing, session, expected, signal)
    expect(completed).toMatchObject({ etag: '"head"', bucket: 'media', crc64: crc64(bytes) })
    expect(completed.res.headers['x-oss-request-id']).toBe('head')
    expect(oss.calls).toEqual(calls)
  })

  it('is a success when a try of it was lost, whatever the next one was refused for', async () => {
    const { oss, session } = await allSent()
    const denied = new OssError('No.', { name: 'AccessDeniedError', status: 403 })
    const losing: Multipart = {
      ...oss,
      async complete(uploadId, parts, stop, onRetry) {
        await oss.complete(uploadId, parts, stop)
        onRetry?.(reset())
        throw denied
      },
    }
    expect((await complete(losing, session, expected, signal)).etag).toBe('"head"')
    const { losing: refused, session: another } = await lost(denied)
    await expect(complete(refused, another, expected, signal)).rejects.toBe(denied)
  })

  it.each<[string, object | undefined]>([
    ['is no object', undefined],
    ['is an object of another size', { size: 7 }],
    ['is an object with another CRC-64', { crc64: 1n }],
    ['is an object without a CRC-64', { crc64: undefined }],
  ])('is a failure when there %s', async (_, other) => {
    for (const error of [reset(), noSuchUpload()]) {
      const { oss, losing, session } = await lost(error)
      const head: Multipart['head'] = async (stop) => {
        const stored = await oss.head(stop)
        return stored && other && { ...stored, ...other }
      }
      await expect(complete({ ...losing, head }, session, expected, signal)).rejects.toBe(error)
    }
  })

  it('is a failure as long as the upload is there: an older object may look the same', async () => {
    const { oss, session } = await allSent()
    await oss.put(bytesBody(bytes))
    const broken = reset()
    const failing: Multipart = { ...oss, complete: () => Promise.reject(broken) }
    await expect(complete(failing, session, expected, signal)).rejects.toBe(broken)
    expect(oss.calls).not.toContain('head')
  })

  it('stays the failure it was when it can not be found out', async () => {
    for (const method of ['listedParts', 'head'] as const) {
      const { losing, session } = await lost(status(500))
      const blind: Multipart = { ...losing, [method]: () => Promise.reject(reset()) }
      const error = await failureOf(complete(blind, session, expected, signal))
      expect(error.message).toBe('status 500')
    }
  })

  it.each([400, 403, 404, 409])('is not in doubt with status %i', async (code) => {
    const refused = status(code)
    const { oss, losing, session } = await lost(refused)
    await expect(complete(losing, session, expected, signal)).rejects.toBe(refused)
    expect(oss.calls).toEqual(['complete'])
  })

  it('is left open when the caller stops the upload meanwhile', async () => {
    const stop = new AbortController()
    const { oss, session } = await allSent()
    const broken = reset()
    const stopping: Multipart = {
      ...oss,
      async complete(...what) {
        await oss.complete(...what)
        stop.abort()
        throw broken
      },
    }
    await expect(complete(stopping, session, expected, stop.signal)).rejects.toBe(broken)
    expect(oss.calls).toEqual(['complete'])
  })

  it('does not take a bug for a lost answer', async () => {
    const bug = new TypeError('bug')
    const { oss, losing, session } = await lost(bug)
    await expect(complete(losing, session, expected, signal)).rejects.toBe(bug)
    expect(oss.calls).toEqual(['complete'])
  })
})
