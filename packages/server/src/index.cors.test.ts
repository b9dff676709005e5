import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { send } from './http/test-client.ts'
import { type RunningServer, type ServerOptions, startServer } from './index.ts'
import { texts } from './operations/test-service.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function start(options: ServerOptions): Promise<RunningServer> {
  const server = await startServer(options)
  cleanups.push(() => server.close())
  return server
}

const CORS = { method: 'GET', bucket: 'b12', query: { cors: '' } }
const PAGE = 'http://localhost:5173'

/** The origins that may use the bucket, or the code of the refusal. */
async function origins(server: RunningServer, bucket = 'b12'): Promise<string[]> {
  const { status, text } = await send(server, { ...CORS, bucket })
  return texts(text, status === 200 ? 'AllowedOrigin' : 'Code')
}

describe('startServer with cors', () => {
  it('lets no page in unless it is told to', async () => {
    const server = await start({ buckets: ['b12'] })
    expect(await origins(server)).toEqual(['NoSuchCORSConfiguration'])
  })

  it('gives the rules to the buckets that it creates, and to no later ones', async () => {
    const cors = [{ allowedOrigin: PAGE, allowedMethod: 'PUT' }]
    const server = await start({ buckets: ['b12', 'other'], cors })
    expect([await origins(server), await origins(server, 'other')]).toEqual([[PAGE], [PAGE]])
    await send(server, { method: 'PUT', bucket: 'later' })
    expect(await origins(server, 'later')).toEqual(['NoSuchCORSConfiguration'])
  })

  it('gives them to a bucket of an earlier run, unless that has others, and says so', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'oss-local-test-'))
    cleanups.push(() => rm(dir, { recursive: true, force: true }))
    const first = await start({ dir, buckets: ['b12', 'own'] })
    const body =
      '<CORSConfiguration><CORSRule><AllowedOrigin>http://own.test</AllowedOrigin>' +
      '<AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>'
    await send(first, { ...CORS, method: 'PUT', bucket: 'own', body })
    await first.close()

    const lines: string[] = []
    const log = (line: string) => lines.push(line)
    const second = await start({ dir, buckets: ['b12', 'own'], cors: true, log })
    expect(lines).toEqual([
      expect.stringMatching(/^The bucket own keeps the CORS rules that it has/),
    ])
    expect(await origins(second)).toContain('http://localhost:*')
    expect(await origins(second, 'own')).toEqual(['http://own.test'])
    await second.close()

    lines.length = 0
    await start({ dir, buckets: ['b12'], cors: true, log })
    expect(lines).toEqual([])
  })

  it('says that there must be a bucket, and what OSS does not take', async () => {
    await expect(startServer({ cors: true })).rejects.toThrow('name one')
    const cors = [{ allowedOrigin: '*', allowedMethod: 'TRACE' }]
    await expect(startServer({ buckets: ['b12'], cors })).rejects.toMatchObject({
      code: 'InvalidArgument',
    })
  })
})

describe('the answer to a page of another origin', () => {
  const object = { bucket: 'b12', key: 'k', headers: { origin: PAGE } }
  const seen = { 'access-control-allow-origin': PAGE }

  it('can be read by it, whatever the answer is', async () => {
    const server = await start({ buckets: ['b12'], cors: true })
    const put = await send(server, { method: 'PUT', ...object, body: 'x' })
    expect(put).toMatchObject({ status: 200, headers: seen })
    expect(put.headers['access-control-expose-headers']).toMatch(/^ETag, /)
    for (const method of ['GET', 'HEAD']) {
      expect(await send(server, { method, ...object })).toMatchObject({
        status: 200,
        headers: seen,
      })
      const missing = await send(server, { method, ...object, key: 'missing' })
      expect(missing).toMatchObject({ status: 404, headers: seen })
      const stranger = { ...server, accessKeySecret: 'guessed' }
      expect(await send(stranger, { method, ...object })).toMatchObject({
        status: 403,
        headers: seen,
      })
    }
    const unserved = await send(server, { method: 'GET', ...object, query: { tagging: '' } })
    expect(unserved).toMatchObject({ status: 501, headers: seen })
  })

  it('is no different, but cannot be read, where no rule allows it', async () => {
    const server = await start({ buckets: ['b12'], cors: true })
    const headers = { origin: 'http://other.test' }
    const put = await send(server, { method: 'PUT', ...object, headers, body: 'x' })
    expect(put.status).toBe(200)
    expect(Object.keys(put.headers).join()).not.toContain('access-control')
    const get = await send(server, { method: 'GET', ...object, headers: {} })
    expect(get.text).toBe('x')
    expect(Object.keys(get.headers).join()).not.toContain('access-control')
  })

  it('is about a name that no bucket has, however long that is', async () => {
    const server = await start({ buckets: ['b12'], cors: true })
    const bucket = 'x'.repeat(5_000)
    const answer = await send(server, { method: 'GET', ...object, bucket })
    expect([answer.status, texts(answer.text, 'Code')]).toEqual([400, ['InvalidBucketName']])
    const headers = { origin: PAGE, 'access-control-request-method': 'PUT' }
    const preflight = await send(server, { method: 'OPTIONS', ...object, bucket, headers })
    expect([preflight.status, texts(preflight.text, 'Code')]).toEqual([400, ['InvalidBucketName']])
  })

  it('can be read as well when a test ordered the error, if it is one of OSS', async () => {
    const server = await start({ buckets: ['b12'], cors: true, faults: true })
    server.faults.add(
      { on: 'PutObject', do: 'refuse', status: 503, code: 'SlowDown' },
      { on: 'PutObject', do: 'expire token' },
      { on: 'PutObject', do: 'answer', status: 502, body: 'a proxy' },
      {
        on: 'PutObject',
        do: 'change answer',
        headers: { 'access-control-expose-headers': null },
      },
    )
    const put = () => send(server, { method: 'PUT', ...object, body: 'x' })
    expect(await put()).toMatchObject({ status: 503, headers: seen })
    expect(await put()).toMatchObject({ status: 403, headers: seen })
    const proxy = await put()
    expect([proxy.status, proxy.headers['access-control-allow-origin']]).toEqual([502, undefined])
    const unexposed = await put()
    expect(unexposed).toMatchObject({ status: 200, headers: seen })
    expect(unexposed.headers['access-control-expose-headers']).toBeUndefined()
  })
})
