import { Readable } from 'node:stream'
import { type ClientOptions, memoryCheckpoints } from 'oss-multipart'
import { describe, expect, it } from 'vitest'
import { bytesOf, checkpointOf, failure, PART, startFlow } from './testing.ts'

const flow = await startFlow()
const client = flow.client()
const { observer } = flow
const PARTS = 5
const bytes = bytesOf(PARTS * PART - 1)
const NUMBERS = [1, 2, 3, 4, 5]

/** The ids of the uploads of this object that are neither completed nor aborted. */
async function unfinished(name: string): Promise<string[]> {
  const { uploads } = await client.listUploads({ prefix: name })
  return uploads.filter((upload) => upload.name === name).map(({ uploadId }) => uploadId)
}

async function onlyUpload(name: string): Promise<string> {
  const [uploadId, ...others] = await unfinished(name)
  if (uploadId !== undefined && others.length === 0) return uploadId
  throw new Error(`Expected one upload of ${name}: there is not one, or there are more`)
}

describe('abortOnCancel', () => {
  const options = { partSize: PART, parallel: 2, abortOnCancel: true }

  it.each(['request', 'answer'] as const)(
    'leaves nothing at OSS of an upload that is stopped at the %s of a part',
    async (what) => {
      const name = `dropped/${what}`
      const stop = new AbortController()
      const checkpoints = memoryCheckpoints()
      const held = observer.hold({ key: name, partNumber: 3 }, what)
      const settings = { ...options, checkpoints, signal: stop.signal }
      const upload = failure(client.multipartUpload(name, bytes, settings))
      await held.arrived
      expect(await unfinished(name)).toHaveLength(1)
      stop.abort()
      const error = await upload
      expect(error).toMatchObject({ name: 'AbortError', status: 0 })
      expect(error.checkpoint).toBeUndefined()
      expect(await unfinished(name)).toEqual([])
      expect(await checkpoints.list()).toEqual([])
      const last = observer.requests.filter(({ key }) => key === name).at(-1)
      expect(last?.operation).toBe('AbortMultipartUpload')
    },
  )

  it('is heeded by cancel(), and by no other upload of the client', async () => {
    const mine = flow.client()
    const held = ['mine', 'kept'].map((key) => observer.hold({ key, partNumber: 2 }))
    const [dropped, kept] = [
      failure(mine.multipartUpload('mine', bytes, options)),
      failure(mine.multipartUpload('kept', bytes, { ...options, abortOnCancel: false })),
    ]
    await Promise.all(held.map(({ arrived }) => arrived))
    await mine.cancel()
    expect(await dropped).toMatchObject({ name: 'cancel' })
    expect(await unfinished('mine')).toEqual([])
    expect(await unfinished('kept')).toEqual([checkpointOf(await kept).uploadId])
  })

  it('warns, and keeps the checkpoint, where the key may not abort', async () => {
    const warnings: Error[] = []
    const weak = flow.client({ onWarning: (warning) => warnings.push(warning) })
    const stop = new AbortController()
    const held = observer.hold({ key: 'weak', partNumber: 3 })
    const refusal = { status: 403, code: 'AccessDenied' }
    observer.disturb({ key: 'weak', operation: 'AbortMultipartUpload' }, refusal)
    const upload = failure(weak.multipartUpload('weak', bytes, { ...options, signal: stop.signal }))
    await held.arrived
    stop.abort()
    const checkpoint = checkpointOf(await upload)
    expect(warnings).toMatchObject([{ code: 'AccessDenied', operation: 'AbortMultipartUpload' }])
    expect(await unfinished('weak')).toEqual([checkpoint.uploadId])
    await client.multipartUpload('weak', bytes, { checkpoint })
    await flow.expectStored('weak', bytes)
  })

  it('leaves alone what was sent by an upload that fails', async () => {
    observer.disturb({ key: 'fails', partNumber: 3 }, { status: 403, code: 'AccessDenied' })
    const error = await failure(client.multipartUpload('fails', bytes, options))
    expect(await unfinished('fails')).toEqual([checkpointOf(error).uploadId])
  })
})

describe('an answer to Initiate that is lost', () => {
  /** With connections of its own, none of which is open yet: on one that was, the request is repeated unseen. */
  const newcomer = (options: Partial<ClientOptions> = {}) =>
    flow.client({ maxSockets: 8, ...options })

  it('leaves no second upload behind', async () => {
    const initiate = { key: 'twice', operation: 'InitiateMultipartUpload' } as const
    observer.disturb(initiate, 'lose answer', 2)
    await newcomer().multipartUpload('twice', bytes, { partSize: PART })
    await flow.expectStored('twice', bytes)
    expect(observer.count(initiate)).toBe(3)
    expect(observer.count({ key: 'twice', operation: 'AbortMultipartUpload' })).toBe(2)
    expect(await unfinished('twice')).toEqual([])
  })

  it('costs no other upload of the same object anything', async () => {
    const name = 'shared'
    const { uploadId } = await client.initMultipartUpload(name)
    await client.uploadPart(name, uploadId, 1, bytes, 0, PART)
    const neighbour = await client.initMultipartUpload(`${name}.bak`)
    observer.disturb({ key: name, operation: 'InitiateMultipartUpload' }, 'lose answer')
    await newcomer().multipartUpload(name, bytes, { partSize: PART })
    expect(await unfinished(name)).toEqual([uploadId])
    expect(await unfinished(`${name}.bak`)).toEqual([neighbour.uploadId])
  })

  it('is a warning where it can not be looked for, and the upload goes on', async () => {
    const warnings: Error[] = []
    const weak = newcomer({ onWarning: (warning) => warnings.push(warning) })
    observer.disturb({ key: 'unseen', operation: 'InitiateMultipartUpload' }, 'lose answer')
    // ListMultipartUploads is asked of the bucket.
    observer.disturb({ key: '', operation: 'Other' }, { status: 403, code: 'AccessDenied' })
    await weak.multipartUpload('unseen', bytes, { partSize: PART })
    await flow.expectStored('unseen', bytes)
    expect(warnings).toMatchObject([{ message: expect.stringContaining('listUploads') }])
    expect(await unfinished('unseen')).toHaveLength(1)
  })
})

describe('an upload in whose parts somebody else has a hand', () => {
  /** Lets `meddle` do what it wants while the last of our parts waits, which is sent or not by then. */
  async function meddled(
    name: string,
    meddle: (uploadId: string) => Promise<unknown>,
    { what = 'answer' as 'answer' | 'request', file = bytes as Buffer | Readable } = {},
  ) {
    const held = observer.hold({ key: name, partNumber: PARTS }, what)
    const upload = client.multipartUpload(name, file, { partSize: PART, parallel: 1 })
    upload.catch(() => {})
    await held.arrived
    await meddle(await onlyUpload(name))
    held.release()
    return upload
  }
  const other = bytesOf(PART, 'other')

  it('sends the part again that was overwritten, and stores its own bytes', async () => {
    await meddled('overwritten', (id) => client.uploadPart('overwritten', id, 2, other, 0, PART))
    await flow.expectStored('overwritten', bytes)
    // Ours, theirs, ours again.
    expect(observer.partsSent('overwritten')).toEqual([1, 2, 2, 2, 3, 4, 5])
    expect(observer.count({ key: 'overwritten', operation: 'CompleteMultipartUpload' })).toBe(2)
  })

  it('of a stream says what OSS said, and goes on with another stream', async () => {
    const name = 'overwritten-stream'
    const stream = () => Readable.from([bytes])
    const overwrite = (id: string) => client.uploadPart(name, id, 2, other, 0, PART)
    const error = await failure(meddled(name, overwrite, { file: stream() }))
    expect(error).toMatchObject({
      code: 'InvalidPart',
      requestId: expect.stringMatching(/^[0-9A-F]{24}$/),
    })
    const before = observer.partsSent(name)
    await client.multipartUpload(name, stream(), { checkpoint: checkpointOf(error) })
    await flow.expectStored(name, bytes)
    expect(observer.partsSent(name).length).toBe(before.length + 1)
  })

  it('is a success when somebody else has completed it', async () => {
    const complete = (name: string) => async (uploadId: string) => {
      await client.uploadPart(name, uploadId, PARTS, bytes, (PARTS - 1) * PART, bytes.length)
      const { parts } = await client.listParts(name, uploadId)
      const listed = parts.map(({ PartNumber, ETag }) => ({ number: PartNumber, etag: ETag }))
      await client.completeMultipartUpload(name, uploadId, listed)
    }
    for (const what of ['answer', 'request'] as const) {
      const name = `completed/${what}`
      const { etag } = await meddled(name, complete(name), { what })
      expect(etag).toBe((await client.head(name)).res.headers.etag)
      await flow.expectStored(name, bytes)
      expect(observer.count({ key: name, operation: 'InitiateMultipartUpload' })).toBe(1)
    }
  })

  it('fails with "abort" when somebody else has aborted it', async () => {
    for (const what of ['answer', 'request'] as const) {
      const name = `aborted/${what}`
      const abort = (uploadId: string) => client.abortMultipartUpload(name, uploadId)
      expect(await failure(meddled(name, abort, { what }))).toMatchObject({ name: 'abort' })
      expect(observer.partsSent(name)).toEqual(NUMBERS)
      expect(await unfinished(name)).toEqual([])
    }
  })
})
