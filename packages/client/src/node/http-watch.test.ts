import { getEventListeners, once } from 'node:events'
import http from 'node:http'
import type https from 'node:https'
import { setTimeout as pause } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { describe, expect, it, onTestFinished } from 'vitest'
import { allClosed, listen, listenRaw, rejection, until } from '../client/testing.contract.ts'
import { OssError } from '../oss/errors.ts'
import { KiB, MiB } from '../oss/limits.ts'
import {
  addresses,
  agentsOf,
  closedPort,
  HEAD,
  numberedChunks,
  observedBody,
  putOf,
  send,
  textOf,
} from './testing.contract.ts'

/** Milliseconds that are soon over … */
const SOON = 60
/** … in which everything is done even on a busy machine … */
const ENOUGH = 150
/** … and that are longer than that. */
const LONGER = 200
/** Milliseconds that no test lives to see. */
const NEVER = 60_000

describe('a connection that is not made in time', () => {
  it('is a ConnectionTimeoutError where nobody takes the connection', async () => {
    const origin = await fullQueue()
    expect(
      await rejection(send(origin, { timeouts: { connect: SOON, stall: NEVER, answer: NEVER } })),
    ).toMatchObject({
      name: 'ConnectionTimeoutError',
      code: 'ConnectionTimeoutError',
      status: -2,
      message: expect.stringContaining(`${SOON}ms with ${origin}`),
    })
  })

  it('is one where the name is not looked up', async () => {
    const agents = agentsOf({ lookup: () => {} })
    const sent = send(
      'http://bucket.example',
      { timeouts: { connect: SOON, stall: NEVER, answer: NEVER } },
      agents,
    )
    expect(await rejection(sent)).toMatchObject({ name: 'ConnectionTimeoutError', status: -2 })
  })

  it('is one where TLS is not set up', async () => {
    const server = await listenRaw((socket) => socket.resume())
    const origin = server.origin.replace('http:', 'https:')
    const sent = send(origin, { timeouts: { connect: SOON, stall: NEVER, answer: NEVER } })
    expect(await rejection(sent)).toMatchObject({ name: 'ConnectionTimeoutError', status: -2 })
    await allClosed(server)
  })

  it('does not count the time after it is made', async () => {
    const server = await listen(async () => {
      await pause(LONGER)
      return { body: 'late' }
    })
    const answer = await send(server.origin, {
      timeouts: { connect: ENOUGH, stall: NEVER, answer: NEVER },
    })
    expect(await textOf(answer)).toBe('late')
  })

  it('does not count the time in the queue where the number of sockets is bounded', async () => {
    await expectQueueWithoutTimeout({ maxSockets: 1 })
  })

  it('does not count it where the number of all sockets of an agent is bounded', async () => {
    await expectQueueWithoutTimeout({ maxTotalSockets: 1 })
  })
})

describe('a connection that can not be made', () => {
  const notFound = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' })

  it('is a RequestError with the reason of the system', async () => {
    const origin = await closedPort()
    const body = observedBody(numberedChunks(2, KiB), 2 * KiB)
    expect(await rejection(send(origin, putOf(body)))).toMatchObject({
      name: 'RequestError',
      code: 'RequestError',
      status: -1,
      message: expect.stringMatching(/ECONNREFUSED.*while connecting to http:/),
      cause: { code: 'ECONNREFUSED' },
    })
    await until(() => body.ended)
  })

  it('is a RequestError where there is no such name', async () => {
    const agents = agentsOf({
      lookup: (_host, _options, answer) => setImmediate(() => answer(notFound, '')),
    })
    expect(await rejection(send('http://bucket.example', {}, agents))).toMatchObject({
      name: 'RequestError',
      status: -1,
      cause: { code: 'ENOTFOUND' },
    })
  })

  it('is a RequestError also where that is known at once', async () => {
    const agents = agentsOf({ lookup: (_host, _options, answer) => answer(notFound, '') })
    expect(await rejection(send('http://bucket.example', {}, agents))).toMatchObject({
      name: 'RequestError',
      status: -1,
    })
  })

  it('tells the reason also where several addresses refused', async () => {
    const { port } = new URL(await closedPort())
    const agents = agentsOf({ lookup: addresses('127.0.0.1', '::1') })
    const refused = await rejection(send(`http://bucket.example:${port}`, {}, agents))
    expect(refused).toMatchObject({ name: 'RequestError', status: -1 })
    expect(refused.message).toContain('ECONNREFUSED')
  })

  it('is made with the next address where the first one refuses', async () => {
    const server = await listen(() => ({ body: 'here' }))
    const { port } = new URL(server.origin)
    const agents = agentsOf({ lookup: addresses('::1', '127.0.0.1') })
    const answer = await send(`http://bucket.example:${port}`, {}, agents)
    expect(await textOf(answer)).toBe('here')
  })
})

describe('a server that goes away', () => {
  it.each([
    ['at once', 0],
    ['in the middle of the body', 256 * KiB],
    ['after the body', MiB],
  ])('%s is a ResponseError', async (_when, bytes) => {
    const server = await listenRaw((socket) => {
      let read = 0
      if (bytes === 0) socket.destroy()
      socket.on('data', (chunk) => {
        read += chunk.length
        if (read >= bytes) socket.destroy()
      })
    })
    const body = observedBody(numberedChunks(16, 64 * KiB), MiB)
    const error = await rejection(send(server.origin, putOf(body)))
    expect(error).toBeInstanceOf(OssError)
    expect(error).toMatchObject({
      name: 'ResponseError',
      code: 'ResponseError',
      status: -1,
      message: expect.stringContaining(`while talking to ${server.origin}`),
      cause: { code: expect.stringMatching(/^(ECONNRESET|EPIPE)$/) },
    })
    await until(() => body.ended)
  })

  it.each([
    ['a reset', 'Content-Length: 10\r\n\r\nabc', true],
    ['an end before the last byte', 'Content-Length: 10\r\n\r\nabc', false],
    ['an end before the last chunk', 'Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n', false],
  ])('in the answer, by %s, is a ResponseError for its reader', async (_how, text, reset) => {
    const server = await listenRaw((socket) => {
      socket.once('data', () => socket.write(`HTTP/1.1 200 OK\r\n${text}`))
    })
    const { body } = await send(server.origin)
    const reader = body[Symbol.asyncIterator]()
    expect(Buffer.from((await reader.next()).value ?? []).toString()).toBe('abc')
    const [socket] = server.sockets
    if (reset) socket?.resetAndDestroy()
    else socket?.end()
    expect(await rejection(reader.next())).toMatchObject({
      name: 'ResponseError',
      status: -1,
      cause: { code: 'ECONNRESET' },
    })
  })
})

describe('a request that has ended, whatever its end', () => {
  it('leaves no timer, socket or listener behind', async () => {
    const server = await listenRaw((socket) => {
      socket.once('data', (chunk) => {
        const [, path] = chunk.toString('latin1').split(' ')
        if (path === '/answer') socket.write(`${HEAD}0123456789`)
        if (path === '/close') socket.destroy()
      })
    })
    const stop = new AbortController()
    const agents = agentsOf({ keepAlive: false })
    await until(() => activeResources().length === 0)
    const timeouts = { connect: NEVER, stall: NEVER, answer: NEVER }
    const soon = AbortSignal.timeout(SOON)
    const outcomes = await Promise.allSettled([
      send(server.origin, { path: '/answer', timeouts, signal: stop.signal }, agents).then(textOf),
      send(server.origin, { path: '/close', timeouts, signal: stop.signal }, agents),
      send(server.origin, { path: '/silent', timeouts, signal: soon }, agents),
      send(
        server.origin,
        {
          path: '/silent',
          timeouts: { connect: NEVER, stall: SOON, answer: SOON },
          signal: stop.signal,
        },
        agents,
      ),
      send(await closedPort(), { timeouts, signal: stop.signal }, agents),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      ...Array(4).fill('rejected'),
    ])
    await until(() => server.sockets.every((socket) => socket.destroyed))
    await until(() => Object.keys(agents.http.sockets).length === 0)
    expect(getEventListeners(stop.signal, 'abort')).toEqual([])
    expect(getEventListeners(soon, 'abort')).toEqual([])
    await until(() => activeResources().length === 0)
  })
})

/**
 * A port that is listened on by a thread which stands still: the kernel makes as many connections as its
 * queue holds and answers no further one.
 */
async function fullQueue(): Promise<string> {
  const standstill = `
    const { parentPort } = require('node:worker_threads')
    const server = require('node:net').createServer()
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      parentPort.postMessage(server.address().port)
      setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0))
    })`
  const worker = new Worker(standstill, { eval: true })
  const [port] = await once(worker, 'message')
  const waiting: http.ClientRequest[] = []
  onTestFinished(async () => {
    for (const request of waiting) request.destroy()
    await worker.terminate()
  })
  for (let connected = true; connected; ) {
    const request = http.get({ port, host: '127.0.0.1', agent: false }).on('error', () => {})
    waiting.push(request)
    const [socket] = await once(request, 'socket')
    connected = await Promise.race([once(socket, 'connect').then(() => true), pause(SOON, false)])
    if (waiting.length > 50) throw new Error('This kernel takes any number of connections')
  }
  return `http://127.0.0.1:${port}`
}

/** Three requests at once through an agent that makes one connection: the last waits longest. */
async function expectQueueWithoutTimeout(bound: https.AgentOptions): Promise<void> {
  const server = await listen(async ({ url }) => {
    await pause(LONGER / 2)
    return { body: url }
  })
  const agents = agentsOf(bound)
  const timeouts = { connect: ENOUGH, stall: NEVER, answer: NEVER }
  const answers = ['/1', '/2', '/3'].map(async (path) =>
    textOf(await send(server.origin, { path, timeouts }, agents)),
  )
  expect(await Promise.all(answers)).toEqual(['/1', '/2', '/3'])
  expect(server.sockets).toHaveLength(1)
}

/** Timers and connections that keep the process alive; what the test runner has is neither. */
function activeResources(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((name) =>
      /^(Timeout|TCPSocketWrap|TCPConnectWrap|TLSWrap|GetAddrInfoReqWrap)$/.test(name),
    )
}
