import { Readable } from 'node:stream'
import type OSS from 'oss-multipart'
import type { MultipartUploadOptions, UploadInput } from 'oss-multipart'
import { describe, expect, it, vi } from 'vitest'
import type { Which } from './observer.ts'
import { bytesOf, checkpointOf, eventually, failure, PART, startFlow } from './testing.ts'

const flow = await startFlow()
const { observer } = flow
const PARTS = 5
const bytes = bytesOf(PARTS * PART)

interface Running {
  readonly client: OSS
  readonly name: string
  readonly stop: AbortController
  readonly uploadId: () => string
  readonly upload: Promise<unknown>
}

/** How an upload can be stopped, and how it then ends. */
const WAYS = [
  {
    way: 'cancel()',
    stop: ({ client }: Running) => client.cancel(),
    error: 'cancel',
    keepsParts: true,
  },
  {
    way: 'an AbortSignal',
    stop: async ({ stop }: Running) => stop.abort(),
    error: 'AbortError',
    keepsParts: true,
  },
  {
    way: 'cancel({ name, uploadId })',
    stop: ({ client, name, uploadId }: Running) => client.cancel({ name, uploadId: uploadId() }),
    error: 'cancel',
    keepsParts: false,
  },
]

/** Where an upload stands still when it is stopped. What is held there is never let go. */
const STEPS: readonly { step: string; which: Which; what?: 'answer'; done: number }[] = [
  { step: 'before the first part', which: { operation: 'UploadPart', partNumber: 1 }, done: 0 },
  { step: 'with a part on its way', which: { operation: 'UploadPart', partNumber: 3 }, done: 2 },
  {
    step: 'with a part at OSS and its answer on the way',
    which: { operation: 'UploadPart', partNumber: 3 },
    what: 'answer',
    done: 2,
  },
  { step: 'before Complete', which: { operation: 'CompleteMultipartUpload' }, done: PARTS },
]

let uploads = 0

/** Begins an upload under a new name, with one part at a time. */
function begin(
  client: OSS,
  options: MultipartUploadOptions = {},
  file: UploadInput = bytes,
): Running {
  const name = `upload/${++uploads}`
  const stop = new AbortController()
  let uploadId = ''
  const upload = client.multipartUpload(name, file, {
    partSize: PART,
    parallel: 1,
    signal: stop.signal,
    ...options,
    progress(share, checkpoint, res) {
      uploadId ||= checkpoint?.uploadId ?? ''
      return options.progress?.(share, checkpoint, res)
    },
  })
  // It may end before the test has come to where it looks.
  upload.catch(() => {})
  return { client, name, stop, uploadId: () => uploadId, upload }
}

/** Whatever an upload that has ended would still do, it does while another one runs from end to end. */
async function expectSilence({ client, name }: Running): Promise<void> {
  const before = observer.count({ key: name })
  await client.multipartUpload('later', bytes, { partSize: PART })
  expect(observer.count({ key: name })).toBe(before)
}

async function partsAtOss(name: string): Promise<number | undefined> {
  const client = flow.client()
  const { uploads: open } = await client.listUploads({ prefix: name })
  const upload = open.find((each) => each.name === name)
  return upload && (await client.listParts(name, upload.uploadId)).parts.length
}

describe.each(named(WAYS, 'way'))('an upload stopped by %s', (way, ending) => {
  const { stop, error, keepsParts } = ending

  it.each(named(STEPS, 'step'))('%s ends at once and leaves what it should', async (_, step) => {
    const { which, what, done } = step
    const running = begin(flow.client())
    const { name, upload } = running
    const held = observer.hold({ ...which, key: name }, what)
    const request = await held.arrived
    const stopped = stop(running)
    const failed = await failure(upload)
    expect(failed).toMatchObject({ name: error, status: 0 })
    await stopped
    await expectSilence(running)
    await eventually(() => request.brokenOff).toBe(true)

    const checkpoint = checkpointOf(failed)
    expect(checkpoint.doneParts).toHaveLength(done)
    const atOss = what === 'answer' ? done + 1 : done
    expect(await partsAtOss(name)).toBe(keepsParts ? atOss : undefined)
    if (!keepsParts) return
    await flow.client().multipartUpload(name, bytes, { checkpoint })
    await flow.expectStored(name, bytes)
  })

  it('while OSS answers to Complete ends at once', async () => {
    const running = begin(flow.client())
    const which = { key: running.name, operation: 'CompleteMultipartUpload' } as const
    await observer.hold(which, 'answer').arrived
    const stopped = stop(running)
    expect((await failure(running.upload)).name).toBe(error)
    await Promise.allSettled([stopped])
    await expectSilence(running)
  })

  it('while progress is slow does not wait for it, and does not call it again', async () => {
    let proceed = () => {}
    const blocked = new Promise<void>((resolve) => {
      proceed = resolve
    })
    const progress = vi.fn((share: number) => (share === 0 ? undefined : blocked))
    const running = begin(flow.client(), { progress })
    await observer.hold({ key: running.name, partNumber: 3 }).arrived
    const stopped = stop(running)
    expect((await failure(running.upload)).name).toBe(error)
    await stopped
    proceed()
    await expectSilence(running)
    expect(progress).toHaveBeenCalledTimes(2)
  })

  it(keepsAlone(way), async () => {
    const client = flow.client()
    const [stopped, other] = [begin(client), begin(client)]
    const held = [stopped, other].map(({ name }) => observer.hold({ key: name, partNumber: 2 }))
    await Promise.all(held.map(({ arrived }) => arrived))
    const done = stop(stopped)
    expect((await failure(stopped.upload)).name).toBe(error)
    await done
    for (const { release } of held) release()
    if (way === 'cancel()') expect((await failure(other.upload)).name).toBe('cancel')
    else await other.upload
  })

  it('twice is stopped once', async () => {
    const running = begin(flow.client())
    await observer.hold({ key: running.name, partNumber: 2 }).arrived
    const both = [stop(running), stop(running)]
    expect((await failure(running.upload)).name).toBe(error)
    await Promise.allSettled(both)
    await expectSilence(running)
  })

  it('after its end stays a success', async () => {
    const running = begin(flow.client())
    await running.upload
    // OSS says so when there is nothing left to drop.
    if (keepsParts) await stop(running)
    else expect(await failure(stop(running))).toMatchObject({ code: 'NoSuchUpload' })
    await flow.expectStored(running.name, bytes)
  })

  if (!keepsParts) return

  it.each(['request', 'answer'] as const)(
    'during the %s of Initiate ends at once',
    async (what) => {
      const running = begin(flow.client())
      const request = await observer.hold({ key: running.name }, what).arrived
      await stop(running)
      const failed = await failure(running.upload)
      expect(failed).toMatchObject({ name: error, status: 0 })
      expect(failed.checkpoint).toBeUndefined()
      await expectSilence(running)
      await eventually(() => request.brokenOff).toBe(true)
    },
  )

  it('as a small file ends at once', async () => {
    const running = begin(flow.client(), {}, bytes.subarray(0, 10))
    await observer.hold({ key: running.name, operation: 'PutObject' }).arrived
    await stop(running)
    expect(await failure(running.upload)).toMatchObject({ name: error, status: 0 })
    await expectSilence(running)
  })
})

/** Each with its name in front, for the title of its test. */
function named<Case, Name extends keyof Case>(cases: readonly Case[], name: Name) {
  return cases.map((each) => [each[name], each] as const)
}

function keepsAlone(way: string): string {
  return way === 'cancel()' ? 'takes its siblings along' : 'leaves its siblings alone'
}

describe('cancelling', () => {
  it('with a signal that is aborted already sends nothing', async () => {
    const stream = Readable.from([bytes])
    for (const file of [bytes, bytes.subarray(0, 10), await flow.file('never', bytes), stream]) {
      const running = begin(flow.client(), { signal: AbortSignal.abort(new Error('Enough')) }, file)
      const failed = await failure(running.upload)
      expect(failed).toMatchObject({ name: 'AbortError', code: 'AbortError', status: 0 })
      expect(failed.message).toContain('Enough')
      expect(observer.count({ key: running.name })).toBe(0)
    }
    expect(stream.destroyed).toBe(true)
  })

  it('ends the pause before a retry', async () => {
    const running = begin(flow.client({ retryMax: 1000 }))
    observer.disturb(
      { key: running.name, partNumber: 1 },
      { status: 503, code: 'ServiceUnavailable' },
      1000,
    )
    await eventually(() => observer.partsSent(running.name).length).toBeGreaterThan(1)
    running.client.cancel()
    expect(await failure(running.upload)).toMatchObject({ name: 'cancel' })
    await expectSilence(running)
  })

  it('ends a stream that never ends, and frees it', async () => {
    const endless = new Readable({ read() {} })
    const running = begin(flow.client(), {}, endless)
    endless.push(bytes.subarray(0, 2 * PART + 1))
    await eventually(() => observer.partsSent(running.name)).toEqual([1, 2])
    running.stop.abort()
    expect(await failure(running.upload)).toMatchObject({ name: 'AbortError' })
    expect(endless.destroyed).toBe(true)
  })

  it('is shown by isCancel until it is reset or another upload begins', async () => {
    const client = flow.client()
    expect(client.isCancel()).toBe(false)
    client.cancel()
    expect(client.isCancel()).toBe(true)
    client.resetCancelFlag()
    expect(client.isCancel()).toBe(false)
    client.cancel()
    await client.multipartUpload('begins', bytes)
    expect(client.isCancel()).toBe(false)
  })

  it('one upload that drops its own parts is no failure', async () => {
    const running = begin(flow.client(), { abortOnCancel: true })
    await observer.hold({ key: running.name, partNumber: 2 }).arrived
    await running.client.cancel({ name: running.name, uploadId: running.uploadId() })
    expect(await failure(running.upload)).toMatchObject({ name: 'cancel' })
    expect(await partsAtOss(running.name)).toBeUndefined()
  })

  it('one client does not stop the uploads of another', async () => {
    const running = begin(flow.client())
    const held = observer.hold({ key: running.name, partNumber: 2 })
    await held.arrived
    flow.client().cancel()
    held.release()
    await running.upload
    await flow.expectStored(running.name, bytes)
  })
})
