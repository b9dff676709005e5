import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { bytesBody } from '../oss/body.ts'
import { readBody } from '../oss/response.ts'
import { failureOf } from '../oss/testing.contract.ts'
import type { HttpRequest } from '../oss/transport.ts'
import { createXhrTransport } from './xhr-transport.ts'

const BYTES = new Uint8Array(1_000)
const REQUEST: HttpRequest = {
  method: 'PUT',
  origin: 'https://media.oss.test',
  path: '/a%20film?partNumber=1',
  headers: { 'content-length': '1000', 'x-oss-meta-a': '中', authorization: 'signed' },
  body: bytesBody(BYTES),
  timeouts: { connect: 10, stall: 30, answer: 60 },
}

/** An XMLHttpRequest whose browser is the test. */
class FakeXhr {
  readonly upload: { onprogress?(event: { loaded: number }): void; onload?(): void } = {}
  readonly set: [string, string][] = []
  opened: string[] = []
  sent: unknown
  aborted = false
  readyState = 1
  status = 200
  statusText = 'OK'
  responseURL = ''
  response = new ArrayBuffer(0)
  responseType = ''
  onload?(): void
  onerror?(): void
  onprogress?(): void
  open(...opened: string[]): void {
    this.opened = opened
  }
  setRequestHeader(name: string, value: string): void {
    this.set.push([name, value])
  }
  send(body: unknown): void {
    this.sent = body
  }
  abort(): void {
    this.aborted = true
  }
  getAllResponseHeaders(): string {
    return 'etag: "E"\r\nX-Oss-Request-Id: R: 1\r\n'
  }
  fail(): void {
    this.readyState = 4
    this.onerror?.()
  }
}

/** Sends, and resolves when the browser has the request. */
async function begin(change: Partial<HttpRequest> = {}) {
  const xhr = new FakeXhr()
  // As much of one as the transport uses.
  const transport = createXhrTransport(() => xhr as unknown as XMLHttpRequest)
  const answer = transport.send({ ...REQUEST, ...change })
  answer.catch(() => {})
  while (xhr.sent === undefined) await new Promise((next) => setImmediate(next))
  return { xhr, answer }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: false })
})
afterEach(() => {
  expect(vi.getTimerCount(), 'timers that are left').toBe(0)
  vi.useRealTimers()
})

describe('createXhrTransport', () => {
  it('sends the body as a Blob, with the headers that a page may set, in UTF-8', async () => {
    const { xhr, answer } = await begin()
    expect(xhr.opened).toEqual(['PUT', 'https://media.oss.test/a%20film?partNumber=1'])
    expect(xhr.set).toEqual([
      ['x-oss-meta-a', '\u00e4\u00b8\u00ad'],
      ['authorization', 'signed'],
    ])
    expect(xhr.sent).toBeInstanceOf(Blob)
    xhr.response = BYTES.buffer
    xhr.onload?.()
    const { status, headers, body } = await answer
    expect({ status, headers }).toEqual({
      status: 200,
      headers: { etag: '"E"', 'x-oss-request-id': 'R: 1' },
    })
    expect(await readBody(body)).toEqual(BYTES)
  })

  it('does not read a body that is a Blob', async () => {
    const blob = new Blob([BYTES])
    const body = { size: 1_000, blob: () => blob, chunks: () => expect.unreachable() }
    const { xhr, answer } = await begin({ body })
    expect(xhr.sent).toBe(blob)
    xhr.onload?.()
    await answer
  })

  it('tells how much has gone out', async () => {
    const told: number[] = []
    const { xhr, answer } = await begin({ onSent: (bytes) => told.push(bytes) })
    xhr.upload.onprogress?.({ loaded: 400 })
    xhr.upload.onload?.()
    xhr.onload?.()
    await answer
    expect(told).toEqual([400, 1_000])
  })

  it('waits for the first byte as long as for a connection and a stall together', async () => {
    const { xhr, answer } = await begin()
    await vi.advanceTimersByTimeAsync(39)
    expect(xhr.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    const late = { name: 'ConnectionTimeoutError', status: -2 }
    expect(await failureOf(answer)).toMatchObject(late)
    expect(xhr.aborted).toBe(true)
  })

  it('never cuts what moves, and ends what stands still', async () => {
    const { xhr, answer } = await begin()
    for (let loaded = 1; loaded < 20; loaded++) {
      xhr.upload.onprogress?.({ loaded })
      await vi.advanceTimersByTimeAsync(29)
    }
    expect(xhr.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    const late = { name: 'ResponseTimeoutError', message: expect.stringContaining('not one byte') }
    expect(await failureOf(answer)).toMatchObject(late)
  })

  it('waits for the answer from the end of the body on', async () => {
    const { xhr, answer } = await begin()
    xhr.upload.onload?.()
    await vi.advanceTimersByTimeAsync(59)
    expect(xhr.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    const late = { name: 'ResponseTimeoutError', message: expect.stringContaining('no answer') }
    expect(await failureOf(answer)).toMatchObject(late)
  })

  it('ends with the signal, and gives its reason', async () => {
    const stop = new AbortController()
    const { xhr, answer } = await begin({ signal: stop.signal })
    stop.abort('enough')
    await expect(answer).rejects.toBe('enough')
    expect(xhr.aborted).toBe(true)
    const never = createXhrTransport(() => expect.unreachable())
    const signal = AbortSignal.abort('before')
    await expect(never.send({ ...REQUEST, signal })).rejects.toBe('before')
  })

  it('names what failed before anything moved, and after', async () => {
    const first = await begin()
    first.xhr.fail()
    expect(await failureOf(first.answer)).toMatchObject({ name: 'RequestError', status: -1 })
    const second = await begin()
    second.xhr.upload.onprogress?.({ loaded: 1 })
    second.xhr.fail()
    expect(await failureOf(second.answer)).toMatchObject({ name: 'ResponseError', status: -1 })
  })

  it('tells a file that changed from a network that failed', async () => {
    const blob = new Blob([BYTES])
    blob.slice = () =>
      Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(new Error('changed')) })
    const { xhr, answer } = await begin({ body: { ...bytesBody(BYTES), blob: () => blob } })
    xhr.fail()
    expect(await failureOf(answer)).toHaveProperty('name', 'SourceChangedError')
  })

  it('tells a file that has become shorter from a network that stands still', async () => {
    const blob = new Blob([BYTES])
    blob.slice = () =>
      Object.assign(new Blob(['x']), { arrayBuffer: async () => new ArrayBuffer(0) })
    const { answer } = await begin({ body: { ...bytesBody(BYTES), blob: () => blob } })
    vi.advanceTimersByTime(40)
    expect(await failureOf(answer)).toHaveProperty('name', 'SourceChangedError')
  })

  it('does not believe an answer from elsewhere', async () => {
    const { xhr, answer } = await begin()
    xhr.responseURL = 'https://elsewhere.test/a%20film?partNumber=1'
    xhr.onload?.()
    expect(await failureOf(answer)).toHaveProperty('name', 'RedirectError')
  })

  it.each(['/a/../b', '/./a', '/a/..'])(
    'refuses the path %s, which a browser would change',
    async (path) => {
      const never = createXhrTransport(() => expect.unreachable())
      const refused = await failureOf(never.send({ ...REQUEST, path }))
      expect(refused).toHaveProperty('code', 'InvalidArgumentError')
    },
  )
})
