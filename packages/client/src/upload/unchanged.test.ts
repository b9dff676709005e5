import { describe, expect, it, vi } from 'vitest'
import { crc64 } from '../oss/crc64.ts'
import { failureOf } from '../oss/testing.contract.ts'
import { planOf } from './parts-of.ts'
import { bytesSource, type Source, sourceChanged } from './source.ts'
import { bytesOf, PART, SUBJECT } from './testing.contract.ts'
import { checkUnchanged } from './unchanged.ts'

const bytes = bytesOf(2 * PART + 7)

/**
 * What was sent when the source had version "v1", and the source as it is by now: it is asked for its
 * version, which is the next of these, and for its bytes.
 */
function sentAndNow(versions: readonly (string | undefined)[], content = bytes) {
  const rest = [...versions]
  const read = vi.fn((start: number, end: number) => content.subarray(start, end))
  const version = () => (rest.length > 1 ? rest.shift() : rest[0]) ?? ''
  const source: Source = { size: bytes.byteLength, read, version }
  const parts = [...planOf(bytesSource(bytes), PART).again]
  const done = new Map(
    parts.map(({ number, start, end }) => {
      const sent = bytes.subarray(start, end)
      return [number, { number, etag: '"E"', size: end - start, crc64: `${crc64(sent)}` }]
    }),
  )
  const session = { subject: { ...SUBJECT, version: 'v1' }, done }
  const check = (signal?: AbortSignal) =>
    checkUnchanged(source, session, planOf(source, PART).again, signal)
  return { source, session, read, rest, check }
}

describe('checkUnchanged', () => {
  it('reads nothing of a source that nobody has touched', async () => {
    const { check, read } = sentAndNow(['v1'])
    await check()
    expect(read).not.toHaveBeenCalled()
  })

  it('reads nothing of a source that does not say its version', async () => {
    const { source, session, read } = sentAndNow([])
    const { version: _, ...silent } = source
    const unknown = { ...session, subject: SUBJECT }
    await checkUnchanged(silent, unknown, planOf(silent, PART).again, undefined)
    expect(read).not.toHaveBeenCalled()
  })

  it('compares every byte of a source that was touched, and is content when they are the same', async () => {
    const { check, read } = sentAndNow(['v2'])
    await check()
    expect(read.mock.calls.map(([start]) => start)).toEqual([0, PART, 2 * PART])
  })

  it.each([1, 2, 3])('fails when part %i has other bytes than were sent', async (number) => {
    const edited = Uint8Array.from(bytes)
    const at = Math.min(number * PART, bytes.length) - 1
    edited[at] = (edited[at] ?? 0) ^ 1
    const error = await failureOf(sentAndNow(['v2'], edited).check())
    expect(error).toMatchObject({ name: 'SourceChangedError', code: 'SourceChangedError' })
    expect(error.message).toContain(`part ${number} has other bytes now than were sent`)
  })

  it('compares once more when the source was touched while it was compared', async () => {
    const { check, read } = sentAndNow(['v2', 'v3', 'v3'])
    await check()
    expect(read).toHaveBeenCalledTimes(6)
  })

  it('gives up with a source that somebody writes to all the time', async () => {
    const { check, read } = sentAndNow(['v2', 'v3', 'v4', 'v5', 'v6'])
    const error = await failureOf(check())
    expect(error).toMatchObject({ name: 'SourceChangedError' })
    expect(error.message).toContain('somebody writes to it all the time')
    expect(read).toHaveBeenCalledTimes(9)
  })

  it('passes on what the source says itself', async () => {
    const { source, session } = sentAndNow([])
    const gone = { ...source, version: () => Promise.reject(sourceChanged('it is longer')) }
    const parts = planOf(source, PART).again
    expect((await failureOf(checkUnchanged(gone, session, parts, undefined))).message).toContain(
      'it is longer',
    )
  })

  it('stops with the signal', async () => {
    const { check } = sentAndNow(['v2'])
    await expect(check(AbortSignal.abort('enough'))).rejects.toBe('enough')
  })

  it('does not wait for a source that does not answer when it is stopped', async () => {
    const { source, session } = sentAndNow([])
    const stop = new AbortController()
    const never = new Promise<never>(() => {})
    const parts = planOf({ ...source, read: () => never }, PART).again
    for (const version of [() => never, () => 'v2']) {
      const checked = checkUnchanged({ ...source, version }, session, parts, stop.signal)
      stop.abort('enough')
      await expect(checked).rejects.toBe('enough')
    }
  })
})
