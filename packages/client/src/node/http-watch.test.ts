import { getEventListeners, once } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import type { LookupFunction, Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import tls from 'node:tls'
import { Worker } from 'node:worker_threads'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  AT_ONCE,
  allClosed,
  listen,
  listenRaw,
  rejection,
  started,
  until,
} from '../client/testing.contract.ts'
import { OssError } from '../oss/errors.ts'
import { KiB, MiB } from '../oss/limits.ts'
import type { HttpRequest } from '../oss/transport.ts'
import { createHttpTransport } from './http-transport.ts'
import {
  agentsOf,
  hasOpenssl,
  numberedChunks,
  observedBody,
  requestTo,
  selfSigned,
  textOf,
} from './testing.contract.ts'

/** Milliseconds that are soon over. */
const SOON = 60
/** Milliseconds that no test lives to see. */
const NEVER = 60_000
/** Milliseconds between two movements … */
const STEP = 50
/** … which in all take longer than nothing may move. */
const STEADY = { connect: NEVER, idle: 6 * STEP }
const STEPS = 10
/** The kernel takes in some of it at once, and that is no movement that could be seen. */
const SLOW_BODY = 32 * MiB
const HEAD = 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n'

describe('a connection that is not made in time', () => {
  it('is a ConnectionTimeoutError where nobody takes the connection', async () => {
    const origin = await fullQueue()
    expect(
      await rejection(send(origin, { timeouts: { connect: SOON, idle: NEVER } })),
    ).toMatchObject({
      name: 'ConnectionTimeoutError',
      code: 'ConnectionTimeoutError',
      status: -2,
      message: expect.stringContaining(`${SOON}ms with ${origin}`),
    })
  })

  it('is one where the name is not looked up', async () => {
    const agents = agentsOf({ lookup: () => {} })
    const sent = send('http://bucket.example', { timeouts: { connect: SOON, idle: NEVER } }, agents)
    expect(await rejection(sent)).toMatchObject({ name: 'ConnectionTimeoutError', status: -2 })
  })

  it('is one where TLS is not set up', async () => {
    const server = await listenRaw((socket) => socket.resume())
    const origin = server.origin.replace('http:', 'https:')
    const sent = send(origin, { timeouts: { connect: SOON, idle: NEVER } })
    expect(await rejection(sent)).toMatchObject({ name: 'ConnectionTimeoutError', status: -2 })
    await allClosed(server)
  })

  it('does not count the time after it is made', async () => {
    const server = await listen(async () => {
      await pause(2 * SOON)
      return { body: 'late' }
    })
    const answer = await send(server.origin, { timeouts: { connect: SOON, idle: NEVER } })
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
    expect(await rejection(send(origin, put(body)))).toMatchObject({
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
    const agents = agentsOf({ lookup: addresses('127.0.0.1', '127.0.0.2') })
    const refused = await rejection(send(`http://bucket.example:${port}`, {}, agents))
    expect(refused).toMatchObject({ name: 'RequestError', status: -1 })
    expect(refused.message).toContain('ECONNREFUSED')
  })

  it('is made with the next address where the first one refuses', async () => {
    const server = await listen(() => ({ body: 'here' }))
    const { port } = new URL(server.origin)
    const agents = agentsOf({ lookup: addresses('127.0.0.2', '127.0.0.1') })
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
    const error = await rejection(send(server.origin, put(body)))
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

describe('a connection on which nothing moves', () => {
  const timeouts = { connect: NEVER, idle: SOON }
  const timedOut = {
    name: 'ResponseTimeoutError',
    code: 'ResponseTimeoutError',
    status: -2,
    message: expect.stringContaining(`${SOON}ms`),
  }

  it('is a ResponseTimeoutError while the body is sent', async () => {
    const server = await listenRaw(() => {}, { pauseOnConnect: true })
    const body = observedBody(numberedChunks(128, 128 * KiB), 16 * MiB)
    expect(await rejection(send(server.origin, { ...put(body), timeouts }))).toMatchObject(timedOut)
    await until(() => body.ended)
    expect(body.asked).toBeLessThan(128)
    server.sockets[0]?.resume()
    await allClosed(server)
  })

  it('is one while the answer is waited for', async () => {
    const server = await listenRaw((socket) => socket.resume())
    const body = observedBody([Buffer.from('12345')], 5)
    expect(await rejection(send(server.origin, { ...put(body), timeouts }))).toMatchObject(timedOut)
    await allClosed(server)
  })

  it('is one for the reader of the answer', async () => {
    const server = await listenRaw((socket) => {
      socket.once('data', () => socket.write(`${HEAD}abc`))
    })
    const answer = await send(server.origin, { timeouts })
    expect(await rejection(textOf(answer))).toMatchObject(timedOut)
    await allClosed(server)
  })

  it('is one on a connection that served a request before', async () => {
    let silent = false
    const server = await listenRaw((socket) => {
      socket.on('data', () => silent || socket.write(`${HEAD}0123456789`))
    })
    const transport = createHttpTransport(constant(agentsOf()))
    await textOf(await transport.send(requestTo(server.origin)))
    silent = true
    const sent = transport.send(requestTo(server.origin, { timeouts }))
    expect(await rejection(sent)).toMatchObject(timedOut)
    expect(server.sockets).toHaveLength(1)
  })

  it('does not cut the next request on that connection, which may take longer', async () => {
    const server = await listen(async ({ url }) => {
      if (url === '/slow') await pause(2 * SOON)
      return { body: 'done' }
    })
    const transport = createHttpTransport(constant(agentsOf()))
    await textOf(await transport.send(requestTo(server.origin, { timeouts })))
    const slow = requestTo(server.origin, { path: '/slow' })
    expect(await textOf(await transport.send(slow))).toBe('done')
    expect(server.sockets).toHaveLength(1)
  })
})

describe('a slow transfer that moves', () => {
  it('is not cut while the answer comes', async () => {
    const server = await listenRaw((socket) => {
      socket.once('data', async () => {
        socket.write(HEAD)
        for (const digit of '0123456789') {
          await pause(STEP)
          socket.write(digit)
        }
      })
    })
    expect(await textOf(await send(server.origin, { timeouts: STEADY }))).toBe('0123456789')
  })

  it('is not cut while a chunk of the body is taken bit by bit', async () => {
    const server = await listenRaw(readInSteps)
    await expectSlowUpload(server.origin)
  })

  it.skipIf(!hasOpenssl)('is not cut while TLS takes it bit by bit', async () => {
    const { key, cert } = await selfSigned()
    const { origin } = await started(tls.createServer({ key, cert }, readInSteps))
    await expectSlowUpload(origin.replace('http:', 'https:'), cert)
  })
})

describe('an abort', () => {
  const reason = new Error('Enough')

  it('before the request rejects without a connection', async () => {
    const server = await listen(() => ({}))
    const body = observedBody([Buffer.from('12345')])
    const sent = send(server.origin, { ...put(body), signal: AbortSignal.abort(reason) })
    expect(await rejection(sent)).toBe(reason)
    expect(server.sockets).toEqual([])
    expect(body.asked).toBe(0)
  })

  it('while there is no connection yet rejects at once', async () => {
    const agents = agentsOf({ lookup: () => {} })
    const stop = new AbortController()
    const sent = send('http://bucket.example', { signal: stop.signal }, agents)
    await until(() => Object.keys(agents.http.sockets).length === 1)
    await expectStop(stop, sent)
  })

  it('while the agents are waited for rejects without a request', async () => {
    const server = await listen(() => ({}))
    let give: (agents: ReturnType<typeof agentsOf>) => void = () => {}
    const agents = new Promise<ReturnType<typeof agentsOf>>((resolve) => {
      give = resolve
    })
    const stop = new AbortController()
    const sent = createHttpTransport(() => agents).send(
      requestTo(server.origin, { signal: stop.signal }),
    )
    stop.abort(reason)
    give(agentsOf())
    expect(await rejection(sent)).toBe(reason)
    expect(server.sockets).toEqual([])
  })

  it('while a socket is waited for leaves the socket to the next in the queue', async () => {
    const held = new AbortController()
    const server = await listen(async ({ url }) => {
      if (url === '/held') await once(held.signal, 'abort')
      return { body: url }
    })
    const transport = createHttpTransport(constant(agentsOf({ maxSockets: 1 })))
    const first = transport.send(requestTo(server.origin, { path: '/held' }))
    await until(() => server.requests.length === 1)
    const stop = new AbortController()
    const second = transport.send(
      requestTo(server.origin, { path: '/stopped', signal: stop.signal }),
    )
    const third = transport.send(requestTo(server.origin, { path: '/third' }))
    await expectStop(stop, second)
    held.abort()
    expect(await textOf(await first)).toBe('/held')
    expect(await textOf(await third)).toBe('/third')
    expect(server.requests.map(({ url }) => url)).toEqual(['/held', '/third'])
  })

  it('while the body is sent closes the connection and ends the body', async () => {
    const server = await listenRaw(() => {}, { pauseOnConnect: true })
    const body = observedBody(numberedChunks(128, 128 * KiB), 16 * MiB)
    const stop = new AbortController()
    const sent = send(server.origin, { ...put(body), signal: stop.signal })
    await until(() => body.asked > 1)
    await expectStop(stop, sent)
    await until(() => body.ended)
    expect(body.asked).toBeLessThan(128)
    server.sockets[0]?.resume()
    await allClosed(server)
  })

  it('while the body is slow to come ends it as soon as it can be told', async () => {
    const server = await listenRaw((socket) => socket.resume())
    const held = new AbortController()
    const body = observedBody(
      (async function* () {
        yield Buffer.from('12345')
        await once(held.signal, 'abort')
        yield Buffer.from('678')
        yield Buffer.from('9')
      })(),
    )
    const stop = new AbortController()
    const sent = send(server.origin, { ...put(body), signal: stop.signal })
    await until(() => body.asked === 1)
    await expectStop(stop, sent)
    await allClosed(server)
    held.abort()
    await until(() => body.ended)
    expect(body.asked).toBe(2)
  })

  it('while the answer is waited for closes the connection', async () => {
    const server = await listenRaw((socket) => socket.resume())
    const stop = new AbortController()
    const sent = send(server.origin, { signal: stop.signal })
    await until(() => server.sockets.length === 1)
    await expectStop(stop, sent)
    await allClosed(server)
  })

  it('while the answer is read reaches the reader and closes the connection', async () => {
    const server = await listenRaw((socket) => {
      socket.once('data', () => socket.write(`${HEAD}abc`))
    })
    const stop = new AbortController()
    const answer = await send(server.origin, { signal: stop.signal })
    await expectStop(stop, textOf(answer))
    await allClosed(server)
  })

  it('after the answer was read harms nothing', async () => {
    const server = await listen(() => ({ body: 'done' }))
    const stop = new AbortController()
    const agents = agentsOf()
    expect(await textOf(await send(server.origin, { signal: stop.signal }, agents))).toBe('done')
    stop.abort(reason)
    expect(await textOf(await send(server.origin, {}, agents))).toBe('done')
    expect(server.sockets).toHaveLength(1)
  })

  async function expectStop(stop: AbortController, sent: Promise<unknown>): Promise<void> {
    const before = performance.now()
    stop.abort(reason)
    expect(await rejection(sent)).toBe(reason)
    expect(performance.now() - before).toBeLessThan(AT_ONCE)
  }
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
    const timeouts = { connect: NEVER, idle: NEVER }
    const soon = AbortSignal.timeout(SOON)
    const outcomes = await Promise.allSettled([
      send(server.origin, { path: '/answer', timeouts, signal: stop.signal }, agents).then(textOf),
      send(server.origin, { path: '/close', timeouts, signal: stop.signal }, agents),
      send(server.origin, { path: '/silent', timeouts, signal: soon }, agents),
      send(
        server.origin,
        { path: '/silent', timeouts: { connect: NEVER, idle: SOON }, signal: stop.signal },
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

describe.skipIf(!hasOpenssl)('TLS (needs openssl on this machine)', () => {
  it('refuses a certificate that nobody vouches for, before anything is said', async () => {
    const { server, requests } = await listenTls()
    const error = await rejection(send(server.origin, { headers: { authorization: 'secret' } }))
    expect(error).toMatchObject({
      name: 'RequestError',
      status: -1,
      cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    })
    expect(requests).toEqual([])
    await allClosed(server)
  })

  it('refuses the certificate of another host', async () => {
    const { server, requests, cert } = await listenTls()
    const agents = agentsOf({ ca: cert, lookup: addresses('127.0.0.1') })
    const { port } = new URL(server.origin)
    expect(await rejection(send(`https://bucket.example:${port}`, {}, agents))).toMatchObject({
      name: 'RequestError',
      status: -1,
      cause: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    })
    expect(requests).toEqual([])
  })

  it('talks to a server whose certificate is trusted, and keeps the connection', async () => {
    const { server, requests, cert } = await listenTls()
    const agents = agentsOf({ ca: cert })
    for (const reused of [false, true]) {
      const answer = await send(server.origin, {}, agents)
      expect(answer.connection.keepAliveSocket).toBe(reused)
      expect(await textOf(answer)).toBe('safe')
    }
    expect(requests).toEqual(['/', '/'])
  })
})

function send(origin: string, more: Partial<HttpRequest> = {}, agents = agentsOf()) {
  return createHttpTransport(constant(agents)).send(requestTo(origin, more))
}

function constant<Value>(value: Value): () => Value {
  return () => value
}

function put(body: ReturnType<typeof observedBody>): Partial<HttpRequest> {
  const headers: Record<string, string> = {}
  if (body.size !== undefined) headers['content-length'] = String(body.size)
  return { method: 'PUT', headers, body }
}

/** Answers every look-up with these addresses, in this order. */
function addresses(...list: string[]): LookupFunction {
  const all = list.map((address) => ({ address, family: 4 }))
  return (_host, options, answer) =>
    options.all ? answer(null, all) : answer(null, list[0] ?? '', 4)
}

/** Where nobody listens: a port that was free a moment ago. */
async function closedPort(): Promise<string> {
  const server = http.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

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
    await pause(SOON)
    return { body: url }
  })
  const agents = agentsOf(bound)
  const timeouts = { connect: SOON / 2, idle: NEVER }
  const answers = ['/1', '/2', '/3'].map(async (path) =>
    textOf(await send(server.origin, { path, timeouts }, agents)),
  )
  expect(await Promise.all(answers)).toEqual(['/1', '/2', '/3'])
  expect(server.sockets).toHaveLength(1)
}

/** Takes a megabyte at a time, with a pause after each, and then the rest; answers in the end. */
function readInSteps(socket: Socket): void {
  let read = 0
  let steps = 0
  socket.on('data', async (chunk) => {
    read += chunk.length
    if (read > SLOW_BODY) socket.write(`${HEAD}0123456789`)
    if (read < (steps + 1) * MiB || steps === STEPS) return
    steps++
    socket.pause()
    await pause(STEP)
    socket.resume()
  })
}

/** One chunk that is under way for much longer than nothing may move. */
async function expectSlowUpload(origin: string, ca?: string): Promise<void> {
  const body = observedBody(numberedChunks(1, SLOW_BODY), SLOW_BODY)
  const agents = agentsOf(ca === undefined ? {} : { ca })
  const sent = send(origin, { ...put(body), timeouts: STEADY }, agents)
  await pause(STEADY.idle + 2 * STEP)
  expect(body.ended).toBe(false)
  expect((await sent).status).toBe(200)
}

async function listenTls() {
  const { key, cert } = await selfSigned()
  const requests: string[] = []
  const server = https.createServer({ key, cert }, (incoming, outgoing) => {
    requests.push(incoming.url ?? '')
    outgoing.end('safe')
  })
  const { origin, ...more } = await started(server)
  return { server: { ...more, origin: origin.replace('http:', 'https:') }, requests, cert }
}

/** Timers and connections that keep the process alive; what the test runner has is neither. */
function activeResources(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((name) =>
      /^(Timeout|TCPSocketWrap|TCPConnectWrap|TLSWrap|GetAddrInfoReqWrap)$/.test(name),
    )
}
