import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'

const SCRIPT = fileURLToPath(new URL('../../scripts/page.js', import.meta.url))

/** `npm run page` after it has built, with a folder for temporary files of its own. */
async function start(...args: string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'oss-multipart-command-'))
  const child = spawn(process.execPath, [SCRIPT, ...args], {
    env: { ...process.env, TMPDIR: folder },
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  })
  return { child, said: hear(child), left: () => readdir(folder) }
}

/** What it has written until now, which grows. */
function hear({ stdout, stderr }: ChildProcess): () => string {
  let text = ''
  for (const stream of [stdout, stderr]) stream?.on('data', (data) => (text += data))
  return () => text
}

describe('npm run page', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'prints an address that answers, and leaves nothing behind at %s',
    async (signal) => {
      const { child, said, left } = await start()
      await expect.poll(said, { timeout: 15_000 }).toContain('Ctrl-C ends both.')
      const url = /Open +(\S+)/.exec(said())?.[1] ?? ''
      expect(await (await fetch(url)).text()).toContain('<div id="app">')
      expect(await (await fetch(`${url}target.json`)).json()).toMatchObject({ bucket: 'media' })
      const exit = once(child, 'exit')
      child.kill(signal)
      expect(await exit).toEqual([0, null])
      await expect(fetch(url)).rejects.toThrow()
      expect(await left()).toEqual([])
    },
  )

  it('says that a port is in use', async () => {
    const other = http.createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    onTestFinished(() => void other.close())
    const { port } = Object(other.address())
    const { child, said, left } = await start('--port', `${port}`)
    expect(await once(child, 'exit')).toEqual([1, null])
    expect(said()).toMatch(`Port ${port} is in use.`)
    expect(said()).not.toContain('at ')
    expect(await left()).toEqual([])
  })
})
