import http from 'node:http'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { allClosed, listen, listenRaw, rejection, until } from '../client/testing.contract.ts'
import { bytesBody } from '../oss/body.ts'
import { KiB } from '../oss/limits.ts'
import { createHttpTransport } from './http-transport.ts'
import {
  agentsOf,
  numberedChunks,
  observedBody,
  putOf,
  requestTo,
  textOf,
  transportOf,
} from './testing.contract.ts'

const CHUNK = 128 * KiB
/** So many chunks are far more than the kernel takes in for a reader that does not read. */
const LARGE = 128

/** Collects what comes, byte by character, without ever answering. */
async function listenForBytes() {
  const heard = { text: '' }
  const server = await listenRaw((socket) => {
    socket.on('data', (chunk) => {
      heard.text += chunk.toString('latin1')
    })
  })
  return { ...server, heard }
}

/** What a request without an answer puts on the wire. */
async function wireOf(request: Parameters<typeof requestTo>[1], end: string): Promise<string> {
  const server = await listenForBytes()
  const stop = new AbortController()
  const sent = transportOf().send(requestTo(server.origin, { ...request, signal: stop.signal }))
  await until(() => server.heard.text.endsWith(end), `the request ends with ${JSON.stringify(end)}`)
  stop.abort()
  await rejection(sent)
  return server.heard.text
}

describe('createHttpTransport', () => {
  describe('what goes on the wire', () => {
    it('writes header values as UTF-8', async () => {
      const headers = { 'x-oss-meta-a': '中文é' }
      const bytes = Buffer.from('x-oss-meta-a: 中文é\r\n').toString('latin1')
      expect(await wireOf({ headers }, '\r\n\r\n')).toContain(bytes)
    })

    it('writes Content-Disposition as UTF-8 also where the body is of one piece', async () => {
      const value = 'attachment; filename="中文é.txt"'
      const headers = { 'content-disposition': value, 'content-length': '5' }
      const body = bytesBody(Buffer.from('12345'))
      const bytes = Buffer.from(`content-disposition: ${value}\r\n`).toString('latin1')
      expect(await wireOf({ method: 'PUT', headers, body }, '12345')).toContain(bytes)
    })

    it('sends path and query to the letter, whatever a URL parser would make of them', async () => {
      const path = '/b/a//b/../x/.%2F?a=%2e&b'
      expect(await wireOf({ path }, '\r\n\r\n')).toMatch(
        /^GET \/b\/a\/\/b\/\.\.\/x\/\.%2F\?a=%2e&b HTTP/,
      )
    })

    it('sends a body under the length that the headers announce', async () => {
      const headers = { 'content-length': '5' }
      const text = await wireOf(
        { method: 'PUT', headers, body: bytesBody(Buffer.from('12345')) },
        '12345',
      )
      expect(text).toMatch(/\r\ncontent-length: 5\r\n/i)
      expect(text).not.toMatch(/transfer-encoding/i)
    })

    it('sends a body without a length in HTTP chunks, each as it comes', async () => {
      const body = observedBody([Buffer.from('12345'), Buffer.from('678')])
      const text = await wireOf({ method: 'PUT', body }, '0\r\n\r\n')
      expect(text).toMatch(/\r\nTransfer-Encoding: chunked\r\n/)
      expect(text).toMatch(/\r\n\r\n5\r\n12345\r\n3\r\n678\r\n0\r\n\r\n$/)
      expect(text).not.toMatch(/content-length/i)
    })

    it('announces nothing for a GET, which has no body', async () => {
      expect(await wireOf({}, '\r\n\r\n')).not.toMatch(/content-length|transfer-encoding/i)
    })

    it('talks to an IPv6 address', async () => {
      const refused = await rejection(transportOf().send(requestTo('http://[::1]:1')))
      expect(refused).toMatchObject({ cause: { address: '::1', port: 1 } })
    })
  })

  describe('the body', () => {
    it('is not read ahead of a server that reads slowly', async () => {
      const server = await listenRaw(() => {}, { pauseOnConnect: true })
      const agents = agentsOf()
      const body = observedBody(numberedChunks(LARGE, CHUNK), LARGE * CHUNK)
      const sent = transportOf(agents).send(requestTo(server.origin, putOf(body)))
      await stalled(body)
      expect(body.asked).toBeLessThan(LARGE)
      const [socket] = Object.values(agents.http.sockets).flat()
      expect(socket?.writableLength).toBeLessThanOrEqual(CHUNK)

      const [reader] = server.sockets
      const arrived = await bytesOf(reader, LARGE * CHUNK)
      expect(arrived.equals(Buffer.concat([...numberedChunks(LARGE, CHUNK)]))).toBe(true)
      reader?.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
      expect((await sent).status).toBe(200)
      expect(body).toMatchObject({ asked: LARGE, ended: true })
    })

    it('may use the memory of a chunk again for the next one', async () => {
      const server = await listenRaw(() => {}, { pauseOnConnect: true })
      const chunks = function* () {
        const memory = Buffer.alloc(CHUNK)
        for (let number = 0; number < LARGE; number++) yield memory.fill(number)
        memory.fill(255)
      }
      const body = observedBody(chunks(), LARGE * CHUNK)
      const sent = transportOf().send(requestTo(server.origin, putOf(body)))
      await stalled(body)
      const [reader] = server.sockets
      const arrived = await bytesOf(reader, LARGE * CHUNK)
      expect(arrived.equals(Buffer.concat([...numberedChunks(LARGE, CHUNK)]))).toBe(true)
      reader?.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
      await sent
    })

    it('that can not be read on ends the request with its own error', async () => {
      const server = await listenForBytes()
      const reason = new Error('The disk is gone')
      const body = observedBody(
        (async function* () {
          yield Buffer.from('12345')
          throw reason
        })(),
      )
      const sent = transportOf().send(requestTo(server.origin, { method: 'PUT', body }))
      expect(await rejection(sent)).toBe(reason)
      await allClosed(server)
      expect(server.heard.text).not.toMatch(/\r\n0\r\n\r\n$/)
    })
  })

  describe('the connection', () => {
    it('is used again when both sides have said all', async () => {
      const server = await listen(({ body }) => ({ body }))
      const transport = transportOf()
      const reused: boolean[] = []
      for (const text of ['one', 'two', 'three']) {
        const body = bytesBody(Buffer.from(text))
        const answer = await transport.send(requestTo(server.origin, { method: 'PUT', body }))
        expect(await textOf(answer)).toBe(text)
        reused.push(answer.connection.keepAliveSocket)
      }
      expect(reused).toEqual([false, true, true])
      expect(server.sockets).toHaveLength(1)
    })

    it('gathers no listeners while it is used again', async () => {
      const server = await listen(() => ({}))
      const agents = agentsOf()
      const transport = transportOf(agents)
      const counts: number[] = []
      for (let round = 0; round < 12; round++) {
        await textOf(await transport.send(requestTo(server.origin)))
        await until(() => Object.values(agents.http.freeSockets).flat().length === 1)
        const [socket] = Object.values(agents.http.freeSockets).flat()
        counts.push(
          socket?.eventNames().reduce((sum, name) => sum + socket.listenerCount(name), 0) ?? 0,
        )
      }
      expect(new Set(counts).size).toBe(1)
    })

    it('is not used again after an answer in the middle of the body', async () => {
      let refuse = true
      const server = await listenRaw((socket) => {
        socket.on('data', () => {
          socket.write(`HTTP/1.1 ${refuse ? 403 : 200} OK\r\nContent-Length: 0\r\n\r\n`)
          refuse = false
        })
      })
      const transport = transportOf()
      const body = observedBody(endless(), Number.MAX_SAFE_INTEGER)
      const early = await transport.send(requestTo(server.origin, putOf(body)))
      expect(early.status).toBe(403)
      await textOf(early)
      await until(() => body.ended)
      const next = await transport.send(requestTo(server.origin))
      expect(next.connection.keepAliveSocket).toBe(false)
      await textOf(next)
      expect(server.sockets).toHaveLength(2)
    })

    it('is kept where the answer overtakes the news that all bytes are sent', async () => {
      const agent = new EagerAgent({ keepAlive: true })
      const transport = createHttpTransport(() => ({ http: agent, https: agent }))
      const body = {
        size: 10,
        chunks: () => iterated([Buffer.from('12345'), Buffer.from('67890')]),
      }
      for (const reused of [false, true, true]) {
        const answer = await transport.send(requestTo('http://127.0.0.1:1', putOf(body)))
        expect(answer.connection.keepAliveSocket).toBe(reused)
        expect(await textOf(answer)).toBe('')
      }
    })

    it('is replaced at once where the server had just closed it', async () => {
      const server = await listenClosingWhenReused()
      const transport = transportOf()
      const repeated: unknown[] = []
      const onRepeat = (error: unknown) => void repeated.push(error)
      for (let round = 0; round < 2; round++) {
        expect(repeated).toEqual([])
        const body = bytesBody(Buffer.from('12345'))
        const put = { ...putOf(body), onRepeat }
        const answer = await transport.send(requestTo(server.origin, put))
        expect(answer.status).toBe(200)
        await textOf(answer)
      }
      expect(server.sockets).toHaveLength(2)
      // The server may have had the first one, and who began something with it wants to know.
      expect(repeated).toMatchObject([{ name: 'ResponseError', status: -1 }])
    })

    it('is not replaced where the body can be read only once', async () => {
      const server = await listenClosingWhenReused()
      const transport = transportOf()
      await textOf(await transport.send(requestTo(server.origin)))
      const body = { ...bytesBody(Buffer.from('12345')), once: true }
      expect(await rejection(transport.send(requestTo(server.origin, putOf(body))))).toMatchObject({
        name: 'ResponseError',
        status: -1,
      })
      expect(server.sockets).toHaveLength(1)
    })

    it('is closed when the reader of the answer leaves before its end', async () => {
      const server = await listenRaw((socket) => {
        socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc'))
      })
      const { body } = await transportOf().send(requestTo(server.origin))
      for await (const _ of body) break
      await allClosed(server)
    })

    it('is closed when the answer is given back unread', async () => {
      const server = await listenRaw((socket) => {
        socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc'))
      })
      const { body } = await transportOf().send(
        requestTo(server.origin, { timeouts: { connect: 1_000, stall: 60_000, answer: 60_000 } }),
      )
      await body[Symbol.asyncIterator]().return?.()
      await allClosed(server)
    })
  })

  it('asks for the agents at every request and tells when there are none', async () => {
    const reason = new Error('No such module')
    const transport = createHttpTransport(() => Promise.reject(reason))
    expect(await rejection(transport.send(requestTo('http://127.0.0.1:1')))).toBe(reason)
  })
})

/** Answers the first request of a connection, and closes it at the second. */
function listenClosingWhenReused() {
  return listenRaw((socket) => {
    let answered = false
    socket.on('data', () => {
      if (answered) socket.destroy()
      else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
      answered = true
    })
  })
}

/** Resolves when no more of `body` is asked for: the kernel is full. */
async function stalled(body: { readonly asked: number }): Promise<void> {
  let before = -1
  while (before !== body.asked || body.asked === 0) {
    before = body.asked
    await new Promise((resolve) => setTimeout(resolve, 40))
  }
}

/** The first `count` bytes after the head of a request. */
async function bytesOf(socket: Socket | undefined, count: number): Promise<Buffer> {
  if (socket === undefined) throw new Error('There was no connection')
  const chunks: Buffer[] = []
  let missing = count
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    const head = chunks.length === 0 ? chunk.indexOf('\r\n\r\n') + 4 : 0
    chunks.push(chunk.subarray(head))
    missing -= chunk.length - head
    if (missing <= 0) break
  }
  return Buffer.concat(chunks)
}

/** A body that goes on until it is told to end, at a pace that lets others have their turn. */
async function* endless(): AsyncGenerator<Uint8Array> {
  for (;;) {
    yield Buffer.alloc(1)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Its connections are answered when they have ten bytes of a body, and tell only later that they have them. */
class EagerAgent extends http.Agent {
  override createConnection() {
    let received = 0
    const socket = new Duplex({
      read() {},
      write(chunk: Buffer, _, taken) {
        received += /^\d+$/.test(chunk.toString()) ? chunk.length : 0
        if (received === 10) this.push('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
        if (received === 10) received = 0
        setTimeout(taken, 20)
      },
    })
    // What an agent asks of a socket.
    const nothing = () => socket
    return Object.assign(socket, {
      setTimeout: nothing,
      setKeepAlive: nothing,
      setNoDelay: nothing,
      ref: nothing,
      unref: nothing,
    })
  }
}

async function* iterated(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}
