import { readFile } from 'node:fs/promises'
import { codeOf } from './error-code.ts'

/** Tells one process from all others, also from one that has its number later. */
export interface ProcessMark {
  readonly pid: number
  /** The same for the same process alone; undefined where the system does not tell. */
  readonly startedAt?: string | undefined
}

export async function markOf(pid: number): Promise<ProcessMark> {
  return { pid, startedAt: await startOf(pid) }
}

/** A process number alone says little: in a container, the same program has the same one every time. */
export async function isRunning({ pid, startedAt }: ProcessMark): Promise<boolean> {
  const start = await startOf(pid)
  if (start === undefined || startedAt === undefined) return exists(pid)
  return start === startedAt
}

/** proc(5): in `stat`, the 3rd field is the state, the 22nd the start in ticks since the boot. */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The 2nd field is the command in parentheses, and may itself hold blanks and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // Ended, but not yet waited for by its parent; in a container without an init, for ever.
    if (fields[0] === 'Z') return 'ended'
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
    return `${boot.trim()} ${fields[19]}`
  } catch {
    return undefined
  }
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // It is there, and somebody else's.
    return codeOf(error) === 'EPERM'
  }
}
