import { type AddressInfo, createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { Fault, Which } from './observer.ts'
import { startStuckProxy } from './stuck-proxy.ts'
import { bytesOf, checkpointOf, failure, PART, startFlow } from './testing.ts'

const flow = await startFlow()
const { observer } = flow
const PARTS = 4
const bytes = bytesOf(PARTS * PART - 1)
const NUMBERS = [1, 2, 3, 4]

/** The requests of an upload in parts, and the one of a small file. */
const REQUESTS: readonly [string, Which, Buffer][] = [
  ['Initiate', { operation: 'InitiateMultipartUpload' }, bytes],
  ['a part', { operation: 'UploadPart', partNumber: 2 }, bytes],
  ['Complete', { operation: 'CompleteMultipartUpload' }, bytes],
  ['the one request of a small file', { operation: 'PutObject' }, bytes.subarray(0, 100)],
]

describe.concurrent.each(REQUESTS)('trouble with %s', (request, which, content) => {
  const uploadThrough = async (trouble: string, fault: Fault, times: number) => {
    const name = `${request}/${trouble}`
    observer.disturb({ ...which, key: name }, fault, times)
    // One by one: beside others a part that waits for its next try may be sent a second time.
    const options = { partSize: PART, parallel: 1 }
    const result = await flow.client().multipartUpload(name, content, options)
    await flow.expectStored(name, content)
    return { name, result }
  }

  it('is got over when OSS answers 503 twice', async () => {
    const fault = { status: 503, code: 'ServiceUnavailable' }
    const { name } = await uploadThrough('503', fault, 2)
    expect(observer.count({ ...which, key: name })).toBe(3)
  })

  it('is got over when the connection is cut', async () => {
    const { name } = await uploadThrough('cut', 'cut', 1)
    expect(observer.count({ ...which, key: name })).toBe(2)
    if (content === bytes)
      expect(observer.partsSent(name).length).toBe(PARTS + Number(request === 'a part'))
  })

  it('is got over when the answer is lost', async () => {
    const { name, result } = await uploadThrough('lost', 'lose answer', 1)
    expect(result.etag).toBe((await flow.client().head(name)).res.headers.etag)
  })

  it('that does not end is an error, from which the upload can go on', async () => {
    const name = `${request}/always`
    const mend = observer.disturb({ ...which, key: name }, 'cut', Number.POSITIVE_INFINITY)
    const options = { partSize: PART, parallel: 1 }
    const client = flow.client({ retryMax: 1 })
    const error = await failure(client.multipartUpload(name, content, options))
    expect(error).toMatchObject({ name: 'ResponseError', code: 'ResponseError', status: -1 })
    expect(error.message).toContain(which.operation)
    expect(error.partNum).toBe(which.partNumber)
    // What OSS gave no upload id for begins anew.
    const begun = which.operation === 'UploadPart' || which.operation === 'CompleteMultipartUpload'
    expect(error.checkpoint !== undefined).toBe(begun)
    const before = observer.partsSent(name).length
    mend()
    const checkpoint = begun ? checkpointOf(error) : undefined
    await client.multipartUpload(name, content, { checkpoint })
    await flow.expectStored(name, content)
    if (request === 'a part') expect(observer.partsSent(name).length - before).toBe(PARTS - 1)
    if (request === 'Complete') expect(observer.partsSent(name).length).toBe(PARTS)
  })
})

describe('an upload over a bad line', () => {
  it('arrives though every part is cut once', async () => {
    for (const partNumber of NUMBERS) observer.disturb({ key: 'bad line', partNumber }, 'cut')
    await flow.client().multipartUpload('bad line', bytes, { partSize: PART })
    expect(observer.partsSent('bad line')).toEqual([1, 1, 2, 2, 3, 3, 4, 4])
    await flow.expectStored('bad line', bytes)
  })

  it('arrives though the answer to every part is lost once', async () => {
    for (const partNumber of NUMBERS)
      observer.disturb({ key: 'no answer', partNumber }, 'lose answer')
    await flow.client().multipartUpload('no answer', bytes, { partSize: PART })
    await flow.expectStored('no answer', bytes)
  })

  it('arrives as a stream, whose parts are sent again from memory', async () => {
    async function* stream() {
      yield bytes
    }
    observer.disturb({ key: 'stream', operation: 'UploadPart' }, 'cut', 2)
    await flow.client().multipartUpload('stream', stream(), { partSize: PART })
    await flow.expectStored('stream', bytes)
  })

  it('is sent again where bytes have changed on their way', async () => {
    observer.disturb({ key: 'corrupt', partNumber: 3 }, 'corrupt', 2)
    await flow.client().multipartUpload('corrupt', bytes, { partSize: PART })
    expect(observer.partsSent('corrupt')).toEqual([1, 2, 3, 3, 3, 4])
    await flow.expectStored('corrupt', bytes)
  })

  it.each([
    ['in parts', bytes, { partNum: 2, operation: 'UploadPart' }],
    ['in one request', bytes.subarray(0, 100), {}],
  ])('is no success %s when they always do', async (way, content, where) => {
    const name = `corrupt/${way}`
    const which = content === bytes ? { key: name, partNumber: 2 } : { key: name }
    const mend = observer.disturb(which, 'corrupt', Number.POSITIVE_INFINITY)
    const error = await failure(
      flow.client().multipartUpload(name, content, { partSize: PART, parallel: 1 }),
    )
    expect(error).toMatchObject({ name: 'IntegrityError', code: 'IntegrityError', ...where })
    mend()
    const checkpoint = content === bytes ? checkpointOf(error) : undefined
    await flow.client().multipartUpload(name, content, { checkpoint })
    await flow.expectStored(name, content)
  })

  it('does not send a part again that OSS refuses', async () => {
    observer.disturb({ key: 'refused', partNumber: 1 }, { status: 400, code: 'InvalidArgument' })
    const options = { partSize: PART, parallel: 1 }
    const error = await failure(flow.client().multipartUpload('refused', bytes, options))
    expect(error).toMatchObject({ name: 'InvalidArgumentError', status: 400, partNum: 1 })
    expect(observer.partsSent('refused')).toEqual([1])
  })
})

describe('a server that cannot be reached', () => {
  it('is a RequestError when it refuses connections', async () => {
    const client = flow.client({ endpoint: `http://127.0.0.1:${await freePort()}`, retryMax: 1 })
    for (const content of [bytes, bytes.subarray(0, 5)]) {
      const error = await failure(client.multipartUpload('unreachable', content))
      expect(error).toMatchObject({ name: 'RequestError', code: 'RequestError', status: -1 })
      expect(error.message).toMatch(/ECONNREFUSED.*while connecting to http:\/\/127\.0\.0\.1/)
      expect(error.checkpoint).toBeUndefined()
    }
  })

  it('is a ConnectionTimeoutError when nothing answers in time', async () => {
    const stuck = await startStuckProxy(flow.server.url, 0)
    const client = flow.client({ endpoint: stuck.url, timeout: [200, 10_000], retryMax: 1 })
    const error = await failure(client.multipartUpload('too late', bytes))
    expect(error).toMatchObject({
      name: 'ConnectionTimeoutError',
      code: 'ConnectionTimeoutError',
      status: -2,
    })
    expect(error.message).toContain('200ms')
  })

  it('is a ResponseTimeoutError when a connection falls silent', async () => {
    observer.hold({ key: 'silent', partNumber: 2 })
    const client = flow.client({ timeout: [10_000, 1_000], retryMax: 0 })
    const options = { partSize: PART, parallel: 1 }
    const error = await failure(client.multipartUpload('silent', bytes, options))
    expect(error).toMatchObject({
      name: 'ResponseTimeoutError',
      code: 'ResponseTimeoutError',
      status: -2,
      partNum: 2,
    })
    await client.multipartUpload('silent', bytes, { checkpoint: checkpointOf(error) })
    await flow.expectStored('silent', bytes)
  })
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  // A TCP server's address is an object.
  return (address as AddressInfo).port
}
