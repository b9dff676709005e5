import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { onTestFinished } from 'vitest'

/**
 * Makes one file in `dir`, which Node runs as it is, of `source` and what it imports from this
 * folder: for tests that need a process of their own, to kill it.
 */
export async function buildProgram(dir: string, source: string): Promise<string> {
  const outfile = join(dir, 'program.mjs')
  const lmdb = fileURLToPath(import.meta.resolve('lmdb'))
  await build({
    stdin: { contents: source, resolveDir: import.meta.dirname, loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    alias: { lmdb },
    external: [lmdb],
    logLevel: 'error',
  })
  return outfile
}

/** A program that runs until the test ends, and the lines it says on its standard output. */
export interface Running {
  readonly process: ChildProcess
  readonly lines: readonly string[]
  /** Resolves when the program has said `line`; rejects when it ends before. */
  said(line: string): Promise<void>
  /** Ends it at once, wherever it is, and resolves when nothing of it is left. */
  kill(): Promise<void>
}

export function run(command: string, args: readonly string[]): Running {
  let ended = false
  // In a group of its own, so that what it starts in turn ends with it.
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  const killGroup = () => {
    const runs = child.exitCode === null && child.signalCode === null
    if (runs && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  }
  onTestFinished(killGroup)
  const lines: string[] = []
  const complaints: string[] = []
  const news = new EventEmitter()
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line)
    news.emit('news')
  })
  createInterface({ input: child.stderr }).on('line', (line) => complaints.push(line))
  const end = once(child, 'close').then(() => {
    ended = true
    news.emit('news')
  })
  return {
    process: child,
    lines,
    async said(line) {
      while (!lines.includes(line)) {
        if (ended) throw new Error(`Ended before it said "${line}":\n${complaints.join('\n')}`)
        await once(news, 'news')
      }
    },
    async kill() {
      killGroup()
      await end
    },
  }
}
