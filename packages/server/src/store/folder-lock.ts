import { execFile } from 'node:child_process'
import { open, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { codeOf } from './error-code.ts'

/**
 * Makes this process the only one that uses the folder `dir`, until the returned function is called
 * or the process ends in any way.
 *
 * Every user puts up a file named for itself, process id and start time, and then looks for others.
 * The name of a dead process can be removed without the risk of hitting the file that someone
 * else has just put up, which a single lock file for all cannot promise. Two that start in the same
 * instant may both be refused, but never both be let in.
 */
export async function lockFolder(dir: string): Promise<() => Promise<void>> {
  const ownName = lockName({ pid: process.pid, startedAt: await startOf(process.pid) })
  const unlock = () => rm(join(dir, ownName), { force: true })
  await create(join(dir, ownName), dir)
  try {
    for (const name of await readdir(dir)) {
      if (name !== ownName) await clear(dir, name)
    }
  } catch (error) {
    await unlock()
    throw error
  }
  return unlock
}

interface Owner {
  readonly pid: number
  readonly startedAt: string
}

const LOCK_NAME = /^lock-(?<pid>\d+)-(?<startedAt>\w+)$/

function lockName({ pid, startedAt }: Owner): string {
  return `lock-${pid}-${startedAt}`
}

async function create(path: string, dir: string): Promise<void> {
  try {
    await (await open(path, 'wx', 0o600)).close()
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    throw new Error(`The folder ${dir} is already open in this process. Close that store first.`)
  }
}

/** Removes the lock `name` of a dead process; throws when its process lives. */
async function clear(dir: string, name: string): Promise<void> {
  const { pid, startedAt } = LOCK_NAME.exec(name)?.groups ?? {}
  if (pid === undefined || startedAt === undefined) return
  if (await isRunning({ pid: Number(pid), startedAt })) {
    throw new Error(
      `The folder ${dir} is in use by process ${pid}. Stop that process, or choose another folder.`,
    )
  }
  await rm(join(dir, name), { force: true })
}

/** A process id alone says little: after a restart it soon belongs to someone else. */
async function isRunning({ pid, startedAt }: Owner): Promise<boolean> {
  if (!exists(pid)) return false
  const start = await startOf(pid)
  return start === startedAt || start === UNKNOWN
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

const UNKNOWN = 'unknown'
const ENDED = 'ended'

/** When process `pid` started, as a word that is equal only for the same process. */
async function startOf(pid: number): Promise<string> {
  try {
    return process.platform === 'linux' ? await startInProc(pid) : await startFromPs(pid)
  } catch {
    return UNKNOWN
  }
}

/** proc(5): the 3rd field of `stat` is the state, the 22nd the start in ticks since the boot. */
async function startInProc(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  // The 2nd field is the command in parentheses, and may itself hold blanks and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // Killed, but not yet waited for by its parent; in a container without an init, for ever.
  if (fields[0] === 'Z') return ENDED
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
  return `${boot.trim().replaceAll('-', '')}_${fields[19]}`
}

async function startFromPs(pid: number): Promise<string> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)], {
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
  })
  return stdout.replaceAll(/\W/g, '')
}
