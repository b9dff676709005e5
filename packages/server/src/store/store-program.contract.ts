import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

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

/** A program that runs, and the lines it says on its standard output. */
export interface Running {
  readonly process: ChildProcess
  readonly lines: readonly string[]
  /** Resolves when the program has said `line`; rejects when it ends before. */
  said(line: string): Promise<void>
  /** Ends it at once, wherever it is, and resolves when nothing of it is left. */
  kill(): Promise<void>
}

export function run(command: string, args: readonly string[]): Running {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const lines: string[] = []
  const complaints: string[] = []
  const news = new EventEmitter()
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line)
    news.emit('news')
  })
  createInterface({ input: child.stderr }).on('line', (line) => complaints.push(line))
  let ended = false
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
      child.kill('SIGKILL')
      await end
    },
  }
}
