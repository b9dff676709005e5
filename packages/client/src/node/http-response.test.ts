import { describe, expect, it } from 'vitest'
import { allClosed, listen, listenRaw, until } from '../client/testing.contract.ts'
import { bytesBody } from '../oss/body.ts'
import { KiB } from '../oss/limits.ts'
import {
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

describe('the answer', () => {
  it('is given with its status, message, headers, bytes and connection', async () => {
    const server = await listenRaw((socket) => {
      socket.once('data', () =>
        socket.write('HTTP/1.1 418 Odd\r\nX-A: 1\r\nX-a: 2\r\nContent-Length: 4\r\n\r\nbody'),
      )
    })
    const answer = await transportOf().send(requestTo(server.origin))
    expect(answer).toMatchObject({
      status: 418,
      statusMessage: 'Odd',
      headers: { 'x-a': '1, 2', 'content-length': '4' },
      connection: { remoteAddress: '127.0.0.1', keepAliveSocket: false },
    })
    expect(`http://127.0.0.1:${answer.connection.remotePort}`).toBe(server.origin)
    expect(await textOf(answer)).toBe('body')
  })

  it('is there as soon as its head is, before its bytes are', async () => {
    const server = await listenRaw((socket) => {
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n'))
    })
    const answer = await transportOf().send(requestTo(server.origin))
    server.sockets[0]?.write('late')
    expect(await textOf(answer)).toBe('late')
  })

  it.each([301, 302, 307, 308])('is the redirect itself where it is a %d', async (status) => {
    const other = await listen(() => ({}))
    const server = await listen(() => ({ status, headers: { location: `${other.origin}/` } }))
    const answer = await transportOf().send(requestTo(server.origin))
    expect(answer.status).toBe(status)
    await textOf(answer)
    expect(server.requests).toHaveLength(1)
    expect(other.requests).toHaveLength(0)
  })

  it('refuses the rest of a large body that is answered before its end', async () => {
    const server = await listenRaw((socket) => {
      socket.once('data', () => {
        socket.pause()
        socket.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno')
      })
    })
    const body = observedBody(numberedChunks(LARGE, CHUNK), LARGE * CHUNK)
    const answer = await transportOf().send(requestTo(server.origin, putOf(body)))
    expect(answer.status).toBe(403)
    expect(await textOf(answer)).toBe('no')
    await until(() => body.ended)
    expect(body.asked).toBeLessThan(LARGE)
  })

  it('counts also where the server says more than that, and the connection is left', async () => {
    const server = await listenRaw((socket) => {
      socket.once('data', () =>
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nnot HTTP\r\n'),
      )
    })
    const body = bytesBody(Buffer.from('12345'))
    const answer = await transportOf().send(requestTo(server.origin, putOf(body)))
    expect(answer.status).toBe(200)
    expect(await textOf(answer)).toBe('')
    await allClosed(server)
  })

  it('that refuses the last bytes before they are taken is not held up by them', async () => {
    const server = await listenRaw((socket) => {
      socket.once('data', () => {
        socket.pause()
        socket.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')
      })
    })
    const whole = observedBody([Buffer.alloc(LARGE * CHUNK)], LARGE * CHUNK)
    const timeouts = { connect: 1_000, stall: 60_000, answer: 60_000 }
    const told: number[] = []
    const onSent = (bytes: number) => void told.push(bytes)
    const put = { ...putOf(whole), timeouts, onSent }
    const answer = await transportOf().send(requestTo(server.origin, put))
    expect(answer.status).toBe(403)
    expect(await textOf(answer)).toBe('')
    await until(() => whole.ended)
    expect(told).toEqual([])
    server.sockets[0]?.resume()
    await allClosed(server)
  })
})
