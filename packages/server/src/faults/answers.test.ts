import { describe, expect, it } from 'vitest'
import { rawHead, send } from '../http/test-client.ts'
import { eventually } from './test-eventually.ts'
import { GET, PUT, raw, start, stored } from './test-server.ts'

describe('lose answer', () => {
  it.each(['reset', 'end'] as const)('does the work and says nothing: %s', async (end) => {
    const server = await start({ do: 'lose answer', by: end })
    expect(await raw(server, PUT)).toEqual({ text: '', end })
    expect(await stored(server)).toBe('hello')
  })

  it('gives the bytes back that were to be sent', async () => {
    const server = await start({ on: 'GetObject', do: 'lose answer' })
    await send(server, PUT)
    expect((await raw(server, GET)).text).toBe('')
    expect(await stored(server)).toBe('hello')
  })
})

describe('cut answer', () => {
  it.each([
    [0, 'reset', ''],
    [2, 'reset', 'he'],
    [2, 'end', 'he'],
    [100, 'reset', 'hell'],
  ] as const)('sends the head and %s bytes: %s', async (afterBytes, by, body) => {
    const server = await start({ on: 'GetObject', do: 'cut answer', afterBytes, by })
    await send(server, PUT)
    const { text, end } = await raw(server, GET)
    expect(text).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*content-length: 5\r\n/)
    expect(text.split('\r\n\r\n')[1]).toBe(body)
    // A client in Node may take an RST that comes together with bytes for an end.
    if (by === 'end') expect(end).toBe('end')
    expect(await stored(server)).toBe('hello')
  })

  it('cuts documents, and loses what has no body', async () => {
    const server = await start(
      { on: 'ListBuckets', do: 'cut answer', afterBytes: 10 },
      { on: 'PutObject', do: 'cut answer', afterBytes: 10 },
    )
    const list = await raw(server, { method: 'GET' })
    expect(list.text).toMatch(/content-length: \d{3}\r\n[\s\S]*\r\n\r\n<\?xml vers$/)
    expect(await raw(server, PUT)).toEqual({ text: '', end: 'reset' })
    expect(await stored(server)).toBe('hello')
  })
})

describe('stall answer', () => {
  it('sends so much, and then nothing until the server is closed', async () => {
    const server = await start({ on: 'GetObject', do: 'stall answer', afterBytes: 2 })
    await send(server, PUT)
    let all = ''
    const connection = raw(server, GET, {
      onData: (text) => {
        all = text
      },
    })
    await eventually(() => all).toMatch(/\r\n\r\nhe$/)
    await server.close()
    expect((await connection).text).toBe(all)
  })

  it('does the work and sends nothing at all', async () => {
    const server = await start({ do: 'stall answer' })
    const connection = raw(server, PUT)
    await eventually(() => stored(server)).toBe('hello')
    await server.close()
    expect(await connection).toEqual({ text: '', end: 'reset' })
  })
})

describe('delay answer', () => {
  it('answers later', async () => {
    const server = await start({ do: 'delay answer', ms: 200 })
    const started = performance.now()
    expect((await send(server, PUT)).status).toBe(200)
    expect(performance.now() - started).toBeGreaterThan(190)
  })

  it('does the work at once, and does not keep the server from closing', async () => {
    const server = await start({ do: 'delay answer', ms: 3_600_000 })
    const connection = raw(server, PUT)
    await eventually(() => stored(server)).toBe('hello')
    await server.close()
    expect((await connection).text).toBe('')
  })
})

describe('change answer', () => {
  it('puts headers over those of the answer and takes others away', async () => {
    const headers = { ETag: '"wrong"', 'x-oss-hash-crc64ecma': '1', Date: null, 'x-new': 'é' }
    const server = await start({ do: 'change answer', headers })
    const answer = await send(server, PUT)
    expect(answer).toMatchObject({
      status: 200,
      headers: { etag: '"wrong"', 'x-oss-hash-crc64ecma': '1', 'x-new': 'Ã©' },
    })
    expect(answer.headers).not.toHaveProperty('date')
    expect(answer.headers).toHaveProperty('x-oss-request-id')
    expect(await stored(server)).toBe('hello')
  })

  it('puts another body in the place of the true one', async () => {
    const server = await start({
      on: 'GetObject',
      do: 'change answer',
      status: 206,
      body: '<html>',
    })
    await send(server, PUT)
    expect(await send(server, GET)).toMatchObject({
      status: 206,
      text: '<html>',
      headers: { 'content-length': '6', 'content-type': 'application/octet-stream' },
    })
    expect(await stored(server)).toBe('hello')
  })
})

describe('a connection', () => {
  it('goes on after faults that leave it whole', async () => {
    const server = await start(
      { do: 'refuse', status: 500, code: 'InternalError' },
      { do: 'answer', status: 502, body: 'bad gateway' },
      { do: 'change answer', headers: { etag: null } },
    )
    const connection = raw(server, PUT)
    connection.socket.write(rawHead(server, PUT) + PUT.body)
    connection.socket.write(rawHead(server, PUT, { connection: 'close' }) + PUT.body)
    const { text } = await connection
    const statuses = [...text.matchAll(/HTTP\/1.1 (\d+)/g)].map(([, status]) => status)
    expect(statuses).toEqual(['500', '502', '200'])
    expect(await stored(server)).toBe('hello')
  })
})
