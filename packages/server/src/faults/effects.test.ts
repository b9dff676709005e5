import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { send } from '../http/test-client.ts'
import { texts } from '../operations/test-service.ts'
import { eventually } from './test-eventually.ts'
import { GET, PUT, raw, start, stored } from './test-server.ts'

const MiB = 1024 * 1024

describe('refuse', () => {
  it('is an error of OSS as OSS would write it, and nothing is done', async () => {
    const headers = { 'Retry-After': '1' }
    const server = await start({ do: 'refuse', status: 503, code: 'SlowDown', headers })
    const answer = await send(server, PUT)
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } })
    expect(texts(answer.text, 'Code')).toEqual(['SlowDown'])
    expect(texts(answer.text, 'RequestId')).toEqual([answer.headers['x-oss-request-id']])
    expect(texts(answer.text, 'HostId')).toEqual(['127.0.0.1'])
    expect(await stored(server)).toBeUndefined()
    expect(server.lines[0]).toMatch(/^PUT \/b12\/k 503 SlowDown \(fault: refuse\) \d+ ms /)
  })

  it('has the message and the cause of a code that the server knows, unless told otherwise', async () => {
    const fault = { do: 'refuse', status: 404, code: 'NoSuchUpload' } as const
    const server = await start(fault, { ...fault, message: 'Gone & lost' })
    const [usual, other] = [await send(server, PUT), await send(server, PUT)]
    expect(texts(usual.text, 'Message')[0]).toMatch(/^The specified upload does not exist\./)
    expect(texts(usual.text, 'EC')).toEqual(['0042-00000104'])
    expect(texts(other.text, 'Message')).toEqual(['Gone & lost'])
  })

  it('travels in a header where there can be no body', async () => {
    const server = await start({ on: 'HeadObject', do: 'refuse', status: 500, code: 'Oops' })
    const { status, headers } = await send(server, { ...GET, method: 'HEAD' })
    expect(status).toBe(500)
    const document = Buffer.from(String(headers['x-oss-err']), 'base64').toString()
    expect(texts(document, 'Code')).toEqual(['Oops'])
  })

  it('may pretend to be a success', async () => {
    const server = await start({ do: 'refuse', status: 200, code: 'InternalError' })
    const { status, text } = await send(server, PUT)
    expect([status, texts(text, 'Code')]).toEqual([200, ['InternalError']])
  })
})

describe('expire token', () => {
  it('is refused as OSS refuses it', async () => {
    const server = await start({ do: 'expire token' })
    const { status, text } = await send(server, PUT)
    expect([status, texts(text, 'Code'), texts(text, 'Message')]).toEqual([
      403,
      ['SecurityTokenExpired'],
      ['The security token you provided has expired.'],
    ])
  })
})

describe('answer', () => {
  it('is what a proxy would say, without a header of OSS', async () => {
    const headers = { 'Content-Type': 'text/html', 'X-Name': '目' }
    const server = await start({ do: 'answer', status: 200, headers, body: '<p>Log in 目' })
    const { text } = await raw(server, PUT, { headers: { connection: 'close' } })
    expect(Buffer.from(text, 'latin1').toString()).toMatch(
      /^HTTP\/1.1 200 OK\r\ncontent-type: text\/html\r\nx-name: 目\r\ncontent-length: 13\r\nConnection: close\r\n\r\n<p>Log in 目$/,
    )
    expect(await stored(server)).toBeUndefined()
  })

  it('may have no body, and point elsewhere', async () => {
    const headers = { location: 'http://elsewhere.test/' }
    const server = await start({ do: 'answer', status: 307, headers })
    expect(await send(server, PUT)).toMatchObject({ status: 307, headers, text: '' })
  })
})

describe('cut', () => {
  it.each([
    ['before the body is read', {}, 'reset'],
    ['within the body', { afterBytes: 100_000 }, 'reset'],
    ['at the end of a body that is shorter', { afterBytes: 2 * MiB }, 'reset'],
    ['in good order before the body', { by: 'end' }, 'end'],
    ['in good order within the body', { by: 'end', afterBytes: 100_000 }, 'end'],
  ] as const)('breaks the connection %s, and nothing is done', async (_, how, end) => {
    const server = await start({ on: 'PutObject', nth: 2, do: 'cut', ...how })
    await send(server, PUT)
    const body = Buffer.alloc(MiB, 'x')
    expect(await raw(server, { ...PUT, body })).toEqual({ text: '', end })
    expect(await stored(server)).toBe('hello')
    expect(server.faults.unused()).toEqual([])
    await eventually(() => server.lines).toHaveLength(3)
    expect(server.lines.join('\n')).toMatch(/^PUT \/b12\/k unanswered \(fault: cut\) \d+ ms /m)
  })
})

describe('stall', () => {
  it.each([0, 100_000])('stops reading after %s bytes and says nothing', async (afterBytes) => {
    const server = await start({ do: 'stall', afterBytes })
    // More than all buffers on the way can hold.
    const body = Buffer.alloc(64 * MiB)
    const connection = raw(server, { ...PUT, body })
    await eventually(() => server.faults.unused()).toEqual([])
    // Time enough for a server that reads.
    await delay(200)
    expect(connection.socket.writableLength).toBeGreaterThan(0)
    await server.close()
    expect(await connection).toEqual({ text: '', end: 'reset' })
  })

  it('does not ask for a body whose client waits to be asked', async () => {
    const server = await start({ do: 'stall' })
    const connection = raw(server, { ...PUT, body: '' }, { headers: { expect: '100-continue' } })
    await eventually(() => server.faults.unused()).toEqual([])
    await server.close()
    expect((await connection).text).toBe('')
  })

  it('ends when the client goes away', async () => {
    const server = await start({ do: 'stall' })
    const connection = raw(server, PUT)
    await eventually(() => server.faults.unused()).toEqual([])
    connection.socket.destroy()
    await eventually(() => server.lines).toHaveLength(1)
    expect(server.lines[0]).toMatch(/unanswered \(fault: stall\)/)
    expect(await stored(server)).toBeUndefined()
  })
})

describe('slow', () => {
  it('reads the body no faster than it was told', async () => {
    const server = await start({ do: 'slow', bytesPerSecond: 50_000 })
    const started = performance.now()
    const body = 'x'.repeat(10_000)
    expect((await send(server, { ...PUT, body })).status).toBe(200)
    expect(performance.now() - started).toBeGreaterThan(190)
    expect(await stored(server)).toBe(body)
  })

  it('does not go on for a client that has left', async () => {
    const server = await start({ do: 'slow', bytesPerSecond: 1 })
    const first = raw(server, PUT)
    await eventually(() => server.faults.unused()).toEqual([])
    first.socket.destroy()
    await eventually(() => server.lines[0]).toMatch(/^PUT .* 400 IncompleteBody \(fault: slow\)/)
    expect(await stored(server)).toBeUndefined()
  })
})

describe('corrupt', () => {
  it('stores other bytes, and tells the truth about them', async () => {
    const server = await start({ do: 'corrupt' })
    const { headers } = await send(server, PUT)
    const md5 = createHash('md5').update('iello').digest('hex').toUpperCase()
    expect(headers.etag).toBe(`"${md5}"`)
    expect(await stored(server)).toBe('iello')
  })

  it('is noticed when the client sent a checksum', async () => {
    const server = await start({ do: 'corrupt' })
    const md5 = createHash('md5').update(PUT.body).digest('base64')
    const { text } = await send(server, { ...PUT, headers: { 'content-md5': md5 } })
    expect(texts(text, 'Code')).toEqual(['InvalidDigest'])
    expect(await stored(server)).toBeUndefined()
  })
})

describe('skew clock', () => {
  it('judges by the wrong clock, and tells it', async () => {
    const ms = 20 * 60_000
    const server = await start({ do: 'skew clock', ms })
    const { status, headers, text } = await send(server, PUT)
    expect([status, texts(text, 'Code')]).toEqual([403, ['RequestTimeTooSkewed']])
    const [serverTime = ''] = texts(text, 'ServerTime')
    for (const time of [serverTime, String(headers.date)]) {
      expect(Math.abs(Date.parse(time) - ms - Date.now())).toBeLessThan(60_000)
    }
    expect((await send(server, PUT)).status).toBe(200)
  })

  it('serves by it while signatures still pass', async () => {
    const ms = -10 * 60_000
    const server = await start({ do: 'skew clock', ms })
    expect((await send(server, PUT)).status).toBe(200)
    const { headers } = await send(server, { ...GET, method: 'HEAD' })
    expect(Date.parse(String(headers['last-modified'])) - Date.now()).toBeLessThan(ms + 1000)
  })
})
