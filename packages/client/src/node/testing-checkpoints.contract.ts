import { type ChildProcess, execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { onTestFinished, type TestContext } from 'vitest'
import type { Checkpoint } from '../upload/checkpoint.ts'
import { CHECKPOINT } from '../upload/checkpoint-store.contract.ts'
import type { CheckpointStore } from '../upload/checkpoint-store.ts'
import type { Disk } from './durable-file.ts'
import { fileCheckpoints } from './file-checkpoints.ts'

/** A new folder that ends with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'oss-multipart-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Another checkpoint than CHECKPOINT. */
export const SECOND: Checkpoint = { ...CHECKPOINT, uploadId: 'second' }

/** Saves as an upload does, and tells the name of the new file. */
export async function save(folder: string, key: string, checkpoint = CHECKPOINT): Promise<string> {
  const before = await fs.readdir(folder)
  await saveIn(fileCheckpoints(folder), key, checkpoint)
  const after = await fs.readdir(folder)
  return after.find((name) => !before.includes(name)) ?? ''
}

export async function saveIn(
  store: CheckpointStore,
  key: string,
  checkpoint: Checkpoint = CHECKPOINT,
): Promise<void> {
  const claim = await store.claim(key)
  await claim.save(checkpoint)
  await claim.release()
}

/** The umask of this process, until the test ends. */
export function setUmask(mask: number): void {
  const before = process.umask(mask)
  onTestFinished(() => {
    process.umask(before)
  })
}

/** `node:fs/promises`, writing down what makes a file last, in order. */
export function recordingDisk(): Disk & { readonly log: string[] } {
  const log: string[] = []
  return {
    log,
    rm: fs.rm,
    async open(path, flags, mode) {
      const file = await fs.open(path, flags, mode)
      const { writeFile, sync } = file
      file.writeFile = async (...parts) => {
        await writeFile.apply(file, parts)
        log.push(`write ${nameOf(path)}`)
      }
      file.sync = async () => {
        await sync.apply(file)
        log.push(`fsync ${nameOf(path)}`)
      }
      return file
    },
    async rename(from, to) {
      await fs.rename(from, to)
      log.push(`rename ${nameOf(from)} ${nameOf(to)}`)
    },
  }
}

/** A disk on which one thing goes wrong, with the system's code for it. */
export function failingDisk(fault: 'write' | 'sync' | 'rename', code: string): Disk {
  const fail = async () => {
    throw Object.assign(new Error(`${code}: made by the test`), { code })
  }
  return {
    rm: fs.rm,
    rename: fault === 'rename' ? fail : fs.rename,
    async open(path, flags, mode) {
      const file = await fs.open(path, flags, mode)
      if (fault === 'sync') file.sync = fail
      if (fault === 'write') {
        const { writeFile } = file
        file.writeFile = async (data, options) => {
          await writeFile.call(file, String(data).slice(0, 10), options)
          await fail()
        }
      }
      return file
    },
  }
}

/** Drafts have another name every time. */
function nameOf(path: unknown): string {
  const name = basename(String(path))
  return name.endsWith('.tmp') ? 'draft' : name
}

/** Another process that uses the checkpoints in a folder. */
export interface CheckpointProcess {
  readonly pid: number
  /** Rejects with the error's code and message where the store did. */
  tell(verb: string, key?: string, checkpoint?: Checkpoint): Promise<unknown>
  kill(): Promise<void>
}

export interface ProcessOptions {
  /** File descriptors that it may have open. */
  readonly descriptors?: number
  /** The user that it runs as. */
  readonly uid?: number
}

let program: Promise<string> | undefined

export async function startProcess(
  folder: string,
  { descriptors, uid }: ProcessOptions = {},
): Promise<CheckpointProcess> {
  program ??= buildProgram()
  const path = join(temporaryFolder(), 'program.mjs')
  await fs.chmod(dirname(path), 0o755)
  await fs.writeFile(path, await program)
  const child = fork(path, [folder], {
    ...(uid === undefined ? {} : { uid, gid: uid }),
    ...(descriptors === undefined ? {} : limitedNode(descriptors)),
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  await answerOf(child)
  return {
    pid: child.pid ?? 0,
    tell(verb, ...more) {
      const answer = answerOf(child)
      child.send([verb, ...more])
      return answer
    },
    async kill() {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
  }
}

async function buildProgram(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./checkpoint-process.contract.ts', import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}

/** A shell limits itself, then becomes Node: nobody else is limited. */
function limitedNode(descriptors: number) {
  const script = `ulimit -n ${descriptors} && exec "$0" "$@"`
  return { execPath: '/bin/sh', execArgv: ['-c', script, process.execPath] }
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const heard = new AbortController()
  const { signal } = heard
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new Error('The process has ended without an answer')
  })
  try {
    const [answer] = await Promise.race([once(child, 'message', { signal }), ended])
    if ('code' in answer) throw Object.assign(new Error(answer.message), { code: answer.code })
    return answer.result
  } finally {
    heard.abort()
  }
}

/** Runs a program of the system to its end. */
export function run(program: string, ...args: string[]): void {
  execFileSync(program, args, { stdio: 'pipe' })
}

/** A disk of its own, such as `size=64k`, mounted until the test ends; skips the test where none can be. */
export function mountDisk(test: TestContext, options: string): string {
  const folder = temporaryFolder()
  try {
    run('mount', '-t', 'tmpfs', '-o', options, 'tmpfs', folder)
  } catch (error) {
    process.stderr.write(`SKIPPED "${test.task.name}": no disk can be mounted here (${error})\n`)
    test.skip('no disk can be mounted here')
  }
  onTestFinished(() => {
    run('umount', folder)
  })
  return folder
}
