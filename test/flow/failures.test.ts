import {
  appendFile,
  chmod,
  mkdir,
  open,
  rename,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { inspect } from 'node:util'
import type { Source } from 'oss-multipart'
import { describe, expect, it } from 'vitest'
import { anyway, bytesOf, checkpointOf, eventually, failure, PART, startFlow } from './testing.ts'

const flow = await startFlow()
const { observer } = flow
const client = flow.client()
const PARTS = 5
const bytes = bytesOf(PARTS * PART)
const small = bytes.subarray(0, 100)
const options = { partSize: PART, parallel: 1 }

describe('a refusal by OSS', () => {
  it.each([bytes, small])(
    'of a wrong secret has everything that support asks for',
    async (content) => {
      const secret = 'a-wrong-secret'
      for (const authorizationV4 of [true, false]) {
        const stranger = flow.client({ accessKeySecret: secret, authorizationV4 })
        const name = `stranger/${content.length}/${authorizationV4}`
        const error = await failure(stranger.multipartUpload(name, content, options))
        expect(error).toMatchObject({
          name: 'SignatureDoesNotMatchError',
          code: 'SignatureDoesNotMatch',
          status: 403,
          operation: content === bytes ? 'InitiateMultipartUpload' : 'PutObject',
          requestId: expect.stringMatching(/^[0-9A-F]{24}$/),
          hostId: expect.any(String),
        })
        expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(secret)
        expect(observer.count({ key: name })).toBe(1)
      }
    },
  )

  it.each([bytes, small])('names the bucket that is missing', async (content) => {
    const lost = flow.client({ bucket: 'no-such-bucket' })
    const error = await failure(lost.multipartUpload('lost', content, options))
    expect(error).toMatchObject({ name: 'NoSuchBucketError', code: 'NoSuchBucket', status: 404 })
  })

  it('of one part stops all the others', async () => {
    const held = [1, 2, 3, 4].map((partNumber) => observer.hold({ key: 'stops', partNumber }))
    const upload = client.multipartUpload('stops', bytes, { partSize: PART, parallel: 4 })
    upload.catch(() => {})
    const [first, second, third, fourth] = await Promise.all(held.map(({ arrived }) => arrived))
    held[2]?.release({ status: 403, code: 'AccessDenied' })
    const error = await failure(upload)
    expect(error).toMatchObject({
      name: 'AccessDeniedError',
      code: 'AccessDenied',
      status: 403,
      operation: 'UploadPart',
      partNum: 3,
      requestId: 'OBSERVER',
      hostId: 'observer',
      checkpoint: { name: 'stops', doneParts: [] },
    })
    expect(error.message).toBe(
      'Failed to upload some parts with error: AccessDeniedError: The observer said so. part_num: 3',
    )
    await client.multipartUpload('afterwards', bytes, options)
    expect(observer.partsSent('stops')).toEqual([1, 2, 3, 4])
    await eventually(() => [first, second, third, fourth].map((part) => part?.brokenOff)).toEqual([
      true,
      true,
      false,
      true,
    ])
  })
})

describe('a file that changes while it is uploaded', () => {
  /** Runs `change` when two parts are at OSS and the third waits. */
  async function changedInTheMiddle(name: string, change: (path: string) => Promise<unknown>) {
    const path = await flow.file(name, bytes)
    const held = observer.hold({ key: name, partNumber: 2 }, 'answer')
    const upload = client.multipartUpload(name, path, options)
    upload.catch(() => {})
    await held.arrived
    await change(path)
    held.release()
    return upload
  }

  it.each<[string, (path: string) => Promise<unknown>]>([
    ['shrinks', (path) => truncate(path, 2 * PART + 5)],
    ['is emptied', (path) => truncate(path)],
    ['grows', (path) => appendFile(path, 'more')],
    ['is written to', (path) => writeFile(path, bytesOf(bytes.length, 'new'))],
  ])('and %s is noticed', async (how, change) => {
    const name = `changed-${how}`
    const error = await failure(changedInTheMiddle(name, change))
    expect(error).toMatchObject({ name: 'SourceChangedError', code: 'SourceChangedError' })
    expect(error.checkpoint).toMatchObject({ name })
    expect(await failure(client.head(name))).toMatchObject({ status: 404 })
  })

  it('because another one takes its name is uploaded as it was', async () => {
    await changedInTheMiddle('replaced', async (path) => {
      await writeFile(`${path}.new`, bytesOf(bytes.length, 'new'))
      await rename(`${path}.new`, path)
    })
    await flow.expectStored('replaced', bytes)
  })

  it('in nothing but its date is uploaded, since its bytes are the same', async () => {
    await changedInTheMiddle('touched', (path) => utimes(path, new Date(0), new Date(0)))
    await flow.expectStored('touched', bytes)
  })

  it('in one byte, and has its date put back, is noticed', async () => {
    const error = await failure(
      changedInTheMiddle('forged', async (path) => {
        const { atime, mtime } = await stat(path)
        const file = await open(path, 'r+')
        await file.write(Buffer.of((bytes[0] ?? 0) ^ 1), 0, 1, 0)
        await file.close()
        await utimes(path, atime, mtime)
      }),
    )
    expect(error).toMatchObject({ name: 'SourceChangedError' })
    expect(error.message).toContain('part 1 has other bytes now than were sent')
    expect(await failure(client.head('forged'))).toMatchObject({ status: 404 })
  })

  describe.each([
    ['in parts', bytes],
    ['in one request', small],
  ])('%s', (_, content) => {
    it('is noticed when a Source says so', async () => {
      let looks = 0
      const source: Source = {
        size: content.length,
        read: (start, end) => content.subarray(start, end),
        version() {
          if (looks++ > 0) throw new Error('It is another one now')
          return 'the first'
        },
      }
      const name = `unchanged/${content.length}`
      const error = await failure(client.multipartUpload(name, source, options))
      expect(error.message).toBe('It is another one now')
      expect(await failure(client.head(name))).toMatchObject({ status: 404 })
    })
  })
})

describe('a source that fails', () => {
  it('as a stream ends the upload with its error', async () => {
    async function* broken() {
      yield bytes.subarray(0, 2 * PART)
      throw Object.assign(new Error('The disk is gone'), { code: 'EIO' })
    }
    const streams = { generator: broken(), stream: Readable.from(broken()) }
    for (const [kind, stream] of Object.entries(streams)) {
      const error = await failure(client.multipartUpload(`broken/${kind}`, stream, options))
      expect(error).toMatchObject({ message: 'The disk is gone', code: 'EIO' })
      expect(error.cause).toMatchObject({ code: 'EIO' })
      const checkpoint = checkpointOf(error)
      expect(checkpoint.doneParts.map(({ number }) => number)).toEqual([1, 2])
      await client.multipartUpload(`broken/${kind}`, Readable.from([bytes]), { checkpoint })
      await flow.expectStored(`broken/${kind}`, bytes)
    }
  })

  it('as a stream that gives something else than bytes says so', async () => {
    for (const chunk of ['text', 5, null, { length: 5 }]) {
      async function* wrong() {
        yield bytes.subarray(0, PART)
        yield anyway(chunk)
      }
      const error = await failure(client.multipartUpload('wrong', wrong(), options))
      expect(error).toMatchObject({ name: 'InvalidArgumentError' })
      expect(error.message).toMatch(/must yield Uint8Array or Buffer: got/)
    }
  })

  it('as a Source that gives too little or too much is noticed', async () => {
    for (const difference of [-1, 1]) {
      for (const size of [100, 3 * PART]) {
        const read = (start: number, end: number) => bytesOf(end - start + difference)
        const error = await failure(client.multipartUpload('sized', { size, read }, options))
        expect(error).toMatchObject({ name: 'SourceChangedError' })
      }
    }
  })

  it('as a Source is told by its own error, and closed once', async () => {
    let closed = 0
    const source: Source = {
      size: 3 * PART,
      read(start) {
        if (start === PART) throw new RangeError('Cannot read there')
        return bytes.subarray(start, start + PART)
      },
      close: async () => void closed++,
    }
    const error = await failure(client.multipartUpload('closed', source, options))
    expect(error).toMatchObject({ name: 'RangeError', partNum: 2 })
    expect(error.message).toContain('Cannot read there part_num: 2')
    expect(closed).toBe(1)
  })
})

describe('a path that cannot be uploaded', () => {
  it('because it is a directory is refused by its name', async () => {
    const folder = dirname(await flow.file('inside', small))
    const error = await failure(client.multipartUpload('folder', folder))
    expect(error).toMatchObject({ name: 'InvalidArgumentError', message: `${folder} is not file` })
  })

  it('because there is nothing gives the error of the system', async () => {
    const path = join(dirname(await flow.file('inside', small)), 'missing.bin')
    await expect(client.multipartUpload('missing', path)).rejects.toMatchObject({
      code: 'ENOENT',
      path,
    })
  })

  it('because it cannot be read gives the error of the system', async (test) => {
    test.skip(process.getuid?.() === 0, 'Not tested: root can read every file')
    const path = await flow.file('unreadable', small)
    await chmod(path, 0)
    await expect(client.multipartUpload('unreadable', path)).rejects.toMatchObject({
      code: 'EACCES',
      path,
    })
  })

  it('sends nothing', async () => {
    const folder = join(dirname(await flow.file('inside', small)), 'folder')
    await mkdir(folder)
    const before = observer.requests.length
    await Promise.allSettled([
      client.multipartUpload('nothing', folder),
      client.multipartUpload('nothing', `${folder}/none`),
    ])
    expect(observer.requests.length).toBe(before)
  })
})
