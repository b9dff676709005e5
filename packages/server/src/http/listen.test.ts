import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { CorsHeaders } from '../operations/cors-headers.ts'
import { OssError } from '../protocol/errors.ts'
import { parseQuery } from '../protocol/query.ts'
import type { Reply } from '../protocol/reply.ts'
import type { OssRequest } from '../protocol/request.ts'
import { listen } from './listen.ts'
import { exchange } from './test-client.ts'

const KEYS = { accessKeyId: '', accessKeySecret: '' }
const open: { close(): Promise<void> }[] = []
afterEach(() => Promise.all(open.splice(0).map((server) => server.close())))

/** A server whose operations are `service`. */
async function serve(
  service: (request: OssRequest) => Promise<Reply>,
  corsHeaders: CorsHeaders = async () => ({}),
) {
  const lines: string[] = []
  const server = await listen(
    { port: 0, host: '127.0.0.1' },
    {
      service,
      corsHeaders,
      now: () => Date.UTC(2026, 0, 2, 3, 4, 5),
      log: (line) => lines.push(line),
    },
  )
  open.push(server)
  return { ...server, ...KEYS, lines }
}

const ok = (body?: Reply['body']): Reply => ({
  status: 200,
  headers: {},
  ...(body === undefined ? {} : { body }),
})

async function readAll({ body }: OssRequest): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const GET = 'GET /b/k HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'

describe('listen', () => {
  it('hands the request over as it came', async () => {
    let seen: OssRequest | undefined
    const server = await serve(async (request) => {
      seen = request
      return ok()
    })
    await exchange(
      server,
      Buffer.from(
        'GET /b/../%2e//k?a=%2F&b HTTP/1.1\r\nHost: X:1\r\nX-Oss-Meta-A: 目\r\n' +
          'x-oss-meta-a: two\r\nContent-Type: a\r\nConnection: close\r\n\r\n',
      ),
    )
    expect(seen).toMatchObject({ method: 'GET', path: '/b/../%2e//k' })
    expect(seen?.query.pairs).toEqual(parseQuery('a=%2F&b').pairs)
    expect(Object.fromEntries(seen?.headers ?? [])).toEqual({
      host: 'X:1',
      'x-oss-meta-a': `${Buffer.from('目').toString('latin1')},two`,
      'content-type': 'a',
      connection: 'close',
    })
  })

  it('takes the absolute form of proxies', async () => {
    const server = await serve(async ({ path }) => ok(Buffer.from(path)))
    const answer = await exchange(server, GET.replace('/b/k', 'http://oss.test:80/b/k?x'))
    expect(answer).toMatch(/\r\n\r\n\/b\/k$/)
  })

  it('puts the common headers on every answer', async () => {
    const server = await serve(async () => ok(Buffer.from('body')))
    const answer = await exchange(server, GET)
    expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n/)
    expect(answer).toContain('content-length: 4\r\n')
    expect(answer).toContain('server: AliyunOSS\r\n')
    expect(answer).toContain('date: Fri, 02 Jan 2026 03:04:05 GMT\r\n')
    expect(answer).toMatch(/x-oss-request-id: [0-9A-F]{24}\r\n/)
    expect(answer).toMatch(/x-oss-server-time: \d+\r\n/)
  })

  it.each([
    ['is served', async () => ok(Buffer.from('body')), 200],
    ['is refused', async () => Promise.reject(new OssError('NoSuchKey')), 404],
    ['meets a bug', async () => Promise.reject(new TypeError('a bug')), 500],
  ])('puts CORS headers on the answer when a request %s', async (_what, service, status) => {
    const server = await serve(service, async ({ headers }) => ({
      'access-control-allow-origin': headers.get('origin') ?? '',
    }))
    for (const method of ['GET', 'HEAD']) {
      const request = GET.replace('GET', method).replace('Host', 'Origin: http://a.test\r\nHost')
      const answer = await exchange(server, request)
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
      expect(answer).toContain('\r\naccess-control-allow-origin: http://a.test\r\n')
    }
  })

  it('reads the CORS rules before the request can change them', async () => {
    let rules = 'before'
    const server = await serve(
      async () => {
        rules = 'after'
        return ok()
      },
      async () => ({ 'access-control-allow-origin': rules }),
    )
    expect(await exchange(server, GET)).toContain('access-control-allow-origin: before\r\n')
  })

  it('answers with 500 where the CORS rules cannot be read', async () => {
    const server = await serve(
      async () => ok(),
      async () => Promise.reject(new Error('damaged')),
    )
    expect(await exchange(server, GET)).toMatch(/^HTTP\/1.1 500 /)
    expect(server.lines[0]).toContain('InternalError Error: damaged')
  })

  it('answers a bug with 500, writes it down, and goes on', async () => {
    let isBroken = true
    const server = await serve(async () => {
      if (isBroken) throw new TypeError('a bug')
      return ok()
    })
    const answer = await exchange(server, GET.replace('k', 'k?Signature=secret'))
    expect(answer).toMatch(/^HTTP\/1.1 500 /)
    expect(answer).toContain('<Code>InternalError</Code>')
    expect(answer).not.toContain('a bug')
    expect(server.lines).toHaveLength(1)
    expect(server.lines[0]).toMatch(
      /^GET \/b\/k 500 InternalError TypeError: a bug \| at .* \d+ ms [0-9A-F]{24}$/,
    )
    isBroken = false
    expect(await exchange(server, GET)).toMatch(/^HTTP\/1.1 200 /)
  })

  it('survives a log that throws', async () => {
    const server = await serve(async () => ok())
    server.lines.push = () => {
      throw new Error('disk full')
    }
    await exchange(server, GET)
    delete (server.lines as { push?: unknown }).push
    expect(await exchange(server, GET)).toMatch(/^HTTP\/1.1 200 /)
  })

  it('cuts the connection when the bytes of an answer cannot be read to the end', async () => {
    const server = await serve(async () => ({
      status: 200,
      headers: { 'content-length': '10' },
      body: (async function* () {
        yield Buffer.from('01234')
        await delay(20)
        throw new Error('bad disk')
      })(),
    }))
    expect(await exchange(server, GET)).toMatch(/\r\n\r\n01234$/)
    expect(await exchange(server, GET)).toMatch(/\r\n\r\n01234$/)
    expect(server.lines[0]).toMatch(/^GET \/b\/k 200 cut off: InternalError Error: bad disk \| at /)
  })

  it('gives the stream of an answer back when the client leaves', async () => {
    let isReturned = false
    const server = await serve(async () => ({
      status: 200,
      headers: { 'content-length': '1000000000' },
      body: (async function* () {
        try {
          for (;;) yield Buffer.alloc(65536)
        } finally {
          isReturned = true
        }
      })(),
    }))
    await exchange(server, GET, (socket) => socket.once('data', () => socket.destroy()))
    while (!isReturned) await delay(5)
  })

  it('reads no faster than a slow client takes', async () => {
    let given = 0
    const server = await serve(async () => ({
      status: 200,
      headers: { 'content-length': '1000000000' },
      body: (async function* () {
        for (;;) {
          given += 65536
          yield Buffer.alloc(65536)
        }
      })(),
    }))
    const done = exchange(server, GET, (socket) => {
      socket.pause()
      setTimeout(() => socket.destroy(), 200)
    })
    await done
    expect(given).toBeLessThan(50_000_000)
  })

  it.each([0, 1])('shows a refusal after %s chunks to a client that sends on', async (chunks) => {
    const server = await serve(async ({ body }) => {
      const reader = body[Symbol.asyncIterator]()
      for (let read = 0; read < chunks; read++) await reader.next()
      await reader.return?.()
      return { status: 403, headers: {}, body: Buffer.from('no') }
    })
    const size = 8 * 1024 * 1024
    const head = `PUT /b/k HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${size}\r\n\r\n`
    let isAllSent = false
    const answer = await exchange(server, head, (socket) => {
      socket.write(Buffer.alloc(size), (error) => {
        isAllSent = !error
      })
    })
    expect(answer).toMatch(/^HTTP\/1.1 403 [\s\S]*no$/)
    expect(isAllSent).toBe(true)
  })

  it('answers at once, before the body of what it refuses has come', async () => {
    const server = await serve(async () => ok(Buffer.from('early')))
    const head = 'PUT /b/k HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n'
    const answer = await exchange(server, head, (socket) => {
      socket.once('data', () => socket.destroy())
    })
    expect(answer).toMatch(/early$/)
  })

  it('asks for the body of a client that waits for it, only when it is wanted', async () => {
    const server = await serve(async (request) =>
      request.path === '/take' ? ok(await readAll(request)) : ok(Buffer.from('refused')),
    )
    const head = (path: string) =>
      `PUT ${path} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n`
    const taken = await exchange(server, head('/take'), (socket) => {
      socket.once('data', () => {
        socket.write('body')
        socket.once('data', () => socket.end())
      })
    })
    expect(taken).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK[\s\S]*body$/)
    const refused = await exchange(server, head('/leave'))
    expect(refused).toMatch(/^HTTP\/1.1 200 OK[\s\S]*connection: close[\s\S]*refused$/i)
  })

  it('answers one request after the other on one connection, with unread bodies between', async () => {
    const server = await serve(async ({ path }) => ok(Buffer.from(path)))
    const put = (path: string) => `PUT ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc`
    const answer = await exchange(server, put('/one') + put('/two') + GET)
    const bodies = [...answer.matchAll(/\r\n\r\n\/(one|two|b)/g)].map(([, body]) => body)
    expect(bodies).toEqual(['one', 'two', 'b'])
  })

  it.each([
    [
      'a body that ends early',
      'PUT /k HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc',
      400,
      'IncompleteBody',
    ],
    ['garbage', 'hello\r\n\r\n', 400, 'BadRequest'],
    [
      'two lengths',
      'PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx',
      400,
      'BadRequest',
    ],
    [
      'length and chunks',
      'PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'BadRequest',
    ],
    [
      'a negative length',
      'PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n',
      400,
      'BadRequest',
    ],
    ['no host', 'GET / HTTP/1.1\r\n\r\n', 400, 'InvalidRequest'],
    ['a query that is no UTF-8', 'GET /?a=%ff HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'InvalidArgument'],
    [
      'endless headers',
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`,
      431,
      'InvalidRequest',
    ],
    [
      'an endless path',
      `GET /${'x'.repeat(40_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      431,
      'InvalidRequest',
    ],
  ])('refuses %s', async (_what, bytes, status, code) => {
    const server = await serve(async (request) => ok(await readAll(request)))
    const answer = await exchange(server, bytes, (socket) => socket.end())
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(answer).toContain(`<Code>${code}</Code>`)
    expect(answer).toMatch(/x-oss-request-id: [0-9A-F]{24}\r\n/)
  })

  it('sees more headers than Node would keep by default', async () => {
    const server = await serve(async ({ headers }) => ok(Buffer.from(String(headers.size))))
    const lines = Array.from({ length: 2500 }, (_, index) => `x${index}:1\r\n`).join('')
    const answer = await exchange(server, GET.replace('\r\n\r\n', `\r\n${lines}\r\n`))
    expect(answer).toMatch(/\r\n\r\n2502$/)
  })

  it('answers a whole request before it complains of what follows', async () => {
    const server = await serve(async (request) => ok(await readAll(request)))
    const put = 'PUT /k HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc'
    const answer = await exchange(server, `${put}EXTRA BYTES\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1.1 200 OK[\s\S]*abcHTTP\/1.1 400 Bad Request/)
  })

  it('rejects when the port is taken', async () => {
    const server = await serve(async () => ok())
    const second = listen(
      { port: server.port, host: '127.0.0.1' },
      { service: async () => ok(), corsHeaders: async () => ({}), now: Date.now, log: () => {} },
    )
    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})

describe('close', () => {
  it('lets requests under way end, and takes no new ones', async () => {
    let finish = () => {}
    const server = await serve(async () => {
      await new Promise<void>((resolve) => {
        finish = resolve
      })
      return ok(Buffer.from('done'))
    })
    const answer = exchange(server, GET.replace('Connection: close\r\n', ''))
    await delay(50)
    const closed = server.close()
    expect(await exchange(server, GET)).toBe('')
    finish()
    expect(await answer).toMatch(/^HTTP\/1.1 200 OK[\s\S]*connection: close[\s\S]*done$/i)
    await closed
  })

  it('does not wait for idle connections', async () => {
    const server = await serve(async () => ok())
    let isAnswered = false
    const idle = exchange(server, GET.replace('Connection: close\r\n', ''), (socket) => {
      socket.once('data', () => {
        isAnswered = true
      })
    })
    while (!isAnswered) await delay(5)
    const started = performance.now()
    await server.close()
    await idle
    expect(performance.now() - started).toBeLessThan(1000)
  })

  it('waits for work whose client has left', async () => {
    let isDone = false
    const server = await serve(async () => {
      await delay(150)
      isDone = true
      return ok()
    })
    await exchange(server, GET, (socket) => setTimeout(() => socket.destroy(), 50))
    await server.close()
    expect(isDone).toBe(true)
  })

  it('cuts what does not end', async () => {
    const server = await serve(async (request) => ok(await readAll(request)))
    const head = 'PUT /k HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc'
    const stuck = exchange(server, head)
    await delay(50)
    await server.close()
    expect(await stuck).toBe('')
  })
})
