import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { exchange, rawHead, send } from './http/test-client.ts'
import { DEVELOPMENT_KEY, type RunningServer, type ServerOptions, startServer } from './index.ts'
import { texts } from './operations/test-service.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function start(options: ServerOptions = {}): Promise<RunningServer> {
  const server = await startServer({ buckets: ['b12'], ...options })
  cleanups.push(() => server.close())
  return server
}

async function temporaryFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'oss-local-test-'))
  cleanups.push(() => rm(dir, { recursive: true, force: true }))
  return dir
}

const KEY = { bucket: 'b12', key: 'k' }

describe('startServer', () => {
  it('serves the development key on a free port of this machine', async () => {
    const server = await start()
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`)
    expect(server).toMatchObject(DEVELOPMENT_KEY)
    const { status, text } = await send(server, { method: 'GET' })
    expect(status).toBe(200)
    expect(texts(text, 'Name')).toEqual(['b12'])
  })

  it.each([
    '目录/😀 %2F+ a&b.bin',
    'a//b',
    '../x',
    '.',
    '..',
    'folder/',
    '__proto__',
    'a?b#c',
    '\0',
  ])('keeps the key %j as it is', async (key) => {
    const server = await start()
    const object = { bucket: 'b12', key }
    expect((await send(server, { method: 'PUT', ...object, body: key })).status).toBe(200)
    expect((await send(server, { method: 'GET', ...object })).text).toBe(key)
    const query = { 'encoding-type': 'url' }
    const { text } = await send(server, { method: 'GET', bucket: 'b12', query })
    expect(texts(text, 'Key').map(decodeURIComponent)).toEqual([key])
  })

  it('streams what is larger than its buffers, both ways', async () => {
    const server = await start()
    const body = randomBytes(5 * 1024 * 1024 + 7)
    const { headers } = await send(server, { method: 'PUT', ...KEY, body })
    const md5 = createHash('md5').update(body).digest('hex').toUpperCase()
    expect(headers.etag).toBe(`"${md5}"`)
    const get = await send(server, { method: 'GET', ...KEY })
    expect(get.bytes.equals(body)).toBe(true)
    const range = { range: 'bytes=1048570-4194309' }
    const part = await send(server, { method: 'GET', ...KEY, headers: range })
    expect(part.bytes.equals(body.subarray(1048570, 4194310))).toBe(true)
  })

  it('gives metadata back byte for byte, with and without a body', async () => {
    const server = await start()
    const headers = {
      'x-oss-meta-name': '目录 é',
      'content-disposition': 'attachment; filename="目"',
    }
    const raw = (method: string, request = {}) => {
      const head = rawHead(server, { method, ...KEY, ...request }, { connection: 'close' })
      return exchange(server, Buffer.from(`${head}x`, 'latin1'))
    }
    // By hand: Node's own client does not send the bytes of a content-disposition as they are.
    await raw('PUT', { headers, body: 'x' })
    for (const method of ['GET', 'HEAD']) {
      const answer = Buffer.from(await raw(method), 'latin1').toString()
      for (const [name, value] of Object.entries(headers)) {
        expect(answer).toContain(`${name}: ${value}\r\n`)
      }
    }
  })

  it('addresses buckets by host name, at further service hosts and custom domains', async () => {
    const server = await start({ hosts: ['oss.test'], cnames: { 'Files.example.com': 'b12' } })
    await send(server, {
      method: 'PUT',
      ...KEY,
      headers: { 'x-oss-object-acl': 'public-read' },
      body: 'here',
    })
    for (const host of ['b12.oss.test', 'b12.localhost:80', 'files.example.com']) {
      const request = `GET /k HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`
      expect(await exchange(server, request)).toMatch(/\r\n\r\nhere$/)
    }
  })

  it('names its region in answers', async () => {
    const server = await start({ region: 'eu-central-1' })
    const { text } = await send(server, { method: 'GET', bucket: 'b12', query: { location: '' } })
    expect(texts(text, 'LocationConstraint')).toEqual(['oss-eu-central-1'])
  })

  it('takes its time from the clock it is given', async () => {
    const server = await start({ clock: () => Date.now() + 16 * 60_000 })
    const { status, text, headers } = await send(server, { method: 'GET', ...KEY })
    expect([status, texts(text, 'Code')]).toEqual([403, ['RequestTimeTooSkewed']])
    expect(Date.parse(String(headers.date)) - Date.now()).toBeGreaterThan(15 * 60_000)
  })

  it('accepts only the keys it is given', async () => {
    const accessKeys = [{ accessKeyId: 'mine', accessKeySecret: 'hush' }]
    const server = await start({ accessKeys })
    expect((await send(server, { method: 'GET' })).status).toBe(200)
    const other = await send({ ...server, ...DEVELOPMENT_KEY }, { method: 'GET' })
    expect(texts(other.text, 'Code')).toEqual(['InvalidAccessKeyId'])
  })

  it('writes a line for each request, without what could sign another', async () => {
    const lines: string[] = []
    const server = await start({ log: (line) => lines.push(line) })
    await send(server, { method: 'PUT', ...KEY, query: { Expires: '1' }, body: 'x' })
    await exchange(
      server,
      'GET /b12/k?OSSAccessKeyId=a&Expires=1&Signature=s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    )
    expect(lines).toHaveLength(2)
    expect(lines[0]).toMatch(/^PUT \/b12\/k 200 \d+ ms [0-9A-F]{24}$/)
    expect(lines[1]).toMatch(/^GET \/b12\/k 403 InvalidAccessKeyId \d+ ms [0-9A-F]{24}$/)
  })

  it('refuses a bucket name that is none, before anything is created', async () => {
    await expect(startServer({ buckets: ['No'] })).rejects.toMatchObject({
      code: 'InvalidBucketName',
    })
  })

  it('posts upload callbacks to this machine', async () => {
    const posts: string[] = []
    const application = createServer((request, response) => {
      request.setEncoding('utf8').on('data', (chunk) => {
        posts.push(`${request.method} ${request.url} ${request.headers.host} ${chunk}`)
      })
      request.on('end', () => response.end('{"ok":1}'))
    })
    await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve))
    cleanups.push(async () => void application.close())
    // A TCP server's address is an object.
    const { port } = application.address() as AddressInfo
    const fields = {
      callbackUrl: `127.0.0.1:${port}/cb`,
      callbackHost: 'app',
      callbackBody: 's=${size}',
    }
    const headers = { 'x-oss-callback': Buffer.from(JSON.stringify(fields)).toString('base64') }
    const server = await start()
    const answer = await send(server, { method: 'PUT', ...KEY, headers, body: 'abc' })
    expect(answer).toMatchObject({ status: 200, text: '{"ok":1}' })
    expect(posts).toEqual(['POST /cb app s=3'])
  })
})

describe('a body that does not arrive as announced', () => {
  const put = { method: 'PUT', ...KEY }

  it.each([
    ['ends early', (socket: { end(): void }) => socket.end()],
    ['is cut off', (socket: { resetAndDestroy(): void }) => socket.resetAndDestroy()],
  ])('leaves nothing when it %s', async (_what, breakOff) => {
    const dir = await temporaryFolder()
    const server = await start({ dir })
    await send(server, { ...put, body: 'earlier' })
    const before = await countFiles(dir)
    const head = rawHead(server, put, { 'content-length': '1000000' })
    await exchange(server, head + 'x'.repeat(70_000), breakOff)
    expect((await send(server, { method: 'GET', ...KEY })).text).toBe('earlier')
    for (let tries = 0; (await countFiles(dir)) > before && tries < 100; tries++) await delay(10)
    expect(await countFiles(dir)).toBe(before)
  })

  it('is taken up to its length, and what follows is refused', async () => {
    const server = await start()
    const head = rawHead(server, put, { 'content-length': '3' })
    const answer = await exchange(server, `${head}abcEXTRA\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1.1 200 OK[\s\S]*HTTP\/1.1 400 Bad Request/)
    expect((await send(server, { method: 'GET', ...KEY })).text).toBe('abc')
  })

  it('may come in chunks', async () => {
    const server = await start()
    const { 'content-length': _, ...chunked } = {
      'transfer-encoding': 'chunked',
      'content-length': '',
    }
    const head = rawHead(server, put, { ...chunked, connection: 'close' }).replace(
      /content-length: 0\r\n/,
      '',
    )
    await exchange(server, `${head}3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n`)
    expect((await send(server, { method: 'GET', ...KEY })).text).toBe('abcde')
  })
})

describe('close', () => {
  it('removes the temporary folder, once however often it is called', async () => {
    const before = await temporaryFolders()
    const server = await start()
    const [folder = ''] = (await temporaryFolders()).filter((name) => !before.includes(name))
    expect(folder).not.toBe('')
    await Promise.all([server.close(), server.close()])
    await server.close()
    expect(existsSync(join(tmpdir(), folder))).toBe(false)
  })

  it('keeps a given folder, from which the next server goes on', async () => {
    const dir = await temporaryFolder()
    const first = await start({ dir })
    await send(first, { method: 'PUT', ...KEY, headers: { 'x-oss-meta-a': 'b' }, body: 'kept' })
    const begun = await send(first, { method: 'POST', ...KEY, key: 'up', query: { uploads: '' } })
    const [uploadId = ''] = texts(begun.text, 'UploadId')
    const part = { ...KEY, key: 'up', query: { uploadId, partNumber: '1' } }
    await send(first, { method: 'PUT', ...part, body: 'part' })
    await first.close()

    const second = await start({ dir, buckets: [] })
    const get = await send(second, { method: 'GET', ...KEY })
    expect([get.text, get.headers['x-oss-meta-a']]).toEqual(['kept', 'b'])
    const complete = {
      ...part,
      query: { uploadId },
      headers: { 'x-oss-complete-all': 'yes' },
    }
    expect((await send(second, { method: 'POST', ...complete })).status).toBe(200)
    expect((await send(second, { method: 'GET', bucket: 'b12', key: 'up' })).text).toBe('part')
  })
})

async function countFiles(dir: string): Promise<number> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).length
}

async function temporaryFolders(): Promise<string[]> {
  return (await readdir(tmpdir())).filter((name) => /^oss-local-[^t]/.test(name))
}
