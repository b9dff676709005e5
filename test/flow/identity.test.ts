import { type FileHandle, open, stat, utimes } from 'node:fs/promises'
import type { Checkpoint, Source, UploadInput } from 'oss-multipart'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { bytesOf, checkpointOf, failure, PART, startFlow, throughJson } from './testing.ts'

const flow = await startFlow()
const client = flow.client()
const { observer } = flow
const PARTS = 5
const bytes = bytesOf(PARTS * PART - 1)
const KEPT = 3

/** An upload that was stopped when its first three parts were at OSS. */
async function interrupted(name: string, file: UploadInput): Promise<Checkpoint> {
  const held = observer.hold({ key: name, partNumber: KEPT + 1 })
  const stop = new AbortController()
  const options = { partSize: PART, parallel: 1, signal: stop.signal }
  const upload = failure(client.multipartUpload(name, file, options))
  await held.arrived
  stop.abort()
  return throughJson(checkpointOf(await upload))
}

/** A source of one's own that writes down which parts are asked of it. */
function watched(content: Uint8Array, version?: () => string) {
  const read: number[] = []
  const source: Source = {
    size: content.length,
    read(start, end) {
      read.push(start / PART + 1)
      return content.subarray(start, end)
    },
    ...(version && { version }),
  }
  return { source, read: () => [...new Set(read)].sort() }
}

/** Where files are read from while the test runs. */
async function watchFiles(path: string) {
  const handle = await open(path)
  const prototype: FileHandle = Object.getPrototypeOf(handle)
  await handle.close()
  const read = vi.spyOn(prototype, 'read')
  onTestFinished(() => read.mockRestore())
  return () => {
    const starts = read.mock.calls.map((call) => Number(Object.values(call)[3]))
    return [...new Set(starts.map((start) => Math.floor(start / PART) + 1))].sort()
  }
}

/** The parts that are sent while `work` runs. */
async function sentDuring(name: string, work: () => Promise<unknown>): Promise<number[]> {
  const before = observer.partsSent(name).length
  await work()
  const sent = observer.requests.filter(
    ({ key, operation }) => key === name && operation === 'UploadPart',
  )
  return sent
    .slice(before)
    .map(({ partNumber = 0 }) => partNumber)
    .sort()
}

describe("verify: 'identity'", () => {
  const verify = 'identity'

  it('reads no byte of the parts that OSS has of a source that nobody has touched', async () => {
    const first = watched(bytes, () => 'one')
    const checkpoint = await interrupted('source', first.source)
    const { source, read } = watched(bytes, () => 'one')
    const sent = await sentDuring('source', () =>
      client.multipartUpload('source', source, { checkpoint, verify }),
    )
    expect(sent).toEqual([4, 5])
    expect(read()).toEqual([4, 5])
    await flow.expectStored('source', bytes)
  })

  it('reads no byte of the parts that OSS has of a file that nobody has touched', async () => {
    const path = await flow.file('file', bytes)
    const checkpoint = await interrupted('file', path)
    const read = await watchFiles(path)
    await client.multipartUpload('file', path, { checkpoint, verify })
    expect(read()).toEqual([4, 5])
    await flow.expectStored('file', bytes)
  })

  it('reads, and does not send again, what OSS has of a file that was only touched', async () => {
    const path = await flow.file('touched', bytes)
    const checkpoint = await interrupted('touched', path)
    await utimes(path, new Date(0), new Date(0))
    const read = await watchFiles(path)
    const sent = await sentDuring('touched', () =>
      client.multipartUpload('touched', path, { checkpoint, verify }),
    )
    expect(sent).toEqual([4, 5])
    expect(read()).toEqual([1, 2, 3, 4, 5])
    await flow.expectStored('touched', bytes)
  })

  it('does not mix the bytes of a file that was edited, however often it is interrupted', async () => {
    const path = await flow.file('edited', bytes)
    const first = await interrupted('edited', path)
    const { atime, mtime } = await stat(path)
    const edited = Buffer.from(bytes)
    edited.writeUInt8(edited.readUInt8(2 * PART) ^ 1, 2 * PART)
    await flow.file('edited', edited)
    await utimes(path, atime, mtime)
    // Stopped before it has put part 3 right, which OSS has of the file as it was.
    const stop = new AbortController()
    const third = observer.hold({ key: 'edited', partNumber: 3 })
    const again = { checkpoint: first, verify, parallel: 1, signal: stop.signal } as const
    const second = failure(client.multipartUpload('edited', path, again))
    await third.arrived
    stop.abort()
    const checkpoint = throughJson(checkpointOf(await second))
    const sent = await sentDuring('edited', () =>
      client.multipartUpload('edited', path, { checkpoint, verify }),
    )
    expect(sent).toEqual([3, 4, 5])
    await flow.expectStored('edited', edited)
  })

  it('is not needed: without it, or without a version, everything is read', async () => {
    for (const [name, version, options] of [
      ['full', () => 'one', {}],
      ['unknown', undefined, { verify }],
    ] as const) {
      const checkpoint = await interrupted(name, watched(bytes, version).source)
      const { source, read } = watched(bytes, version)
      await client.multipartUpload(name, source, { checkpoint, ...options })
      expect(read()).toEqual([1, 2, 3, 4, 5])
    }
  })
})
