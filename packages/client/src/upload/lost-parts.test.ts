import { describe, expect, it, vi } from 'vitest'
import { OssError } from '../oss/errors.ts'
import type { ListedPart } from '../oss/listed-parts.ts'
import { forgetLostParts } from './lost-parts.ts'
import { openSession } from './session.ts'
import { fakeOss, PART, reset, SETTINGS, SUBJECT } from './testing.contract.ts'

function refusal(code: string): OssError {
  return new OssError('Refused.', { name: `${code}Error`, code, status: 400 })
}

const HELD: readonly ListedPart[] = [1, 2, 3].map((number) => ({
  number,
  etag: `"E${number}"`,
  size: PART,
  crc64: BigInt(number),
}))

/** An upload whose three parts were sent as they are in `HELD`, and an OSS that lists these. */
async function allSent(listed: readonly ListedPart[]) {
  const session = await openSession(SUBJECT, fakeOss(), SETTINGS)
  for (const { number, etag, size, crc64 } of HELD) {
    session.done.set(number, { number, etag, size, crc64: `${crc64}` })
  }
  const listedParts = vi.fn(async () => new Map(listed.map((part) => [part.number, part])))
  const forget = (error: unknown, signal?: AbortSignal) =>
    forgetLostParts(error, session, { listedParts }, signal)
  return { session, listedParts, forget }
}

describe('forgetLostParts', () => {
  it.each(['InvalidPart', 'InvalidPartOrder', 'EntityTooSmall'])(
    'asks OSS after %s, and forgets the parts that are not there',
    async (code) => {
      const { session, listedParts, forget } = await allSent(HELD.slice(0, 1))
      const { signal } = new AbortController()
      expect(await forget(refusal(code), signal)).toEqual([2, 3])
      expect(listedParts.mock.calls).toEqual([['upload-1', signal]])
      expect([...session.done.keys()]).toEqual([1])
      expect([...session.listed.keys()]).toEqual([1])
    },
  )

  it.each<[string, Partial<ListedPart>]>([
    ['another ETag', { etag: '"other"' }],
    ['another size', { size: PART - 1 }],
    ['another CRC-64', { crc64: 99n }],
  ])('forgets a part that OSS has with %s', async (_, other) => {
    const changed = HELD.map((part) => (part.number === 2 ? { ...part, ...other } : part))
    const { session, forget } = await allSent(changed)
    expect(await forget(refusal('InvalidPart'))).toEqual([2])
    expect([...session.done.keys()]).toEqual([1, 3])
  })

  it('keeps a part of which OSS says no CRC-64, where the rest is the same', async () => {
    const { session, forget } = await allSent(HELD.map((part) => ({ ...part, crc64: undefined })))
    expect(await forget(refusal('InvalidPart'))).toEqual([])
    expect(session.done.size).toBe(3)
  })

  it('has nothing to forget when OSS holds every part as it was sent, and others', async () => {
    const more = { number: 4, etag: '"E4"', size: PART, crc64: 4n }
    const { session, forget } = await allSent([...HELD, more])
    expect(await forget(refusal('InvalidPart'))).toEqual([])
    expect(session.done.size).toBe(3)
  })

  it.each<[string, unknown]>([
    ['a refusal of something else', refusal('AccessDenied')],
    ['a broken connection', reset()],
    ['a bug', Object.assign(new TypeError('bug'), { code: 'InvalidPart' })],
  ])('does not even ask after %s', async (_, error) => {
    const { session, listedParts, forget } = await allSent([])
    expect(await forget(error)).toBeUndefined()
    expect(listedParts).not.toHaveBeenCalled()
    expect(session.done.size).toBe(3)
  })

  it('fails when OSS can not be asked', async () => {
    const { session } = await allSent([])
    const silent = { listedParts: () => Promise.reject(reset()) }
    const asked = forgetLostParts(refusal('InvalidPart'), session, silent, undefined)
    await expect(asked).rejects.toMatchObject({ status: -1 })
    expect(session.done.size).toBe(3)
  })
})
