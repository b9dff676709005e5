import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { send } from './http/test-client.ts'
import { DEVELOPMENT_KEY } from './index.ts'

const HERE = fileURLToPath(new URL('.', import.meta.url))
let folder = ''
let program = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oss-local-test-'))
  program = join(folder, 'dist', 'main.js')
  await build({
    entryPoints: [join(HERE, 'main.ts')],
    outfile: program,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
  })
  await writeFile(join(folder, 'package.json'), '{"type":"module","version":"1.2.3"}')
  await symlink(join(HERE, '../../../node_modules'), join(folder, 'node_modules'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

/** The program with `argv`, in its own folder. */
function run(...argv: string[]) {
  const child = spawn(process.execPath, [program, ...argv], { cwd: folder })
  children.push(child)
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, out, err }))
  })
  const ready = new Promise<number>((resolve) => {
    child.stdout.on('data', () => {
      const port = /:(\d+)/.exec(out)?.[1]
      if (port !== undefined) resolve(Number(port))
    })
  })
  return { child, ended, ready }
}

describe('oss-local', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'says where it listens, and ends by %s',
    async (signal) => {
      const { child, ready, ended } = run('--port', '0', '--bucket', 'b12', '--dir', 'data')
      const server = { port: await ready, ...DEVELOPMENT_KEY }
      const put = { method: 'PUT', bucket: 'b12', key: 'k', body: 'x' }
      expect((await send(server, put)).status).toBe(200)
      expect(existsSync(join(folder, 'data'))).toBe(true)
      child.kill(signal)
      const { code, out, err } = await ended
      expect(code).toBe(0)
      expect(out).toBe(
        `oss-local listens on http://127.0.0.1:${server.port}, access key id ${DEVELOPMENT_KEY.accessKeyId}\n`,
      )
      expect(err).toMatch(/^PUT \/b12\/k 200 \d+ ms [0-9A-F]{24}\n$/)
    },
  )

  it('never prints a secret', async () => {
    const { child, ready, ended } = run('--port', '0', '--access-key', 'id:hush', '--dir', 'secret')
    const server = { port: await ready, accessKeyId: 'id', accessKeySecret: 'hush' }
    expect((await send(server, { method: 'GET' })).status).toBe(200)
    expect((await send({ ...server, accessKeySecret: 'no' }, { method: 'GET' })).status).toBe(403)
    child.kill()
    const { out, err } = await ended
    expect(out).toContain('access key id id\n')
    expect(out + err).not.toContain('hush')
  })

  it('lets failures be ordered by whoever has the token, which it does not print', async () => {
    const { child, ready, ended } = run('--port', '0', '--dir', 'faults', '--faults-token', 'hush')
    const server = { port: await ready, ...DEVELOPMENT_KEY }
    const url = `http://127.0.0.1:${server.port}/-/faults`
    const body = '[{ "do": "refuse", "status": 503, "code": "SlowDown" }]'
    const ordered = await fetch(url, {
      method: 'POST',
      headers: { 'x-faults-token': 'hush' },
      body,
    })
    expect(ordered.status).toBe(200)
    expect((await fetch(url, { headers: { 'x-faults-token': 'no' } })).status).toBe(403)
    expect((await send(server, { method: 'GET' })).status).toBe(503)
    child.kill()
    const { out, err } = await ended
    expect(err).toMatch(/^failures can be ordered at http:\/\/127\.0\.0\.1:\d+\/-\/faults\n/)
    expect(out + err).not.toContain('hush')
  })

  it('prints its usage and its version', async () => {
    const help = await run('--help').ended
    expect(help).toMatchObject({ code: 0, err: '' })
    expect(help.out).toMatch(/^Usage: oss-local /)
    expect(await run('--version').ended).toEqual({ code: 0, out: '1.2.3\n', err: '' })
  })

  it('does not start on what it does not understand', async () => {
    const { code, out, err } = await run('--prot', '1').ended
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/^oss-local: .*--prot.*\n$/)
  })

  it('says in a line that the port is in use', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const address = other.address()
    const port = typeof address === 'object' ? String(address?.port) : ''
    const { code, out, err } = await run('--port', port, '--dir', 'taken').ended
    other.close()
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(/^oss-local: [^\n]*in use[^\n]*\n$/)
    expect(err).toContain(port)
  })

  it('says in a line that the folder cannot be used', async () => {
    await writeFile(join(folder, 'file'), '')
    const { code, out, err } = await run('--port', '0', '--dir', 'file/below').ended
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(/^oss-local: [^\n]*file[^\n]*\n$/)
  })

  it('starts with the line that makes it a command', async () => {
    expect(await readFile(program, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
  })
})
