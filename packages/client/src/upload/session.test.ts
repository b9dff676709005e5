import { describe, expect, it, vi } from 'vitest'
import { bytesBody } from '../oss/body.ts'
import { crc64 } from '../oss/crc64.ts'
import { GiB } from '../oss/limits.ts'
import { failureOf } from '../oss/testing.contract.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { Multipart } from './multipart.ts'
import { openSession, type Subject } from './session.ts'
import { bytesOf, etagOf, fakeOss, PART, SETTINGS, SUBJECT } from './testing.contract.ts'

const bytes = bytesOf(2 * PART + 7)
const subject = { ...SUBJECT, size: bytes.byteLength }
const { signal } = new AbortController()

function part(number: number) {
  const [start, end] = [(number - 1) * PART, Math.min(number * PART, bytes.byteLength)]
  return { number, start, end, body: bytesBody(bytes.subarray(start, end)) }
}

/** An upload of which OSS holds these parts. */
async function begun(...numbers: number[]) {
  const oss = fakeOss()
  const { uploadId } = await oss.initiate()
  for (const number of numbers) await oss.uploadPart(uploadId, part(number))
  oss.calls.length = 0
  const { file, name, size: fileSize, bucket } = subject
  const checkpoint = { file, name, fileSize, bucket, partSize: PART, uploadId, doneParts: [] }
  return { oss, checkpoint, settings: { ...SETTINGS, checkpoint } }
}

describe('openSession', () => {
  it('begins an upload where there is no checkpoint', async () => {
    const oss = fakeOss()
    const session = await openSession(subject, oss, SETTINGS)
    expect(session).toMatchObject({ uploadId: 'upload-1', partSize: PART, subject })
    expect(session.begun?.headers['x-oss-request-id']).toBe('initiate')
    expect([session.done.size, session.listed.size]).toEqual([0, 0])
    expect(oss.calls).toEqual(['initiate'])
  })

  it('goes on with an upload, and asks OSS which parts it has', async () => {
    const { oss, settings } = await begun(1, 3)
    const session = await openSession(subject, oss, settings)
    expect(session).toMatchObject({ uploadId: 'upload-1', partSize: PART, begun: undefined })
    expect([...session.listed.keys()]).toEqual([1, 3])
    expect(oss.calls).toEqual(['listedParts'])
  })

  it('hands on the signal', async () => {
    const { oss, settings } = await begun(1)
    const stopped = AbortSignal.abort('enough')
    for (const opening of [SETTINGS, settings]) {
      await expect(openSession(subject, oss, { ...opening, signal: stopped })).rejects.toBe(
        'enough',
      )
    }
  })

  it.each<[string, object, string, string]>([
    ['another name', { name: 'b' }, 'InvalidArgumentError', 'is of "b", not of "films/big.mp4"'],
    ['another bucket', { bucket: 'b' }, 'InvalidArgumentError', 'is of bucket b, not of media'],
    ['a file of another size', { fileSize: 7 }, 'SourceChangedError', 'and had 7 when'],
    ['parts too small', { partSize: PART - 1 }, 'InvalidArgumentError', 'can not be: 102399'],
  ])('refuses a checkpoint of %s before anything is sent', async (_, wrong, name, message) => {
    const { oss, settings, checkpoint } = await begun(1)
    const other = { ...settings, checkpoint: { ...checkpoint, ...wrong } }
    const error = await failureOf(openSession(subject, oss, other))
    expect(error.name).toBe(name)
    expect(error.message).toContain(message)
    expect(oss.calls).toEqual([])
  })

  it('refuses a checkpoint whose parts would be more than 10,000', async () => {
    const { oss, settings, checkpoint } = await begun()
    const large = { ...subject, size: GiB }
    const small = { ...settings, checkpoint: { ...checkpoint, fileSize: GiB } }
    const error = await failureOf(openSession(large, oss, small))
    expect(error.message).toContain('`partSize` that can not be: 102400')
  })

  it('refuses a part size that can not be for a stream too', async () => {
    const { oss, settings, checkpoint } = await begun()
    const tiny = { ...settings, checkpoint: { ...checkpoint, fileSize: undefined, partSize: 1 } }
    await failureOf(openSession(SUBJECT, oss, tiny))
  })

  it('takes a checkpoint of ali-oss, which says no bucket, and one of a stream', async () => {
    const { oss, settings, checkpoint } = await begun(1)
    for (const lacking of [{ bucket: undefined }, { fileSize: undefined }]) {
      const other = { ...settings, checkpoint: { ...checkpoint, ...lacking } }
      expect((await openSession(subject, oss, other)).listed.size).toBe(1)
    }
  })
})

describe('held', () => {
  it('is a part that OSS has with the same bytes', async () => {
    const { oss, settings } = await begun(1, 3)
    const session = await openSession(subject, oss, settings)
    const { start, end } = part(3)
    const last = bytes.subarray(start, end)
    expect(await session.held(part(3), signal)).toEqual({
      done: { number: 3, etag: etagOf(last), size: 7, crc64: `${crc64(last)}` },
    })
  })

  it('is not a part that OSS does not have', async () => {
    const { oss, settings } = await begun(1, 3)
    const session = await openSession(subject, oss, settings)
    expect(await session.held(part(2), signal)).toBeUndefined()
  })

  it.each<[string, object]>([
    ['other bytes', { crc64: 1n }],
    ['another size', { size: PART - 1 }],
    ['a size that is no number', { size: Number.NaN }],
    ['no CRC-64 to compare', { crc64: undefined }],
  ])('is not a part that OSS lists with %s', async (_, wrong) => {
    const { oss, settings } = await begun(1)
    const lying: Multipart = {
      ...oss,
      async listedParts(...what) {
        const listed = [...(await oss.listedParts(...what))]
        return new Map(listed.map(([number, known]) => [number, { ...known, ...wrong }]))
      },
    }
    const session = await openSession(subject, lying, settings)
    expect(await session.held(part(1), signal)).toBeUndefined()
  })

  it('is not a part that the checkpoint alone tells of', async () => {
    const { oss, settings, checkpoint } = await begun()
    const first = bytes.subarray(0, PART)
    const doneParts = [{ number: 1, etag: etagOf(first), size: PART, crc64: `${crc64(first)}` }]
    const told = { ...settings, checkpoint: { ...checkpoint, doneParts } }
    expect(await (await openSession(subject, oss, told)).held(part(1), signal)).toBeUndefined()
  })

  it('stops reading the source when the signal is aborted', async () => {
    const { oss, settings } = await begun(1)
    const session = await openSession(subject, oss, settings)
    await expect(session.held(part(1), AbortSignal.abort('enough'))).rejects.toBe('enough')
  })
})

describe("held with verify: 'identity'", () => {
  const now = { ...subject, version: 'v1' }
  const first = bytes.subarray(0, PART)
  const recorded = { number: 1, etag: etagOf(first), size: PART, crc64: `${crc64(first)}` }

  /** Goes on with an upload of which OSS has part 1, and tells whether that is kept, and read. */
  async function resumed(told: Partial<Checkpoint>, { of = now as Subject } = {}) {
    const { oss, checkpoint } = await begun(1)
    const known = { ...checkpoint, version: 'v1', ...told }
    const settings = { ...SETTINGS, verify: 'identity' as const, checkpoint: known }
    const session = await openSession(of, oss, settings)
    const { body, ...place } = part(1)
    const chunks = vi.fn(body.chunks)
    const held = await session.held({ ...place, body: { ...body, chunks } }, signal)
    return { oss, session, isKept: held !== undefined, isRead: chunks.mock.calls.length > 0 }
  }

  it('is kept unread where the source is the one that the upload began with', async () => {
    expect(await resumed({})).toMatchObject({ isKept: true, isRead: false })
    expect(await resumed({ doneParts: [recorded] })).toMatchObject({ isKept: true, isRead: false })
  })

  it('is kept unread where the checkpoint says nothing of its bytes', async () => {
    const { crc64: _, ...silent } = recorded
    expect(await resumed({ doneParts: [silent] })).toMatchObject({ isKept: true, isRead: false })
  })

  it('is read where the checkpoint says that other bytes were sent', async () => {
    const doneParts = [{ ...recorded, crc64: '1' }]
    expect(await resumed({ doneParts })).toMatchObject({ isKept: true, isRead: true })
  })

  it('is read where the source has been touched since', async () => {
    expect(await resumed({ version: 'v0' })).toMatchObject({ isKept: true, isRead: true })
  })

  it('is read where nobody knows which source it is, now or then', async () => {
    const unknown = { ...now, version: undefined }
    expect(await resumed({}, { of: unknown })).toMatchObject({ isKept: true, isRead: true })
    expect(await resumed({ version: undefined })).toMatchObject({ isKept: true, isRead: true })
    expect(await resumed({ version: undefined }, { of: unknown })).toMatchObject({ isRead: true })
  })

  it('is not kept with another size, whatever the checkpoint says', async () => {
    const { oss, checkpoint } = await begun()
    await oss.uploadPart(checkpoint.uploadId, {
      number: 1,
      body: bytesBody(bytes.subarray(1, PART)),
    })
    const told = { ...checkpoint, version: 'v1' }
    const settings = { ...SETTINGS, verify: 'identity' as const, checkpoint: told }
    const session = await openSession(now, oss, settings)
    expect(await session.held(part(1), signal)).toBeUndefined()
  })

  it('is read when OSS was asked again: by then somebody else may have sent it', async () => {
    const { oss, session } = await resumed({})
    await oss.uploadPart(session.uploadId, { number: 1, body: bytesBody(bytesOf(PART, 99)) })
    session.listed = await oss.listedParts(session.uploadId)
    expect(await session.held(part(1), signal)).toBeUndefined()
  })

  it("is always read without it, or with 'full'", async () => {
    const { oss, checkpoint } = await begun(1)
    for (const verify of [undefined, 'full'] as const) {
      const told = { ...checkpoint, version: 'v1' }
      const session = await openSession(now, oss, { ...SETTINGS, verify, checkpoint: told })
      const other = { ...part(1), body: bytesBody(bytesOf(PART, 99)) }
      expect(await session.held(other, signal)).toBeUndefined()
    }
  })
})

describe('checkpoint', () => {
  it('says what is uploaded, and which parts are done so far', async () => {
    const session = await openSession(subject, fakeOss(), SETTINGS)
    const before = session.checkpoint()
    const done = { number: 2, etag: '"E2"', size: PART, crc64: '7' }
    session.done.set(2, done)
    expect(before.doneParts).toEqual([])
    expect(session.checkpoint()).toEqual({
      file: '/films/big.mp4',
      name: 'films/big.mp4',
      fileSize: bytes.byteLength,
      partSize: PART,
      uploadId: 'upload-1',
      doneParts: [done],
      bucket: 'media',
    })
  })
  it('says which version of the source the upload began with', async () => {
    const begins = await openSession({ ...subject, version: 'v1' }, fakeOss(), SETTINGS)
    expect(begins.checkpoint().version).toBe('v1')
  })

  it('says it again as long as that is the source', async () => {
    const { oss, checkpoint } = await begun(1)
    const settings = { ...SETTINGS, checkpoint: { ...checkpoint, version: 'v1' } }
    const resumes = await openSession({ ...subject, version: 'v1' }, oss, settings)
    expect(resumes.checkpoint().version).toBe('v1')
  })

  it.each([
    ['v1', 'v2'],
    ['v1', undefined],
    [undefined, 'v2'],
  ])(
    'says none any more when the source was %s and is %s: OSS may have parts of both',
    async (before, version) => {
      const { oss, checkpoint } = await begun(1)
      const settings = { ...SETTINGS, checkpoint: { ...checkpoint, version: before } }
      const resumes = await openSession({ ...subject, version }, oss, settings)
      expect(resumes.checkpoint().version).toBeUndefined()
    },
  )
})
