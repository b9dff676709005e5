import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import tls from 'node:tls'
import { describe, expect, it } from 'vitest'
import {
  allClosed,
  listen,
  listenRaw,
  rejection,
  started,
  until,
} from '../client/testing.contract.ts'
import { KiB, MiB } from '../oss/limits.ts'
import {
  agentsOf,
  HEAD,
  hasOpenssl,
  numberedChunks,
  observedBody,
  putOf,
  requestTo,
  selfSigned,
  send,
  textOf,
  transportOf,
} from './testing.contract.ts'

/** Milliseconds that are soon over … */
const SOON = 60
/** … in which everything is done even on a busy machine … */
const ENOUGH = 150
/** … and that are longer than that. */
const LONGER = 200
/** Milliseconds that no test lives to see. */
const NEVER = 60_000
/** Milliseconds between two movements … */
const STEP = 50
/** … which in all take longer than nothing may move. */
const STEADY = { connect: NEVER, stall: 6 * STEP, answer: 6 * STEP }
const STEPS = 10
/** The kernel takes in some of it at once, and that is no movement that could be seen. */
const SLOW_BODY = 32 * MiB

describe('a connection on which nothing moves', () => {
  const timeouts = { connect: NEVER, stall: SOON, answer: SOON }
  const timedOut = {
    name: 'ResponseTimeoutError',
    code: 'ResponseTimeoutError',
    status: -2,
    message: expect.stringContaining(`${SOON}ms`),
  }

  it('is a ResponseTimeoutError while the body is sent', async () => {
    const server = await listenRaw(() => {}, { pauseOnConnect: true })
    const body = observedBody(numberedChunks(128, 128 * KiB), 16 * MiB)
    expect(await rejection(send(server.origin, { ...putOf(body), timeouts }))).toMatchObject(
      timedOut,
    )
    await until(() => body.ended)
    expect(body.asked).toBeLessThan(128)
    server.sockets[0]?.resume()
    await allClosed(server)
  })

  it('is one while the answer is waited for', async () => {
    const server = await listenRaw((socket) => socket.resume())
    const body = observedBody([Buffer.from('12345')], 5)
    expect(await rejection(send(server.origin, { ...putOf(body), timeouts }))).toMatchObject(
      timedOut,
    )
    await allClosed(server)
  })

  it('may take longer over its answer than it may stand still, and the other way round', async () => {
    const patient = { connect: NEVER, stall: SOON, answer: NEVER }
    const late = await listenRaw((socket) => {
      socket.resume()
      setTimeout(() => socket.end(`${HEAD}0123456789`), LONGER)
    })
    const body = observedBody([Buffer.from('12345')], 5)
    const answer = await send(late.origin, { ...putOf(body), timeouts: patient })
    expect(await textOf(answer)).toBe('0123456789')

    const hasty = { connect: NEVER, stall: NEVER, answer: SOON }
    const silent = await listenRaw((socket) => socket.resume())
    const again = observedBody([Buffer.from('12345')], 5)
    const error = await rejection(send(silent.origin, { ...putOf(again), timeouts: hasty }))
    expect(error).toMatchObject({ ...timedOut, message: expect.stringContaining('no answer') })
    await allClosed(silent)
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
    const transport = transportOf()
    await textOf(await transport.send(requestTo(server.origin)))
    silent = true
    const sent = transport.send(requestTo(server.origin, { timeouts }))
    expect(await rejection(sent)).toMatchObject(timedOut)
    expect(server.sockets).toHaveLength(1)
  })

  it('does not cut the next request on that connection, which may take longer', async () => {
    const server = await listen(async ({ url }) => {
      if (url === '/slow') await pause(LONGER)
      return { body: 'done' }
    })
    const transport = transportOf()
    const hasty = { timeouts: { connect: NEVER, stall: ENOUGH, answer: ENOUGH } }
    await textOf(await transport.send(requestTo(server.origin, hasty)))
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
  const sent = send(origin, { ...putOf(body), timeouts: STEADY }, agents)
  await pause(STEADY.stall + 2 * STEP)
  expect(body.ended).toBe(false)
  expect((await sent).status).toBe(200)
}
