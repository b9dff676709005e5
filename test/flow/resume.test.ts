import { Readable } from 'node:stream'
import type { Checkpoint, MultipartUploadOptions, UploadInput } from 'oss-multipart'
import { describe, expect, it } from 'vitest'
import { bytesOf, checkpointOf, failure, PART, startFlow, throughJson } from './testing.ts'

const flow = await startFlow()
const client = flow.client()
const { observer } = flow
const PARTS = 5
const bytes = bytesOf(PARTS * PART - 1)
const NUMBERS = [1, 2, 3, 4, 5]

/** An upload that was stopped when exactly the first `done` parts were at OSS. */
async function interrupted(
  name: string,
  file: UploadInput,
  { done, ...options }: MultipartUploadOptions & { done: number },
): Promise<Checkpoint> {
  const next = done === PARTS ? undefined : done + 1
  const operation = next === undefined ? 'CompleteMultipartUpload' : 'UploadPart'
  const held = observer.hold({ key: name, operation, partNumber: next })
  const stop = new AbortController()
  const settings = { partSize: PART, ...options, parallel: 1, signal: stop.signal }
  const upload = failure(client.multipartUpload(name, file, settings))
  await held.arrived
  stop.abort()
  const error = await upload
  held.release()
  return checkpointOf(error)
}

/** The parts that are sent while `work` runs. */
async function sentDuring(name: string, work: () => Promise<unknown>): Promise<number[]> {
  const before = observer.partsSent(name)
  await work()
  const all = observer.partsSent(name)
  for (const number of before) all.splice(all.indexOf(number), 1)
  return all
}

/** An upload of which OSS has just these parts. */
async function begun(name: string, content: Buffer, parts: readonly number[]): Promise<Checkpoint> {
  const { uploadId } = await client.initMultipartUpload(name)
  const doneParts = []
  for (const number of parts) {
    const [start, end] = [(number - 1) * PART, Math.min(number * PART, content.length)]
    const { etag } = await client.uploadPart(name, uploadId, number, content, start, end)
    doneParts.push({ number, etag })
  }
  return { name, fileSize: content.length, partSize: PART, uploadId, doneParts }
}

describe('an interrupted upload', () => {
  it.each([0, ...NUMBERS])(
    'goes on after %i of 5 parts with a checkpoint kept as JSON',
    async (done) => {
      const name = `json/${done}`
      const path = await flow.file(`json-${done}`, bytes)
      const kept = JSON.stringify(await interrupted(name, path, { done }))
      for (const secret of [flow.server.accessKeySecret, flow.server.accessKeyId]) {
        expect(kept).not.toContain(secret)
      }
      const sent = await sentDuring(name, () =>
        client.multipartUpload(name, path, { checkpoint: JSON.parse(kept) }),
      )
      expect(sent).toEqual(NUMBERS.slice(done))
      await flow.expectStored(name, bytes)
      expect((await client.listUploads()).uploads.map((upload) => upload.name)).not.toContain(name)
    },
  )

  it('goes on with the path, the JSON text and the part size of the checkpoint alone', async () => {
    const path = await flow.file('alone', bytes)
    const checkpoint = JSON.stringify(await interrupted('alone', path, { done: 2 }))
    const elsewhere = flow.client({ authorizationV4: false })
    const sent = await sentDuring('alone', () =>
      elsewhere.multipartUpload('alone', undefined, { checkpoint, partSize: 7 * PART }),
    )
    expect(sent).toEqual([3, 4, 5])
    await flow.expectStored('alone', bytes)
  })

  it('keeps the metadata and headers it began with', async () => {
    const meta = { people: '测试' }
    const headers = { 'Cache-Control': 'no-store' }
    const first = { done: 1, meta, headers, mime: 'text/x-first' }
    const checkpoint = await interrupted('settled', bytes, first)
    await client.multipartUpload('settled', bytes, { checkpoint })
    const head = await client.head('settled')
    expect(head.meta).toEqual({ people: '测试' })
    expect(head.res.headers).toMatchObject({
      'cache-control': 'no-store',
      'content-type': 'text/x-first',
    })
  })

  it.each([
    [
      [1, 3, 5],
      [2, 4],
    ],
    [[2], [1, 3, 4, 5]],
    [[5], [1, 2, 3, 4]],
    [
      [4, 1],
      [2, 3, 5],
    ],
  ])('of which OSS has the parts %j is completed with %j', async (held, missing) => {
    const name = `holes/${held}`
    const checkpoint = await begun(name, bytes, held)
    const sent = await sentDuring(name, () => client.multipartUpload(name, bytes, { checkpoint }))
    expect(sent).toEqual(missing)
    await flow.expectStored(name, bytes)
  })

  it('goes on after one part was refused again and again', async () => {
    const refused = { key: 'refused', operation: 'UploadPart', partNumber: 3 } as const
    observer.disturb(refused, { status: 403, code: 'AccessDenied' })
    const options = { partSize: PART, parallel: 1 }
    const error = await failure(client.multipartUpload('refused', bytes, options))
    const checkpoint = throughJson(checkpointOf(error))
    const sent = await sentDuring('refused', () =>
      client.multipartUpload('refused', bytes, { checkpoint }),
    )
    expect(sent).toEqual([3, 4, 5])
    await flow.expectStored('refused', bytes)
  })

  it('of a stream goes on with a new stream of the same bytes', async () => {
    const stream = () => Readable.from([bytes.subarray(0, 1000), bytes.subarray(1000)])
    const checkpoint = await interrupted('stream', stream(), { done: 3 })
    expect(checkpoint.fileSize).toBeUndefined()
    const sent = await sentDuring('stream', () =>
      client.multipartUpload('stream', stream(), { checkpoint: JSON.stringify(checkpoint) }),
    )
    expect(sent).toEqual([4, 5])
    await flow.expectStored('stream', bytes)
  })

  it('can be interrupted again and again', async () => {
    let checkpoint = await interrupted('often', bytes, { done: 1 })
    for (const done of [2, 3, 4]) {
      checkpoint = await interrupted('often', bytes, { done, checkpoint })
      expect(checkpoint.doneParts.map(({ number }) => number)).toEqual(NUMBERS.slice(0, done))
    }
    await client.multipartUpload('often', bytes, { checkpoint })
    expect(observer.partsSent('often').filter((number) => number === 1)).toEqual([1])
    await flow.expectStored('often', bytes)
  })
})

describe('what counts is what OSS has and what the source has now', () => {
  it('a file that was edited in place is stored as it is now, and only the difference is sent', async () => {
    const path = await flow.file('edited', bytes)
    const checkpoint = await interrupted('edited', path, { done: 4 })
    const edited = Buffer.from(bytes)
    edited.writeUInt8(edited.readUInt8(PART + 7) ^ 1, PART + 7)
    await flow.file('edited', edited)
    const sent = await sentDuring('edited', () =>
      client.multipartUpload('edited', path, { checkpoint }),
    )
    expect(sent).toEqual([2, 5])
    await flow.expectStored('edited', edited)
  })

  it('another source of the same size is stored whole', async () => {
    const checkpoint = await begun('other', bytes, NUMBERS)
    const other = bytesOf(bytes.length, 'other')
    const sent = await sentDuring('other', () =>
      client.multipartUpload('other', other, { checkpoint }),
    )
    expect(sent).toEqual(NUMBERS)
    await flow.expectStored('other', other)
  })

  it('a checkpoint of ali-oss will do', async () => {
    const { name, fileSize, partSize, uploadId, doneParts } = await begun('ali', bytes, [1, 2])
    const file = await flow.file('ali', bytes)
    const checkpoint = { file, name, fileSize, partSize, uploadId, doneParts }
    const sent = await sentDuring(name, () =>
      client.multipartUpload(name, file, { checkpoint: throughJson(checkpoint) }),
    )
    expect(sent).toEqual([3, 4, 5])
    await flow.expectStored(name, bytes)
  })

  it('parts that the checkpoint claims and OSS has not are sent', async () => {
    const checkpoint = await begun('liar', bytes, [1])
    const doneParts = NUMBERS.map((number) => ({
      number,
      etag: '"CLAIMED"',
      size: PART,
      crc64: '1',
    }))
    const sent = await sentDuring('liar', () =>
      client.multipartUpload('liar', bytes, { checkpoint: { ...checkpoint, doneParts } }),
    )
    expect(sent).toEqual([2, 3, 4, 5])
    await flow.expectStored('liar', bytes)
  })

  it('a part that was sent with another size does not get into the object', async () => {
    const checkpoint = await begun('sizes', bytes, [1])
    await client.uploadPart('sizes', checkpoint.uploadId, 2, bytes, PART, PART + 5)
    await client.uploadPart('sizes', checkpoint.uploadId, 6, bytes, 0, PART)
    const sent = await sentDuring('sizes', () =>
      client.multipartUpload('sizes', bytes, { checkpoint }),
    )
    expect(sent).toEqual([2, 3, 4, 5])
    await flow.expectStored('sizes', bytes)
  })
})

describe('a checkpoint', () => {
  it('of an upload that was aborted means to begin anew', async () => {
    const checkpoint = await begun('aborted', bytes, [1])
    await client.abortMultipartUpload('aborted', checkpoint.uploadId)
    const sent = await sentDuring('aborted', () =>
      client.multipartUpload('aborted', bytes, { checkpoint }),
    )
    expect(sent).toEqual(NUMBERS)
    await flow.expectStored('aborted', bytes)
  })

  it('is in the error again when OSS cannot be asked', async () => {
    const checkpoint = await begun('offline', bytes, [1])
    observer.disturb({ key: 'offline' }, 'cut', Number.POSITIVE_INFINITY)
    const offline = flow.client({ retryMax: 0 })
    const error = await failure(offline.multipartUpload('offline', bytes, { checkpoint }))
    expect(error).toMatchObject({ status: -1, checkpoint: { uploadId: checkpoint.uploadId } })
  })

  it('of an upload that was completed after all is a success, and nothing is sent', async () => {
    const checkpoint = await begun('complete', bytes, NUMBERS)
    // As when the process is killed, or the line is cut, before the answer to Complete is there.
    const { etag } = await client.completeMultipartUpload(
      'complete',
      checkpoint.uploadId,
      checkpoint.doneParts,
    )
    const sent = await sentDuring('complete', async () => {
      const result = await client.multipartUpload('complete', bytes, { checkpoint })
      expect(result.etag).toBe(etag)
    })
    expect(sent).toEqual([])
    expect(observer.count({ key: 'complete', operation: 'InitiateMultipartUpload' })).toBe(1)
    // Unless the source has other bytes by now.
    const edited = bytesOf(bytes.length, 'edited')
    await client.multipartUpload('complete', edited, { checkpoint })
    await flow.expectStored('complete', edited)
  })

  it('of an upload that is aborted while it goes on says "abort" as well', async () => {
    const checkpoint = await begun('late', bytes, [1])
    const held = observer.hold({ key: 'late', partNumber: 3 })
    const upload = failure(client.multipartUpload('late', bytes, { checkpoint, parallel: 1 }))
    await held.arrived
    await flow.client().abortMultipartUpload('late', checkpoint.uploadId)
    held.release()
    expect(await upload).toMatchObject({ name: 'abort', status: 0, partNum: 3 })
    expect(observer.partsSent('late')).not.toContain(4)
  })

  it('of a source with another size is refused before a request', async () => {
    const checkpoint = await begun('size', bytes, [1])
    const before = observer.count({ key: 'size' })
    const grown = Buffer.concat([bytes, bytesOf(1)])
    for (const file of [
      grown,
      await flow.file('grown', grown),
      bytes.subarray(1),
      bytes.subarray(0, 9),
    ]) {
      const error = await failure(client.multipartUpload('size', file, { checkpoint }))
      expect(error).toMatchObject({ name: 'SourceChangedError', code: 'SourceChangedError' })
    }
    expect(observer.count({ key: 'size' })).toBe(before)
  })

  it('of another name or another bucket is refused before a request', async () => {
    const checkpoint = { ...(await begun('this', bytes, [1])), bucket: 'flow' }
    const before = observer.requests.length
    const other = await failure(client.multipartUpload('that', bytes, { checkpoint }))
    expect(other).toMatchObject({ name: 'InvalidArgumentError' })
    expect(other.message).toMatch(/`checkpoint` is of "this", not of "that"/)
    const elsewhere = flow.client({ bucket: 'other' })
    const error = await failure(elsewhere.multipartUpload('this', bytes, { checkpoint }))
    expect(error).toMatchObject({ name: 'InvalidArgumentError' })
    expect(error.message).toMatch(/`checkpoint` is of bucket flow, not of other/)
    expect(observer.requests.length).toBe(before)
  })

  it('is left as it is', async () => {
    const checkpoint = Object.freeze(await interrupted('frozen', bytes, { done: 2 }))
    const text = JSON.stringify(checkpoint)
    await client.multipartUpload('frozen', bytes, { checkpoint })
    expect(JSON.stringify(checkpoint)).toBe(text)
  })
})
