import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import type AliOss from 'ali-oss'
import OSS, { type Checkpoint, OssError } from 'oss-multipart'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { ADDRESSES, type Way } from './addresses.ts'
import { expectBytes } from './expect-bytes.ts'
import { type InteropServer, startInteropServer } from './interop-server.ts'
import type { Observation } from './observe-requests.ts'
import { randomFile, temporaryFolder } from './sources.ts'

const PART = 100 * 1024
const FOUR_PARTS = 3 * PART + 4321

const way: Way = { address: ADDRESSES.ip, authorizationV4: true }

let server: InteropServer
let aliOss: AliOss
let ours: OSS
let seen: Observation
beforeAll(async () => {
  server = await startInteropServer()
  aliOss = server.aliOss(way)
  ours = server.ours(way)
})
afterAll(() => server.close())
beforeEach(() => {
  seen = server.observe()
  onTestFinished(() => seen.end())
})

/** Uploads two parts with ali-oss and gives what it wrote down, as JSON. */
async function begunByAliOss(name: string, file: string | Buffer): Promise<string> {
  let saved = ''
  const upload = aliOss.multipartUpload(name, file, {
    partSize: PART,
    parallel: 1,
    meta: { from: 'ali-oss' },
    progress: async (_percentage, checkpoint) => {
      saved = JSON.stringify(checkpoint)
      if (checkpoint?.doneParts.length === 2) aliOss.cancel()
    },
  })
  await expect(upload).rejects.toMatchObject({ name: 'cancel' })
  return saved
}

/** Uploads two parts with our client and gives what is in its error, as JSON. */
async function begunByUs(name: string, file: string | Buffer): Promise<string> {
  const stop = new AbortController()
  const upload = ours.multipartUpload(name, file, {
    partSize: PART,
    parallel: 1,
    meta: { from: 'ours' },
    signal: stop.signal,
    progress: (_percentage, checkpoint) => {
      if (checkpoint?.doneParts.length === 2) stop.abort()
    },
  })
  const error = await upload.catch((reason: unknown) => reason)
  if (!(error instanceof OssError)) throw new Error(`Expected an OssError: got ${error}`)
  return JSON.stringify(error.checkpoint)
}

async function expectStored(name: string, bytes: Buffer, from: string): Promise<void> {
  expectBytes((await aliOss.get(name)).content, bytes)
  const { meta, res } = await ours.head(name)
  expect(meta).toEqual({ from })
  expect(res.headers.etag).toMatch(/-4"$/)
}

describe('an upload that ali-oss began', () => {
  it('is finished by our client with the parts that are missing', async () => {
    const { path, bytes } = await randomFile(FOUR_PARTS)
    const checkpoint = await begunByAliOss('from-ali/path', path)
    expect(seen.partNumbers()).toEqual([1, 2])
    await ours.multipartUpload('from-ali/path', path, { checkpoint })
    expect(seen.partNumbers()).toEqual([1, 2, 3, 4])
    await expectStored('from-ali/path', bytes, 'ali-oss')
  })

  it('needs no second word about the file, as with ali-oss', async () => {
    const { path, bytes } = await randomFile(FOUR_PARTS)
    const checkpoint = await begunByAliOss('from-ali/no-file', path)
    await ours.multipartUpload('from-ali/no-file', undefined, { checkpoint })
    expect(seen.partNumbers()).toEqual([1, 2, 3, 4])
    await expectStored('from-ali/no-file', bytes, 'ali-oss')
  })

  it('goes on from the Buffer that is handed over again', async () => {
    const bytes = randomBytes(FOUR_PARTS)
    const checkpoint = await begunByAliOss('from-ali/buffer', bytes)
    await ours.multipartUpload('from-ali/buffer', bytes, { checkpoint })
    expect(seen.partNumbers()).toEqual([1, 2, 3, 4])
    await expectStored('from-ali/buffer', bytes, 'ali-oss')
  })

  it('does not become a mixture when the file was edited meanwhile', async () => {
    const { path, bytes } = await randomFile(FOUR_PARTS)
    const checkpoint = await begunByAliOss('from-ali/edited', path)
    bytes[PART + 5] = (bytes[PART + 5] ?? 0) ^ 1
    await writeFile(path, bytes)
    await ours.multipartUpload('from-ali/edited', path, { checkpoint })
    expect(seen.partNumbers()).toEqual([1, 2, 2, 3, 4])
    await expectStored('from-ali/edited', bytes, 'ali-oss')
  })

  it('is told by our progress as a whole', async () => {
    const { path } = await randomFile(FOUR_PARTS)
    const checkpoint = await begunByAliOss('from-ali/progress', path)
    const told: number[] = []
    await ours.multipartUpload('from-ali/progress', path, {
      checkpoint,
      progress: (percentage) => told.push(percentage),
    })
    expect(told).toEqual([3 / 5, 4 / 5, 1])
  })
})

describe('an upload that our client began', () => {
  it('is finished by ali-oss with the parts that are missing', async () => {
    const { path, bytes } = await randomFile(FOUR_PARTS)
    const checkpoint: AliOss.Checkpoint = JSON.parse(await begunByUs('from-us/path', path))
    expect(seen.partNumbers()).toEqual([1, 2])
    await aliOss.multipartUpload('from-us/path', path, { checkpoint })
    expect(seen.partNumbers()).toEqual([1, 2, 3, 4])
    await expectStored('from-us/path', bytes, 'ours')
  })

  it('goes on with ali-oss from a Buffer', async () => {
    const bytes = randomBytes(FOUR_PARTS)
    const saved: AliOss.Checkpoint = JSON.parse(await begunByUs('from-us/buffer', bytes))
    const checkpoint = { ...saved, file: bytes }
    await aliOss.multipartUpload('from-us/buffer', bytes, { checkpoint })
    expect(seen.partNumbers()).toEqual([1, 2, 3, 4])
    await expectStored('from-us/buffer', bytes, 'ours')
  })

  it('changes hands twice', async () => {
    const { path, bytes } = await randomFile(FOUR_PARTS)
    const first: AliOss.Checkpoint = JSON.parse(await begunByUs('from-us/twice', path))
    let second: AliOss.Checkpoint | null | undefined
    const upload = aliOss.multipartUpload('from-us/twice', path, {
      checkpoint: first,
      parallel: 1,
      progress: async (_percentage, checkpoint) => {
        second = checkpoint
        aliOss.cancel()
      },
    })
    await expect(upload).rejects.toMatchObject({ name: 'cancel' })
    const checkpoint: Checkpoint | null | undefined = second
    await ours.multipartUpload('from-us/twice', path, { checkpoint })
    expect(seen.partNumbers()).toEqual([1, 2, 3, 4])
    await expectStored('from-us/twice', bytes, 'ours')
  })
})

describe('a server that goes away in the middle', () => {
  it('has after its return what our client needs to finish the upload of ali-oss', async () => {
    const { path, bytes } = await randomFile(8 * PART)
    const dir = await temporaryFolder()
    const first = await startInteropServer({ dir })
    let saved = ''
    const upload = first.aliOss(way).multipartUpload('survivor', path, {
      partSize: PART,
      parallel: 3,
      progress: async (_percentage, checkpoint) => {
        if (checkpoint?.doneParts.length === 3) await first.close()
        saved = JSON.stringify(checkpoint)
      },
    })
    await expect(upload).rejects.toMatchObject({ status: -1, partNum: expect.any(Number) })
    await first.close()

    const second = await startInteropServer({ dir, port: first.port })
    onTestFinished(() => second.close())
    const after = second.observe()
    onTestFinished(() => after.end())
    const { parts } = await second.ours(way).listParts('survivor', JSON.parse(saved).uploadId)
    const held = parts.map(({ PartNumber }) => PartNumber)
    expect(held.length).toBeGreaterThanOrEqual(3)
    await second.ours(way).multipartUpload('survivor', path, { checkpoint: saved })
    expect([...held, ...after.partNumbers()].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expectBytes((await second.aliOss(way).get('survivor')).content, bytes)
  })
})
