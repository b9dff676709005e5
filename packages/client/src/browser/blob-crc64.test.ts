import { describe, expect, it } from 'vitest'
import { crc64 } from '../oss/crc64.ts'
import { MiB } from '../oss/limits.ts'
import { bytesOf } from '../upload/testing.contract.ts'
import { type ChecksumWorker, createBlobCrc64 } from './blob-crc64.ts'
import type { ChecksumRequest } from './checksum-worker.ts'

const bytes = bytesOf(2 * MiB + 5)
const blob = new Blob([new Uint8Array(bytes)])

/** A worker that the test speaks for. */
function fakeWorker() {
  const events = new EventTarget()
  const asked: ChecksumRequest[] = []
  let terminated = false
  const worker: ChecksumWorker = {
    addEventListener: events.addEventListener.bind(events),
    postMessage: (request: ChecksumRequest) => void asked.push(request),
    terminate: () => {
      terminated = true
    },
  }
  return {
    worker,
    asked,
    isTerminated: () => terminated,
    answer: (data: object) => events.dispatchEvent(new MessageEvent('message', { data })),
    die: () => events.dispatchEvent(new Event('error')),
  }
}

describe('createBlobCrc64', () => {
  it('asks one worker, which may answer in any order', async () => {
    const fake = fakeWorker()
    let started = 0
    const blobCrc64 = createBlobCrc64(() => {
      started++
      return fake.worker
    })
    const [one, other] = [blobCrc64(blob), blobCrc64(blob)]
    fake.answer({ id: 2, crc64: '22' })
    fake.answer({ id: 1, crc64: '11' })
    expect([await one, await other, started]).toEqual([11n, 22n, 1])
  })

  it('computes itself where there can be no worker', async () => {
    expect(await createBlobCrc64(() => undefined)(blob)).toBe(crc64(bytes))
    const forbidden = () => {
      throw new DOMException('forbidden', 'SecurityError')
    }
    expect(await createBlobCrc64(forbidden)(blob)).toBe(crc64(bytes))
  })

  it('computes itself from when the worker has died', async () => {
    const fake = fakeWorker()
    const blobCrc64 = createBlobCrc64(() => fake.worker)
    const first = blobCrc64(blob)
    fake.die()
    expect([await first, await blobCrc64(blob)]).toEqual([crc64(bytes), crc64(bytes)])
    expect(fake.isTerminated()).toBe(true)
    expect(fake.asked).toHaveLength(1)
  })

  it('says that a file has changed which can not be read', async () => {
    const fake = fakeWorker()
    const asked = createBlobCrc64(() => fake.worker)(blob)
    fake.answer({ id: 1, error: 'NotReadableError' })
    await expect(asked).rejects.toHaveProperty('name', 'SourceChangedError')
  })

  it('stops the worker with the signal', async () => {
    const fake = fakeWorker()
    const stop = new AbortController()
    const asked = createBlobCrc64(() => fake.worker)(blob, stop.signal)
    stop.abort('enough')
    await expect(asked).rejects.toBe('enough')
    expect(fake.asked).toEqual([
      { id: 1, blob },
      { id: 1, blob: undefined },
    ])
  })

  it('stops its own reading with the signal', async () => {
    const signal = AbortSignal.abort('enough')
    await expect(createBlobCrc64(() => undefined)(blob, signal)).rejects.toBe('enough')
  })
})
