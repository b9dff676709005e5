import http from 'node:http'
import https from 'node:https'
import net, { type Socket } from 'node:net'
import { inspect } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { listen, listenRaw, rejection, started, until } from '../client/testing.contract.ts'
import { bytesBody } from '../oss/body.ts'
import { createAgents } from './agents.ts'
import { createHttpTransport } from './http-transport.ts'
import { closedPort, requestTo, textOf } from './testing.contract.ts'

describe('createAgents', () => {
  it('shares its agents among all that ask for nothing special', async () => {
    const [one, other] = await Promise.all([createAgents({})(), createAgents({})()])
    expect(one.http).toBe(other.http)
    expect(one.https).toBe(other.https)
    expect(one.http).not.toBe(http.globalAgent)
    expect(one.https).not.toBe(https.globalAgent)
  })

  it('keeps connections, but not for ever', async () => {
    const { http: plain, https: secure } = await createAgents({})()
    for (const agent of [plain, secure]) {
      expect(optionsOf(agent)).toMatchObject({ keepAlive: true, timeout: expect.any(Number) })
    }
  })

  it('makes agents of its own where the number of sockets is bounded', async () => {
    const shared = await createAgents({})()
    const [one, other] = await Promise.all([
      createAgents({ maxSockets: 3 })(),
      createAgents({ maxSockets: 3 })(),
    ])
    for (const agent of [one.http, one.https]) expect(agent.maxSockets).toBe(3)
    expect(one.http).not.toBe(other.http)
    expect(one.http).not.toBe(shared.http)
    expect(one.https).not.toBe(shared.https)
    for (const agent of [shared.http, shared.https, http.globalAgent, https.globalAgent]) {
      expect(agent.maxSockets).toBe(Number.POSITIVE_INFINITY)
    }
  })

  it('gives the same agents at every request', async () => {
    const agents = createAgents({ maxSockets: 3 })
    expect((await agents()).http).toBe((await agents()).http)
  })

  it("uses the caller's agents and sets nothing on them", async () => {
    const agent = new http.Agent()
    const httpsAgent = new https.Agent()
    const before = [settingsOf(agent), settingsOf(httpsAgent)]
    const agents = await createAgents({ agent, httpsAgent, maxSockets: 3 })()
    expect(agents.http).toBe(agent)
    expect(agents.https).toBe(httpsAgent)
    expect([settingsOf(agent), settingsOf(httpsAgent)]).toEqual(before)
  })

  it('takes its own where the caller gives only one of the two', async () => {
    const agent = new http.Agent()
    const agents = await createAgents({ agent, maxSockets: 3 })()
    expect(agents.http).toBe(agent)
    expect(agents.https.maxSockets).toBe(3)
  })

  it.each([
    { enableProxy: false, proxy: 'http://127.0.0.1:1' },
    { proxy: 'http://127.0.0.1:1' },
    { enableProxy: true },
  ])('goes through no proxy with %j', async (options) => {
    const shared = await createAgents({})()
    expect((await createAgents(options)()).http).toBe(shared.http)
  })
})

describe('a proxy', () => {
  it('is asked for a tunnel, and hears of the request only what goes through it', async () => {
    const server = await listen(({ body }) => ({ body }))
    const { tunnels, proxy } = await listenProxy()
    const transport = transportThrough(proxy)
    for (const text of ['one', 'two']) {
      const body = bytesBody(Buffer.from(text))
      const answer = await transport.send(requestTo(server.origin, { method: 'PUT', body }))
      expect(await textOf(answer)).toBe(text)
    }
    expect(tunnels).toEqual([`CONNECT ${server.origin.slice('http://'.length)}`])
    expect(server.sockets).toHaveLength(1)
  })

  it('is told user and password, and nobody else is', async () => {
    const server = await listen(() => ({ body: 'done' }))
    const heard: string[] = []
    const { proxy } = await listenProxy((headers) =>
      heard.push(headers['proxy-authorization'] ?? ''),
    )
    const transport = transportThrough(proxy.replace('://', '://user:CANARY@'))
    expect(await textOf(await transport.send(requestTo(server.origin)))).toBe('done')
    expect(heard).toEqual([`Basic ${Buffer.from('user:CANARY').toString('base64')}`])
    expect(server.onlyRequest().headers).not.toHaveProperty('proxy-authorization')
    const gone = transportThrough((await closedPort()).replace('://', '://user:CANARY@'))
    expect(inspect(await rejection(gone.send(requestTo(server.origin))))).not.toContain('CANARY')
  })

  it('hears nothing of a request that it refuses', async () => {
    const heard: string[] = []
    const proxy = await listenRaw((socket) => {
      socket.on('data', (chunk) => {
        heard.push(chunk.toString('latin1'))
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n')
      })
    })
    const answer = await transportThrough(proxy.origin).send(
      requestTo('http://bucket.example', { headers: { authorization: 'CANARY' } }),
    )
    expect(answer.status).toBe(407)
    await textOf(answer)
    expect(heard.join('')).toMatch(/^CONNECT bucket\.example:80 HTTP/)
    expect(heard.join('')).not.toContain('CANARY')
  })

  it('that refuses a request with a body gives its answer too', async () => {
    const proxy = await listenRaw((socket) => {
      socket.on('data', () =>
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n'),
      )
    })
    const body = bytesBody(Buffer.from('12345'))
    const answer = await transportThrough(proxy.origin).send(
      requestTo('http://bucket.example', {
        method: 'PUT',
        headers: { 'content-length': '5' },
        body,
      }),
    )
    expect(answer.status).toBe(407)
    await textOf(answer)
  })

  it('that is not there is a RequestError', async () => {
    const proxy = await closedPort()
    const sent = transportThrough(proxy).send(requestTo('http://bucket.example'))
    expect(await rejection(sent)).toMatchObject({
      name: 'RequestError',
      status: -1,
      cause: { code: 'ECONNREFUSED' },
    })
  })

  it('that does not answer is a ConnectionTimeoutError, and is hung up on', async () => {
    const proxy = await listenRaw((socket) => socket.resume())
    const timeouts = { connect: 60, stall: 60_000, answer: 60_000 }
    const sent = transportThrough(proxy.origin).send(
      requestTo('http://bucket.example', { timeouts }),
    )
    expect(await rejection(sent)).toMatchObject({ name: 'ConnectionTimeoutError', status: -2 })
    await until(() => proxy.sockets.every((socket) => socket.destroyed))
  })
})

function transportThrough(proxy: string) {
  const agents = createAgents({ enableProxy: true, proxy })
  onTestFinished(async () => (await agents()).http.destroy())
  return createHttpTransport(agents)
}

/** A proxy that makes any tunnel it is asked for, and writes down which. */
async function listenProxy(
  hear: (headers: http.IncomingHttpHeaders) => void = () => {},
): Promise<{ tunnels: string[]; proxy: string }> {
  const tunnels: string[] = []
  const server = http.createServer()
  server.on('connect', ({ method, url = '', headers }, near: Socket, head: Buffer) => {
    hear(headers)
    tunnels.push(`${method} ${url}`)
    const [host, port] = url.split(':')
    const far = net.connect(Number(port), host)
    far.once('connect', () => {
      near.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      far.write(head)
      near.pipe(far).pipe(near)
    })
    for (const socket of [near, far]) socket.on('error', () => far.destroy())
    near.on('close', () => far.destroy())
  })
  return { tunnels, proxy: (await started(server)).origin }
}

function settingsOf(agent: http.Agent) {
  const { maxSockets, maxTotalSockets, maxFreeSockets } = agent
  return { maxSockets, maxTotalSockets, maxFreeSockets, options: optionsOf(agent) }
}

/** What an agent was made with: it has it, though its type does not say so. */
function optionsOf(agent: http.Agent): Record<string, unknown> {
  return { ...Object(agent).options }
}
