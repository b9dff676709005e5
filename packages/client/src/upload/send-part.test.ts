import { describe, expect, it, vi } from 'vitest'
import { bytesBody } from '../oss/body.ts'
import { crc64 } from '../oss/crc64.ts'
import { OssError } from '../oss/errors.ts'
import { failureOf } from '../oss/testing.contract.ts'
import type { Hedge } from './hedge.ts'
import type { Multipart } from './multipart.ts'
import { sendPart } from './send-part.ts'
import { bytesOf, etagOf, fakeOss } from './testing.contract.ts'

const bytes = bytesOf(1000)
const part = { number: 3, start: 200, end: 1200, body: bytesBody(bytes) }
const stop = new AbortController()
/** OSS has nothing of an earlier attempt. */
const held = async () => undefined

/** An upload that has begun, at an OSS that stores the first `times` tries with one bit turned over. */
async function corrupting(times: number) {
  const oss = fakeOss()
  const { uploadId } = await oss.initiate()
  let tries = 0
  const uploadPart: Multipart['uploadPart'] = (id, { number, body }, stop) => {
    if (++tries > times) return oss.uploadPart(id, { number, body }, stop)
    const flipped = {
      size: body.size,
      async *chunks() {
        for await (const chunk of body.chunks()) {
          const turned = chunk.slice()
          turned[0] = (turned[0] ?? 0) ^ 1
          yield turned
        }
      },
    }
    return oss.uploadPart(id, { number, body: flipped }, stop)
  }
  return { oss: { ...oss, uploadPart }, uploadId }
}

describe('sendPart', () => {
  it('tells what is at OSS now: number, size, ETag and the CRC-64 of what was read', async () => {
    const { oss, uploadId } = await corrupting(0)
    const { done, res } = await sendPart(oss, { uploadId, held }, part, { stop })
    expect(done).toEqual({ number: 3, etag: etagOf(bytes), size: 1000, crc64: `${crc64(bytes)}` })
    expect(res?.headers['x-oss-request-id']).toBe('part 3')
    expect(oss.calls).toEqual(['initiate', 'uploadPart 3'])
  })

  it('hands on the signal that stops it', async () => {
    const { oss, uploadId } = await corrupting(0)
    const stop = new AbortController()
    stop.abort('enough')
    const error = await failureOf(sendPart(oss, { uploadId, held }, part, { stop }))
    expect(error.message).toContain('enough part_num: 3')
  })

  it('sends the part again when other bytes arrived than were read', async () => {
    const { oss, uploadId } = await corrupting(2)
    const { done } = await sendPart(oss, { uploadId, held }, part, { stop })
    expect(done.etag).toBe(etagOf(bytes))
    expect(oss.uploads.get(uploadId)?.get(3)).toEqual(bytes)
    expect(oss.calls.filter((call) => call === 'uploadPart 3')).toHaveLength(3)
  })

  it('gives up after three times: what is in between breaks the bytes', async () => {
    const { oss, uploadId } = await corrupting(3)
    const error = await failureOf(sendPart(oss, { uploadId, held }, part, { stop }))
    expect(error).toMatchObject({
      name: 'IntegrityError',
      code: 'IntegrityError',
      operation: 'UploadPart',
      partNum: 3,
      requestId: 'part 3',
    })
    expect(error.message).toMatch(
      /^Failed to upload some parts with error: IntegrityError: Part 3 arrived with other bytes than were sent, 3 times/,
    )
    expect(error.message).toContain(`instead of ${crc64(bytes)}`)
    expect(oss.calls.filter((call) => call === 'uploadPart 3')).toHaveLength(3)
  })

  it('tells when a try begins and when one has failed: from there it may hang back', async () => {
    const { oss, uploadId } = await corrupting(1)
    const refused = new OssError('Slow down', { name: 'SlowDownError', status: 503 })
    const uploadPart: Multipart['uploadPart'] = (id, sent, signal) => {
      sent.onRetry?.(refused, 700)
      sent.onRetry?.(refused)
      return oss.uploadPart(id, sent, signal)
    }
    const anew = vi.fn()
    const hedged: Hedge['send'] = (_, attempt, { signal }) => attempt(signal, anew)
    await sendPart({ ...oss, uploadPart }, { uploadId, held }, part, { stop, hedged })
    expect(anew.mock.calls).toEqual([[0], [700], [0], [0], [700], [0]])
  })

  it('believes the bytes where OSS says no CRC-64', async () => {
    const { oss, uploadId } = await corrupting(0)
    const silent: Multipart = {
      ...oss,
      uploadPart: async (...what) => ({ ...(await oss.uploadPart(...what)), crc64: undefined }),
    }
    const { done } = await sendPart(silent, { uploadId, held }, part, { stop })
    expect(done.crc64).toBe(`${crc64(bytes)}`)
  })

  it('says which part failed', async () => {
    const { oss, uploadId } = await corrupting(0)
    const refused = new OssError('No.', { name: 'AccessDeniedError', status: 403 })
    const refusing: Multipart = { ...oss, uploadPart: () => Promise.reject(refused) }
    expect(await failureOf(sendPart(refusing, { uploadId, held }, part, { stop }))).toMatchObject({
      name: 'AccessDeniedError',
      message: 'Failed to upload some parts with error: AccessDeniedError: No. part_num: 3',
      partNum: 3,
      cause: refused,
    })
  })
})
