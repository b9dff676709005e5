import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import {
  AT_ONCE,
  allClosed,
  listen,
  listenRaw,
  rejection,
  until,
} from '../client/testing.contract.ts'
import { OssError } from '../oss/errors.ts'
import { KiB, MiB } from '../oss/limits.ts'
import { createHttpTransport } from './http-transport.ts'
import {
  agentsOf,
  HEAD,
  numberedChunks,
  observedBody,
  putOf,
  requestTo,
  send,
  textOf,
  transportOf,
} from './testing.contract.ts'

describe('an abort', () => {
  const reason = new Error('Enough')

  it('before the request rejects without a connection', async () => {
    const server = await listen(() => ({}))
    const body = observedBody([Buffer.from('12345')])
    const sent = send(server.origin, { ...putOf(body), signal: AbortSignal.abort(reason) })
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
    const transport = transportOf(agentsOf({ maxSockets: 1 }))
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
    const sent = send(server.origin, { ...putOf(body), signal: stop.signal })
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
    let waiting = false
    const body = observedBody(
      (async function* () {
        yield Buffer.from('12345')
        waiting = true
        await once(held.signal, 'abort')
        yield Buffer.from('678')
        yield Buffer.from('9')
      })(),
    )
    const stop = new AbortController()
    const sent = send(server.origin, { ...putOf(body), signal: stop.signal })
    await until(() => waiting)
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

  it('with what has ended another request does not send this one again on a new connection', async () => {
    const server = await listen(async ({ url }) => {
      if (url === '/waits') await new Promise(() => {})
      return {}
    })
    const transport = transportOf()
    await textOf(await transport.send(requestTo(server.origin)))
    const stop = new AbortController()
    const sent = transport.send(requestTo(server.origin, { path: '/waits', signal: stop.signal }))
    await until(() => server.requests.length === 2)
    const broken = new OssError('Another part', { name: 'ResponseError', status: -1 })
    stop.abort(broken)
    expect(await rejection(sent)).toBe(broken)
    expect(server.sockets).toHaveLength(1)
  })

  async function expectStop(stop: AbortController, sent: Promise<unknown>): Promise<void> {
    const before = performance.now()
    stop.abort(reason)
    expect(await rejection(sent)).toBe(reason)
    expect(performance.now() - before).toBeLessThan(AT_ONCE)
  }
})
