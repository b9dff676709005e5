import { getEventListeners } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { KiB } from '../oss/limits.ts'
import { OSS } from './oss.ts'
import { kindOf, listenOss } from './small-oss.contract.ts'
import {
  type Answer,
  AT_ONCE,
  clientOf,
  errorXml,
  rejection,
  type SeenRequest,
  until,
} from './testing.contract.ts'

const keys = { accessKeyId: 'id', accessKeySecret: 'secret' }
const PART = 100 * KiB
const BYTES = Buffer.alloc(3 * PART, 'abc')

/** A server whose OSS does not answer to the parts of the object `held`. */
async function listenHolding() {
  const isHeld = (request: SeenRequest) =>
    request.path === '/bkt/held' && kindOf(request).startsWith('part')
  const server = await listenOss((request) =>
    isHeld(request) ? new Promise<Answer>(() => {}) : undefined,
  )
  return { ...server, heldParts: () => server.requests.filter(isHeld) }
}

describe('cancel', () => {
  it('stops all uploads of the client, and no request goes on', async () => {
    const server = await listenHolding()
    const client = clientOf(server)
    const options = { partSize: PART }
    const uploads = [1, 2].map(() => client.multipartUpload('held', BYTES, options))
    await until(() => server.heldParts().length === 6)
    const before = performance.now()
    await client.cancel()
    for (const error of await Promise.all(uploads.map(rejection))) {
      expect(error).toMatchObject({
        name: 'cancel',
        code: 'cancel',
        status: 0,
        checkpoint: { name: 'held', partSize: PART },
      })
    }
    expect(performance.now() - before).toBeLessThan(AT_ONCE)
    await until(() => server.sockets.filter((socket) => !socket.destroyed).length <= 2)
    expect(server.requests.filter(({ method }) => method === 'DELETE')).toEqual([])
    expect(server.oss.uploads.size).toBe(2)
  })

  it('does not stop what begins after it, and is not undone by that', async () => {
    const server = await listenHolding()
    const client = clientOf(server)
    const stopped = rejection(client.multipartUpload('held', BYTES, { partSize: PART }))
    await until(() => server.heldParts().length === 3)
    client.cancel()
    const next = client.multipartUpload('free', BYTES, { partSize: PART })
    expect(await stopped).toMatchObject({ name: 'cancel' })
    expect(await next).toMatchObject({ name: 'free' })
    expect(server.oss.objects.has('/bkt/held')).toBe(false)
  })

  it('can be asked about, until it is reset or another upload begins', async () => {
    const server = await listenHolding()
    const client = clientOf(server)
    expect(client.isCancel()).toBe(false)
    await client.cancel()
    expect(client.isCancel()).toBe(true)
    client.resetCancelFlag()
    expect(client.isCancel()).toBe(false)
    await client.cancel()
    await client.multipartUpload('free', BYTES)
    expect(client.isCancel()).toBe(false)
  })

  it('stops nothing else: neither other calls nor the uploads of other clients', async () => {
    const server = await listenHolding()
    const client = clientOf(server)
    const other = clientOf(server)
    const sent = [client.put('free', BYTES), other.multipartUpload('free', BYTES)]
    await client.cancel()
    expect(await Promise.all(sent)).toMatchObject([{ name: 'free' }, { name: 'free' }])
    expect(other.isCancel()).toBe(false)
  })

  it('may be called twice, and when there is nothing to stop', async () => {
    const client = new OSS(keys)
    await client.cancel()
    await client.cancel()
  })
})

describe('cancel of one upload', () => {
  it('stops that one alone and drops its parts', async () => {
    const server = await listenHolding()
    const client = clientOf(server)
    const stopped = rejection(client.multipartUpload('held', BYTES, { partSize: PART }))
    await until(() => server.heldParts().length === 3)
    const [uploadId = ''] = server.oss.uploads.keys()
    const other = client.multipartUpload('free', BYTES, { partSize: PART })
    await client.cancel({ name: 'held', uploadId })
    expect(await stopped).toMatchObject({ name: 'cancel', status: 0 })
    expect(await other).toMatchObject({ name: 'free' })
    expect(client.isCancel()).toBe(false)
    expect(server.requests.filter(({ method }) => method === 'DELETE')).toMatchObject([
      { url: `/bkt/held?uploadId=${uploadId}` },
    ])
    expect(server.oss.uploads.has(uploadId)).toBe(false)
  })

  it('drops the parts only when the upload has come to a stop', async () => {
    const events: string[] = []
    const server = await listenOss((request) => {
      if (request.method === 'DELETE') events.push('dropped')
      return kindOf(request) === 'part 1' ? new Promise<Answer>(() => {}) : undefined
    })
    async function* slowToEnd() {
      try {
        for (;;) yield BYTES.subarray(0, PART / 2)
      } finally {
        await pause(50)
        events.push('stopped')
      }
    }
    const client = clientOf(server)
    const options = { partSize: 2 * PART, parallel: 1 }
    const stopped = rejection(client.multipartUpload('a', slowToEnd(), options))
    await until(() => server.requests.length === 2)
    const [uploadId = ''] = server.oss.uploads.keys()
    await client.cancel({ name: 'a', uploadId })
    expect(await stopped).toMatchObject({ name: 'cancel' })
    expect(events).toEqual(['stopped', 'dropped'])
  })

  it('drops the parts of an upload that is not under way', async () => {
    const server = await listenHolding()
    const client = clientOf(server)
    const { uploadId } = await client.initMultipartUpload('a')
    await client.cancel({ name: 'a', uploadId, options: { headers: { 'x-oss-a': '1' } } })
    expect(server.oss.uploads.size).toBe(0)
    expect(server.requests.at(-1)?.headers).toMatchObject({ 'x-oss-a': '1' })
  })

  it('tells whoever waits for it that it failed, and nobody else', async () => {
    const unhandled: unknown[] = []
    const listener = (reason: unknown) => unhandled.push(reason)
    process.on('unhandledRejection', listener)
    try {
      const server = await listenHolding()
      const client = clientOf(server)
      client.cancel({ name: 'a', uploadId: 'UNKNOWN' })
      expect(await rejection(client.cancel({ name: 'a', uploadId: 'UNKNOWN' }))).toMatchObject({
        name: 'NoSuchUploadError',
      })
      await until(() => server.requests.length === 2)
      await pause(20)
      expect(unhandled).toEqual([])
    } finally {
      process.off('unhandledRejection', listener)
    }
  })

  it('is what abortMultipartUpload is not: that touches no upload under way', async () => {
    const server = await listenHolding()
    const client = clientOf(server)
    const { uploadId } = await client.initMultipartUpload('stale')
    const sent = client.multipartUpload('free', BYTES, { partSize: PART })
    await client.abortMultipartUpload('stale', uploadId)
    expect(await sent).toMatchObject({ name: 'free' })
    expect(client.isCancel()).toBe(false)
  })
})

describe('what is left of many uploads', () => {
  it('is no listener, no timer and no connection in use', async () => {
    const server = await listenOss(({ path }) =>
      path.endsWith('7') ? { status: 403, body: errorXml('AccessDenied') } : undefined,
    )
    const client = clientOf(server, { maxSockets: 4 })
    const { signal } = new AbortController()
    await until(() => timers() === 0)
    const outcomes = await Promise.allSettled(
      Array.from({ length: 40 }, (_, index) =>
        client.multipartUpload(`a${index}`, BYTES, { partSize: PART, signal }),
      ),
    )
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(4)
    expect(getEventListeners(signal, 'abort')).toEqual([])
    expect(server.sockets.length).toBeLessThanOrEqual(8)
    await until(() => timers() === 0)
  })

  function timers(): number {
    return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  }
})
