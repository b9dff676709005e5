import { afterEach, describe, expect, it } from 'vitest'
import { exchange, send } from '../http/test-client.ts'
import { type RunningServer, type ServerOptions, startServer } from '../index.ts'
import { texts } from '../operations/test-service.ts'
import { testRequest } from '../protocol/test-request.ts'
import { createControl } from './control.ts'
import { createScript } from './script.ts'
import { eventually } from './test-eventually.ts'

const TOKEN = 'a-secret-of-the-test'
const open: RunningServer[] = []
afterEach(() => Promise.all(open.splice(0).map((server) => server.close())))

async function start(faults: ServerOptions['faults'] = { token: TOKEN }) {
  const lines: string[] = []
  const log = (line: string) => lines.push(line)
  const server = await startServer({ buckets: ['b12'], faults, log })
  open.push(server)
  return { ...server, lines }
}

interface Order {
  readonly method?: string
  readonly body?: string | Uint8Array
  readonly token?: string | undefined
}

async function order({ url }: RunningServer, { method = 'POST', body, token = TOKEN }: Order = {}) {
  const init = { method, headers: { 'x-faults-token': token } }
  const answer = await fetch(`${url}/-/faults`, body === undefined ? init : { ...init, body })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, text, json: () => JSON.parse(text) }
}

const CUT = { on: 'PutObject', do: 'cut' } as const
const REFUSE = { do: 'refuse', status: 503, code: 'SlowDown' } as const

describe('the faults over HTTP', () => {
  it('can be ordered in many words', async () => {
    const server = await start()
    const key = 'k'.repeat(200)
    const many = Array.from({ length: 4000 }, (_, at) => ({ ...CUT, key: `${at}${key}` }))
    const ordered = await order(server, { body: JSON.stringify(many) })
    expect(ordered.json()).toEqual({ unused: many })
  })

  it('can be ordered, asked for, and forgotten', async () => {
    const server = await start()
    const ordered = await order(server, { body: JSON.stringify([CUT, REFUSE]) })
    expect(ordered.status).toBe(200)
    expect(ordered.headers.get('content-type')).toBe('application/json')
    expect(ordered.json()).toEqual({ unused: [CUT, REFUSE] })
    expect((await send(server, { method: 'GET' })).status).toBe(503)
    expect((await order(server, { method: 'GET' })).json()).toEqual({ unused: [CUT] })
    expect(server.faults.unused()).toEqual([CUT])
    expect((await order(server, { method: 'DELETE' })).json()).toEqual({ unused: [] })
    expect((await send(server, { method: 'GET' })).status).toBe(200)
  })

  it('are not themselves subject to faults', async () => {
    const server = await start()
    server.faults.add({ ...REFUSE, times: 'always' })
    expect((await order(server, { method: 'DELETE' })).status).toBe(200)
  })

  it.each(['', 'wrong', TOKEN.slice(1), `${TOKEN}x`, undefined])(
    'are refused to whoever has the token %j',
    async (token) => {
      const server = await start()
      const url = `${server.url}/-/faults`
      const headers = token === undefined ? {} : { 'x-faults-token': token }
      for (const method of ['POST', 'GET', 'DELETE']) {
        const answer = await fetch(url, { method, headers })
        expect(answer.status).toBe(403)
        expect(await answer.json()).toEqual({
          error: 'The header x-faults-token must have the token of this oss-local.',
        })
      }
    },
  )

  it('are refused to other machines, even with the token', async () => {
    const control = createControl({
      token: TOKEN,
      script: createScript(),
      names: { hosts: ['localhost'], cnames: new Map() },
    })
    const request = testRequest({ url: '/-/faults', headers: { 'x-faults-token': TOKEN } })
    const { signal: gone } = new AbortController()
    const replyTo = (peer: string) =>
      control.reply(request, { requestId: '', gone, cut: async () => {}, peer })
    expect((await replyTo('127.0.0.1')).status).toBe(200)
    for (const peer of ['10.0.0.1', '192.168.1.7', '2001:db8::1', '']) {
      const { status, body } = await replyTo(peer)
      expect(status).toBe(403)
      expect(String(body)).toBe(
        '{"error":"Faults can be ordered on the machine of oss-local alone."}\n',
      )
    }
  })

  it.each([
    ['[{ "do": "cut" }, { "do": "cut", "by": "x" }]', /^`faults\[1\]\.by` must be .*: got 'x'$/],
    ['{ "do": "cut" }', /^The body must be a list of faults/],
    ['', /^The body must be JSON/],
    ['[{]', /^The body must be JSON/],
    [Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]), /^The body must be JSON, in UTF-8$/],
    [`[${' '.repeat(1024 * 1024)}]`, /^The body must not be longer than 1048576 bytes$/],
  ])('are refused with the reason when they cannot be followed: %.50s', async (body, reason) => {
    const server = await start()
    const { status, json } = await order(server, { body })
    expect(status).toBe(400)
    expect(json()).toEqual({ error: expect.stringMatching(reason) })
    expect(server.faults.unused()).toEqual([])
  })

  it('know three methods', async () => {
    const { status, headers } = await order(await start(), { method: 'PUT' })
    expect([status, headers.get('allow')]).toEqual([405, 'POST, GET, DELETE'])
  })

  it('leave the token out of the log', async () => {
    const server = await start()
    await order(server, { body: '[]' })
    await order(server, { body: '[]', token: `${TOKEN}x` })
    await eventually(() => server.lines).toHaveLength(2)
    expect(server.lines[0]).toMatch(/^POST \/-\/faults 200 \d+ ms /)
    expect(server.lines[1]).toMatch(/^POST \/-\/faults 403 \d+ ms /)
    expect(server.lines.join()).not.toContain(TOKEN)
  })

  it.each([false, true, undefined])('do not exist with `faults: %s`', async (faults) => {
    const server = await start(faults ?? false)
    const before = await fetch(`${server.url}/-/bucket`)
    expect([before.status, texts(await before.text(), 'Code')]).toEqual([
      400,
      ['InvalidBucketName'],
    ])
    for (const method of ['POST', 'GET', 'DELETE', 'PUT']) {
      const body = method === 'GET' ? {} : { body: '[{ "do": "cut" }]' }
      const answer = await order(server, { method, ...body })
      expect([answer.status, texts(answer.text, 'Code')]).toEqual([400, ['InvalidBucketName']])
    }
  })

  it('are an object like any other below a host name that names a bucket', async () => {
    const server = await start()
    const get = (host: string) =>
      exchange(
        server,
        `GET /-/faults HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nx-faults-token: ${TOKEN}\r\n\r\n`,
      )
    expect(await get('b12.localhost')).toMatch(/^HTTP\/1.1 403 [\s\S]*<Code>AccessDenied<\/Code>/)
    expect(await get('localhost')).toMatch(/^HTTP\/1.1 200 [\s\S]*\{"unused":\[\]\}\n$/)
  })

  it.each<unknown>(['', 'with space', 'ümlaut', 5, undefined])(
    'need a token that a header can carry: not %j',
    async (token) => {
      const faults = { token } as { token: string }
      await expect(startServer({ faults })).rejects.toThrow(
        'The token for faults must be letters, digits and signs without spaces',
      )
    },
  )
})
