import { once } from 'node:events'
import http, { type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { type FaultProxy, type ProxyFault, startFaultProxy } from './fault-proxy.ts'

const BODY = 'x'.repeat(1000)
const ANSWER = '<Result>0123456789</Result>'

/** Answers everything, and writes down what it got. */
const received: string[] = []
const server = http.createServer(async (request, response) => {
  const chunks = await request.toArray().catch(() => ['cut'])
  received.push(`${request.url} ${chunks.join('')}`)
  response.end(ANSWER)
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
// A TCP server's address is an object.
const serverUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

async function proxyWith(fault?: ProxyFault): Promise<FaultProxy> {
  const proxy = await startFaultProxy(serverUrl)
  onTestFinished(() => proxy.close())
  if (fault !== undefined) proxy.add({ on: 'UploadPart', partNumber: 2, fault })
  return proxy
}

const PART_2 = '/bucket/key?partNumber=2&uploadId=u'

/** The answer's text, or the code of the error. */
async function put(
  { port }: FaultProxy,
  { path = PART_2, agent }: { path?: string; agent?: http.Agent } = {},
): Promise<string> {
  try {
    const sent = http.request({ port, path, method: 'PUT', agent })
    sent.end(BODY)
    // With an 'error' it rejects.
    const [answer]: IncomingMessage[] = await once(sent, 'response')
    return (await answer?.toArray())?.join('') ?? ''
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}

/** Whether it is still without an end after a while. */
async function isStuck(promise: Promise<unknown>): Promise<boolean> {
  const late = new Promise((resolve) => setTimeout(resolve, 100, 'late'))
  return (await Promise.race([promise, late])) === 'late'
}

describe('startFaultProxy', () => {
  it('passes on what no fault is for', async () => {
    const proxy = await proxyWith({ what: 'reset', in: 'request', after: 0 })
    received.length = 0
    expect(await put(proxy, { path: '/bucket/key?partNumber=1&uploadId=u' })).toBe(ANSWER)
    expect(received).toEqual([`/bucket/key?partNumber=1&uploadId=u ${BODY}`])
    expect(proxy.unused()).toHaveLength(1)
    expect(proxy.requests).toMatchObject([{ operation: 'UploadPart', key: 'key', partNumber: 1 }])
  })

  it.each<[string, ProxyFault, string, string[]]>([
    ['nothing', { what: 'reset', in: 'request', after: 0 }, 'ECONNRESET', []],
    ['a part', { what: 'reset', in: 'request', after: 400 }, 'ECONNRESET', [`${PART_2} cut`]],
    ['a part', { what: 'end', in: 'request', after: 999 }, 'ECONNRESET', [`${PART_2} cut`]],
    ['all', { what: 'reset', in: 'answer', after: 0 }, 'ECONNRESET', [`${PART_2} ${BODY}`]],
    ['all', { what: 'end', in: 'answer', after: 0 }, 'ECONNRESET', [`${PART_2} ${BODY}`]],
    ['all', { what: 'end', in: 'answer', after: '<Result>' }, 'ECONNRESET', [`${PART_2} ${BODY}`]],
  ])('lets the server see %s of a request (%o)', async (_, fault, code, seen) => {
    const proxy = await proxyWith(fault)
    received.length = 0
    expect(await put(proxy)).toBe(code)
    await expect.poll(() => received).toEqual(seen)
    expect(proxy.unused()).toEqual([])
    expect(await put(proxy)).toBe(ANSWER)
  })

  it('flips one bit of a request, or of an answer', async () => {
    const inRequest = await proxyWith({ what: 'flip', in: 'request', after: 2 })
    received.length = 0
    expect(await put(inRequest)).toBe(ANSWER)
    expect(received).toEqual([`${PART_2} xxy${BODY.slice(3)}`])
    const inAnswer = await proxyWith({ what: 'flip', in: 'answer', after: '<Result>' })
    expect(await put(inAnswer)).toBe(ANSWER.replace('0', '1'))
  })

  it.each<ProxyFault>([
    { what: 'stall', in: 'request', after: 0 },
    { what: 'stall', in: 'request', after: 500 },
    { what: 'stall', in: 'answer', after: 0 },
    { what: 'stall', in: 'answer', after: '<Result>' },
  ])('keeps a connection silent (%o), and others not', async (fault) => {
    const proxy = await proxyWith(fault)
    const silent = put(proxy)
    expect(await isStuck(silent)).toBe(true)
    expect(await put(proxy)).toBe(ANSWER)
    await proxy.close()
    expect(await silent).toBe('ECONNRESET')
  })

  it.each<ProxyFault>([
    { what: 'trickle', in: 'request', after: 100, bytesPerSecond: 5_000 },
    { what: 'trickle', in: 'answer', after: '<Result>', bytesPerSecond: 100 },
    { what: 'wait', in: 'answer', after: 0, ms: 120 },
  ])('is slow (%o), and loses nothing', async (fault) => {
    const proxy = await proxyWith(fault)
    received.length = 0
    const slow = put(proxy)
    expect(await isStuck(slow)).toBe(true)
    expect(await slow).toBe(ANSWER)
    expect(received).toEqual([`${PART_2} ${BODY}`])
  })

  it('hits a request on a connection that has been used before', async () => {
    const proxy = await proxyWith()
    proxy.add({ reused: true, fault: { what: 'reset', in: 'request', after: 0 } })
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
    onTestFinished(() => agent.destroy())
    expect(await put(proxy, { agent })).toBe(ANSWER)
    expect(await put(proxy, { agent })).toBe('ECONNRESET')
    expect(await put(proxy, { agent })).toBe(ANSWER)
  })

  it('does something when the head of a request has come', async () => {
    const proxy = await proxyWith()
    const seen: string[] = []
    proxy.add({ on: 'UploadPart', skip: 1, fault: () => void seen.push(`${received.length}`) })
    received.length = 0
    await put(proxy)
    await put(proxy)
    expect(seen).toEqual(['1'])
    expect(received).toHaveLength(2)
  })

  it('refuses connections until it accepts them again', async () => {
    const proxy = await proxyWith()
    proxy.refuse()
    expect(await put(proxy)).toBe('ECONNREFUSED')
    await proxy.accept()
    expect(await put(proxy)).toBe(ANSWER)
  })

  it('is cut off until its link is up again, and nothing is lost', async () => {
    const proxy = await proxyWith()
    proxy.linkDown()
    const waiting = put(proxy)
    expect(await isStuck(waiting)).toBe(true)
    proxy.linkUp()
    expect(await waiting).toBe(ANSWER)
  })
})
