import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { gate } from '../async/testing.contract.ts'
import { KiB } from '../oss/limits.ts'
import { createClient } from './context.ts'
import { type MultipartUploadOptions, multipartUpload } from './multipart-upload.ts'
import { nodePlatform } from './node-platform.ts'
import { kindOf, smallOss } from './small-oss.contract.ts'
import { errorXml, listen, rejection, until } from './testing.contract.ts'

const PART = 100 * KiB
const PLACES = 64

/** A client of an OSS that answers to no part before it is told to, and how many parts wait there. */
async function holding() {
  const released = gate()
  let [atOnce, most] = [0, 0]
  const oss = smallOss()
  const server = await listen(async (request) => {
    if (!kindOf(request).startsWith('part')) return oss.answer(request)
    most = Math.max(most, ++atOnce)
    await released.passed
    atOnce--
    const isRefused = request.path.endsWith('refused')
    return isRefused ? { status: 403, body: errorXml('AccessDenied') } : oss.answer(request)
  })
  const keys = { accessKeyId: 'id', accessKeySecret: 'secret' }
  const options = { ...keys, endpoint: server.origin, region: 'oss-cn-hangzhou', bucket: 'bkt' }
  const client = createClient({ ...options, retryMax: 0 }, nodePlatform)
  return {
    client,
    release: released.open,
    atOnce: () => atOnce,
    most: () => most,
    /** Uploads so many parts. */
    upload(name: string, parts: number, given: MultipartUploadOptions = {}) {
      const all = { partSize: PART, parallel: parts, ...given }
      const done = multipartUpload(client, name, Buffer.alloc(parts * PART, name), all)
      // It may end before the test has come to where it looks.
      done.catch(() => {})
      return done
    },
  }
}

describe('the uploads of one client', () => {
  it('have 64 parts in flight together, however many they are', async () => {
    const { client, upload, release, atOnce, most } = await holding()
    const uploads = Array.from({ length: 16 }, (_, index) => upload(`a${index}`, 5))
    await until(() => atOnce() === PLACES)
    await until(() => client.places.waiting === 16)
    release()
    await Promise.all(uploads)
    expect(most()).toBe(PLACES)
    expect([client.places.taken, client.places.waiting]).toEqual([0, 0])
  })

  it('have more, where one asks for more', async () => {
    const { client, upload, release, atOnce } = await holding()
    const wide = upload('wide', PLACES + 6)
    await until(() => atOnce() === PLACES + 6)
    const narrow = upload('narrow', 1)
    await until(() => client.places.waiting === 1)
    release()
    await Promise.all([wide, narrow])
    expect(client.places.limit).toBe(PLACES + 6)
  })

  it('leave their places to others when they fail or are cancelled', async () => {
    const { client, upload, release, atOnce } = await holding()
    const stop = new AbortController()
    const stopped = upload('stopped', 32, { signal: stop.signal })
    const refused = upload('refused', 32)
    await until(() => atOnce() === PLACES)
    const next = upload('next', 5)
    await until(() => client.places.waiting === 1)
    stop.abort()
    expect(await rejection(stopped)).toMatchObject({ name: 'AbortError' })
    // Those who waited have them now.
    await until(() => client.places.taken === 37 && client.places.waiting === 0)
    release()
    expect(await rejection(refused)).toMatchObject({ name: 'AccessDeniedError' })
    await next
    expect(client.places.taken).toBe(0)
  })

  it('that are cancelled while they wait for a place end at once, and take none', async () => {
    const { client, upload, release, atOnce } = await holding()
    const first = upload('first', PLACES)
    await until(() => atOnce() === PLACES)
    const stop = new AbortController()
    const waiting = upload('waiting', 5, { signal: stop.signal })
    await until(() => client.places.waiting === 1)
    stop.abort()
    expect(await rejection(waiting)).toMatchObject({ name: 'AbortError' })
    await turn()
    expect([client.places.taken, client.places.waiting]).toEqual([PLACES, 0])
    release()
    await first
    expect(client.places.taken).toBe(0)
  })
})
