import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { bytesBody } from '../oss/body.ts'
import { readBody } from '../oss/response.ts'
import { failureOf } from '../oss/testing.contract.ts'
import type { HttpRequest } from '../oss/transport.ts'
import { createFetchTransport } from './fetch-transport.ts'

const REQUEST: HttpRequest = {
  method: 'GET',
  origin: 'https://media.oss.test',
  path: '/a',
  headers: { 'user-agent': 'x', authorization: 'signed' },
  timeouts: { connect: 10, stall: 30, answer: 60 },
}

/** A fetch that answers so, or never, and remembers what it was asked. */
function fakeFetch(answer?: Response | Error) {
  const requests: [url: unknown, RequestInit | undefined][] = []
  const ask: typeof fetch = (url, init) => {
    requests.push([url, init])
    return new Promise((resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
      if (answer instanceof Error) reject(answer)
      else if (answer !== undefined) resolve(answer)
    })
  }
  const signalOf = () => requests[0]?.[1]?.signal
  const asked = async () => {
    while (requests.length === 0) await new Promise((next) => setImmediate(next))
  }
  return { transport: createFetchTransport(ask), requests, asked, signalOf }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  expect(vi.getTimerCount(), 'timers that are left').toBe(0)
  vi.useRealTimers()
})

describe('createFetchTransport', () => {
  it('asks without cookies, caches or redirects, and gives the answer as it comes', async () => {
    const headers = { 'X-Oss-Request-Id': 'R' }
    const { transport, requests } = fakeFetch(new Response('bytes', { status: 206, headers }))
    const answer = await transport.send(REQUEST)
    expect(requests).toMatchObject([
      [
        'https://media.oss.test/a',
        {
          headers: [['authorization', 'signed']],
          redirect: 'manual',
          credentials: 'omit',
          cache: 'no-store',
        },
      ],
    ])
    expect(answer).toMatchObject({ status: 206, headers: { 'x-oss-request-id': 'R' } })
    expect(new TextDecoder().decode(await readBody(answer.body))).toBe('bytes')
  })

  it('tells that a body has gone out when there is an answer', async () => {
    const { transport } = fakeFetch(new Response(null))
    const told: number[] = []
    const body = bytesBody(new Uint8Array(5))
    await transport.send({ ...REQUEST, method: 'PUT', body, onSent: (bytes) => told.push(bytes) })
    expect(told).toEqual([5])
  })

  it('waits longer for a larger body, whose movement it does not see', async () => {
    const { transport, asked, signalOf } = fakeFetch()
    const body = bytesBody(new Uint8Array(16 * 1024))
    const late = failureOf(transport.send({ ...REQUEST, method: 'PUT', body }))
    await asked()
    await vi.advanceTimersByTimeAsync(1_099)
    expect(signalOf()?.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(await late).toMatchObject({ name: 'ConnectionTimeoutError', status: -2 })
  })

  it('ends an answer that stands still', async () => {
    let fail: (reason: unknown) => void = () => {}
    const start = (controller: ReadableStreamDefaultController) => {
      fail = (reason) => controller.error(reason)
    }
    const { transport, signalOf } = fakeFetch(new Response(new ReadableStream({ start })))
    const { body } = await transport.send(REQUEST)
    // As fetch does with the body of a request that is ended.
    signalOf()?.addEventListener('abort', () => fail(signalOf()?.reason))
    const failed = failureOf(body[Symbol.asyncIterator]().next())
    await vi.advanceTimersByTimeAsync(30)
    expect(await failed).toMatchObject({ name: 'ResponseTimeoutError', status: -2 })
  })

  it('is ended when nobody reads on', async () => {
    const { transport, signalOf } = fakeFetch(new Response('bytes'))
    const { body } = await transport.send(REQUEST)
    await body[Symbol.asyncIterator]().return?.()
    expect(signalOf()?.aborted).toBe(true)
  })

  it('refuses a redirect', async () => {
    const redirect = Object.defineProperty(new Response(null), 'type', { value: 'opaqueredirect' })
    const { transport } = fakeFetch(redirect)
    expect(await failureOf(transport.send(REQUEST))).toHaveProperty('name', 'RedirectError')
  })

  it('gives the reason of the signal', async () => {
    const stop = new AbortController()
    const { transport, asked } = fakeFetch()
    const sent = transport.send({ ...REQUEST, signal: stop.signal })
    await asked()
    stop.abort('enough')
    await expect(sent).rejects.toBe('enough')
  })

  it('tells a file that has become shorter from a network that stands still', async () => {
    const blob = new Blob(['xyz'])
    blob.slice = () =>
      Object.assign(new Blob(['z']), { arrayBuffer: async () => new ArrayBuffer(0) })
    const { transport, asked } = fakeFetch()
    const body = { ...bytesBody(new Uint8Array(3)), blob: () => blob }
    const sent = failureOf(transport.send({ ...REQUEST, body }))
    await asked()
    vi.advanceTimersByTime(1_000)
    expect(await sent).toHaveProperty('name', 'SourceChangedError')
  })

  it('calls what a browser does not explain a RequestError', async () => {
    const { transport } = fakeFetch(new TypeError('Failed to fetch'))
    const failed = await failureOf(transport.send(REQUEST))
    expect(failed).toMatchObject({ name: 'RequestError', status: -1 })
    expect(failed.message).toContain('CORS rule')
  })
})
