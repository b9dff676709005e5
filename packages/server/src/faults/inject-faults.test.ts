import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { exchange, send } from '../http/test-client.ts'
import { type Fault, startServer } from '../index.ts'
import { texts } from '../operations/test-service.ts'
import { eventually } from './test-eventually.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function start(...faults: Fault[]) {
  const dir = await mkdtemp(join(tmpdir(), 'oss-local-test-'))
  cleanups.push(() => rm(dir, { recursive: true, force: true }))
  const server = await startServer({ buckets: ['b12'], dir, faults: true })
  cleanups.push(() => server.close())
  server.faults.add(...faults)
  return { ...server, dir }
}

const OBJECT = { bucket: 'b12', key: 'k' }
const REFUSE = { do: 'refuse', status: 503, code: 'SlowDown' } as const

describe('faults', () => {
  it('are off unless they are asked for, and say so', async () => {
    const server = await startServer()
    cleanups.push(() => server.close())
    for (const use of [
      () => server.faults.add(REFUSE),
      () => server.faults.unused(),
      () => server.faults.clear(),
    ]) {
      expect(use).toThrow('Faults are off. Start the server with startServer({ faults: true }).')
    }
  })

  it('come before the signature is looked at', async () => {
    const server = await start(REFUSE)
    const stranger = { ...server, accessKeySecret: 'wrong' }
    expect((await send(stranger, { method: 'GET' })).status).toBe(503)
    expect((await send(stranger, { method: 'GET' })).status).toBe(403)
  })

  it.each(['k', 'b12/k'])(
    'are for either key when host and path both name the bucket: %s',
    async (key) => {
      const server = await start({ ...REFUSE, on: 'GetObject', key })
      // As ali-oss asks with an IP endpoint and `sldEnable`.
      const request = 'GET /b12/k HTTP/1.1\r\nHost: b12.localhost\r\nConnection: close\r\n\r\n'
      expect(await exchange(server, request)).toMatch(/^HTTP\/1.1 503 /)
    },
  )

  it.each(['/UPPER/k', '/b12/%ff', '/b12/k?partNumber=0&uploadId=u'])(
    'leave alone what is no operation: %s',
    async (path) => {
      const server = await start(REFUSE)
      const request = `PUT ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`
      const answer = await exchange(server, request)
      expect(answer).toMatch(/^HTTP\/1.1 400 [\s\S]*<HostId>x<\/HostId>/)
      expect(server.faults.unused()).toEqual([REFUSE])
    },
  )

  it('happen to the request that was meant alone', async () => {
    const server = await start({ ...REFUSE, on: 'PutObject', key: 'k', nth: 2 })
    const put = (key: string) => send(server, { method: 'PUT', ...OBJECT, key, body: 'x' })
    const statuses: number[] = []
    for (const key of ['k', 'other', 'k', 'k']) statuses.push((await put(key)).status)
    expect(statuses).toEqual([200, 200, 503, 200])
  })
})

describe('an answer that is not sent', () => {
  it.each<Fault>([
    { on: 'GetObject', do: 'lose answer' },
    { on: 'GetObject', do: 'cut answer', afterBytes: 0 },
    { on: 'GetObject', do: 'cut answer', afterBytes: 2 },
    { on: 'GetObject', do: 'change answer', body: '' },
    { on: 'GetObject', do: 'stall answer' },
    { on: 'GetObject', do: 'stall answer', afterBytes: 0 },
  ])('keeps nothing on the disk: %j', async (fault) => {
    const server = await start(fault)
    const before = await countFiles(server.dir)
    await send(server, { method: 'PUT', ...OBJECT, body: 'hello' })
    expect(await countFiles(server.dir)).toBe(before + 1)
    const got = send(server, { method: 'GET', ...OBJECT }).catch(() => {})
    await eventually(() => server.faults.unused()).toEqual([])
    if (fault.do !== 'stall answer') await got
    await send(server, { method: 'DELETE', ...OBJECT })
    await eventually(() => countFiles(server.dir)).toBe(before)
  })
})

describe('a part to which something happens', () => {
  const half = Buffer.alloc(100 * 1024, 'x')

  async function begun(...faults: Fault[]) {
    const server = await start(...faults)
    const begin = await send(server, { method: 'POST', ...OBJECT, query: { uploads: '' } })
    const [uploadId = ''] = texts(begin.text, 'UploadId')
    const upload = { ...OBJECT, query: { uploadId } }
    const query = { uploadId, partNumber: '1' }
    return {
      server,
      sendPart: () => send(server, { method: 'PUT', ...OBJECT, query, body: half }),
      listed: async () => {
        const { text } = await send(server, { method: 'GET', ...upload })
        return texts(text, 'PartNumber').map((_, index) => ({
          size: texts(text, 'Size')[index],
          etag: texts(text, 'ETag')[index],
          crc64: texts(text, 'HashCrc64ecma')[index],
        }))
      },
      complete: () =>
        send(server, { method: 'POST', ...upload, headers: { 'x-oss-complete-all': 'yes' } }),
    }
  }

  it.each<Fault>([
    { on: 'UploadPart', do: 'refuse', status: 500, code: 'InternalError' },
    { on: 'UploadPart', do: 'cut' },
    { on: 'UploadPart', do: 'cut', afterBytes: 70_000 },
    { on: 'UploadPart', do: 'cut', afterBytes: 70_000, by: 'end' },
    { on: 'UploadPart', do: 'skew clock', ms: 3_600_000 },
  ])('is absent after %j, with nothing left on the disk, and can be sent again', async (fault) => {
    const { server, sendPart, listed } = await begun(fault)
    const before = await countFiles(server.dir)
    await sendPart().catch(() => {})
    expect(server.faults.unused()).toEqual([])
    expect(await listed()).toEqual([])
    await eventually(() => countFiles(server.dir)).toBe(before)
    expect((await sendPart()).status).toBe(200)
    expect(await listed()).toMatchObject([{ size: String(half.length) }])
  })

  it.each<Fault>([
    { on: 'UploadPart', do: 'lose answer' },
    { on: 'UploadPart', do: 'cut answer', afterBytes: 0 },
    { on: 'UploadPart', do: 'change answer', headers: { etag: null } },
  ])('is whole after %j', async (fault) => {
    const { server, sendPart, listed, complete } = await begun(fault)
    await sendPart().catch(() => {})
    expect(server.faults.unused()).toEqual([])
    expect(await listed()).toMatchObject([{ size: String(half.length) }])
    expect((await complete()).status).toBe(200)
    const { bytes } = await send(server, { method: 'GET', ...OBJECT })
    expect(bytes.equals(half)).toBe(true)
  })

  it('is whole, with other bytes and their checksums, when it was corrupted', async () => {
    const { sendPart, listed, complete, server } = await begun({ on: 'UploadPart', do: 'corrupt' })
    const { headers } = await sendPart()
    expect(await listed()).toEqual([
      { size: String(half.length), etag: headers.etag, crc64: headers['x-oss-hash-crc64ecma'] },
    ])
    await complete()
    const { bytes } = await send(server, { method: 'GET', ...OBJECT })
    expect(bytes.subarray(0, 3).toString()).toBe('yxx')
  })

  it('belongs to an object whose Complete was done though its answer is lost', async () => {
    const { sendPart, complete, server } = await begun({
      on: 'CompleteMultipartUpload',
      do: 'lose answer',
    })
    await sendPart()
    await expect(complete()).rejects.toThrow()
    expect((await complete()).status).toBe(404)
    expect((await send(server, { method: 'GET', ...OBJECT })).bytes.equals(half)).toBe(true)
  })
})

async function countFiles(dir: string): Promise<number> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).length
}
