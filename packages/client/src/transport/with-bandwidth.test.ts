import { describe, expect, it, vi } from 'vitest'
import { type Bandwidth, createBandwidth } from '../async/bandwidth.ts'
import { createVirtualTime } from '../async/virtual-time.contract.ts'
import { type Body, bytesBody } from '../oss/body.ts'
import type { HttpRequest, HttpResponse, Transport } from '../oss/transport.ts'
import { withBandwidth } from './with-bandwidth.ts'

const request: HttpRequest = {
  method: 'PUT',
  origin: 'http://oss',
  path: '/bkt/key',
  headers: {},
  timeouts: { connect: 1, stall: 1, answer: 1 },
}

const answer: HttpResponse = {
  status: 200,
  statusMessage: 'OK',
  headers: {},
  body: (async function* () {})(),
  connection: { remoteAddress: '', remotePort: '', keepAliveSocket: false },
}

/** Takes the whole body, and keeps it. */
function receiver() {
  const chunks: Uint8Array[] = []
  const transport: Transport = {
    async send({ body }) {
      for await (const chunk of body?.chunks() ?? []) chunks.push(new Uint8Array(chunk))
      return answer
    },
  }
  return { transport, chunks, bytes: () => Buffer.concat(chunks) }
}

const some = (bytes: number) => new Uint8Array(bytes).map((_, index) => index % 251)

describe('withBandwidth', () => {
  it('sends the same bytes, in the time that the bandwidth allows', async () => {
    const time = createVirtualTime()
    const { transport, bytes, chunks } = receiver()
    const limited = withBandwidth(transport, createBandwidth(100_000, time))
    await time.until(limited.send({ ...request, body: bytesBody(some(1_000_000)) }))
    expect(bytes().equals(some(1_000_000))).toBe(true)
    expect(Math.max(...chunks.map(({ byteLength }) => byteLength))).toBe(2000)
    expect(time.now()).toBeGreaterThan(9_500)
    expect(time.now()).toBeLessThan(10_500)
  })

  it('shares the bandwidth among all requests: together they are no faster', async () => {
    const time = createVirtualTime()
    const limited = withBandwidth(receiver().transport, createBandwidth(100_000, time))
    const ended: number[] = []
    const send = async (size: number) => {
      await limited.send({ ...request, body: bytesBody(some(size)) })
      ended.push(time.now())
    }
    await time.until(Promise.all([send(500_000), send(300_000), send(200_000)]))
    expect(time.now()).toBeGreaterThan(9_500)
    expect(time.now()).toBeLessThan(10_500)
    // The one with least to send has had a third of the line until then.
    expect(ended[0]).toBeLessThan(6_500)
  })

  it('hands chunks on as they are where there is no limit', async () => {
    const { transport, chunks } = receiver()
    const bandwidth = createBandwidth(Number.POSITIVE_INFINITY, createVirtualTime())
    const body = bytesBody(some(1_000_000))
    await withBandwidth(transport, bandwidth).send({ ...request, body })
    expect(chunks.map(({ byteLength }) => byteLength)).toEqual([1_000_000])
  })

  it('leaves requests without a body alone, and what it does not know of a body', async () => {
    const send = vi.fn(async (_: HttpRequest) => answer)
    const bandwidth = createBandwidth(1, createVirtualTime())
    const limited = withBandwidth({ send }, bandwidth)
    await limited.send(request)
    expect(send).toHaveBeenLastCalledWith(request)
    const body: Body = { size: undefined, once: true, chunks: async function* () {} }
    await limited.send({ ...request, body })
    expect(send.mock.lastCall?.[0].body).toMatchObject({ size: undefined, once: true })
  })

  it('can send a body again from its beginning', async () => {
    const time = createVirtualTime()
    const { transport, bytes } = receiver()
    const twice: Transport = {
      send: async (sent) => {
        await transport.send(sent)
        return transport.send(sent)
      },
    }
    const limited = withBandwidth(twice, createBandwidth(100_000, time))
    await time.until(limited.send({ ...request, body: bytesBody(some(5_000)) }))
    expect(bytes().equals(Buffer.concat([some(5_000), some(5_000)]))).toBe(true)
  })
})

describe('a request that ends while its body waits for bandwidth', () => {
  /** Takes one chunk, and while it waits for the next `end` settles the request. */
  async function endedBy(end: () => Promise<HttpResponse>) {
    const time = createVirtualTime()
    const bandwidth: Bandwidth = createBandwidth(1000, time)
    const closed = vi.fn()
    const body: Body = {
      size: 4000,
      async *chunks() {
        try {
          yield some(2000)
          yield some(2000)
        } finally {
          closed()
        }
      },
    }
    let reading: Promise<unknown> = Promise.resolve()
    const transport: Transport = {
      async send(sent) {
        const chunks = sent.body?.chunks()[Symbol.asyncIterator]()
        await chunks?.next()
        reading = Promise.resolve(chunks?.next()).catch(() => 'given up')
        return end()
      },
    }
    const sent = withBandwidth(transport, bandwidth).send({ ...request, body })
    const [outcome] = await Promise.allSettled([sent])
    return { outcome, time, bandwidth, reading: await reading, closed }
  }

  it.each([
    ['an early answer', async () => answer, 'fulfilled'],
    ['a failure', async () => Promise.reject(new Error('reset')), 'rejected'],
  ])('waits no longer after %s, and closes its source', async (_, end, status) => {
    const { outcome, time, reading, closed } = await endedBy(end)
    expect(outcome.status).toBe(status)
    expect(reading).toBe('given up')
    expect(closed).toHaveBeenCalledOnce()
    expect(time.pending).toBe(0)
  })
})
