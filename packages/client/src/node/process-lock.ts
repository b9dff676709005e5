import { randomUUID } from 'node:crypto'
import { link, lstat, rename, rm } from 'node:fs/promises'
import { singleFlight } from '../async/single-flight.ts'
import { KiB } from '../oss/limits.ts'
import { createFile, draftOf } from './durable-file.ts'
import { codeOf } from './error-code.ts'
import { readPlainFile } from './read-plain-file.ts'
import { isRunning, markOf, type ProcessMark } from './running-process.ts'
import { sha256 } from './sha256.ts'

export interface LockRules {
  /** The error for those who come while the living process `owner` has the lock. */
  refuse(owner: ProcessMark): Error
  /** @default asks the system */
  isRunning?(owner: ProcessMark): Promise<boolean>
}

/**
 * Locks of ours that could not be given back, as when the disk was read-only just then. Nobody else may
 * take them while this process lives, so it tries again before it takes another.
 */
const owed = new Set<() => Promise<void>>()

const giveBackOwed = singleFlight(async () => {
  for (const giveBack of owed) await giveBack().catch(() => {})
})

/**
 * Makes this call the only one that holds the lock file at `path`, among all processes of the machine,
 * until the returned function is called or the process ends in any way.
 *
 * A lock is written first and then given its name by link(2), which fails when the name is taken: at no
 * moment is there a lock that does not say whose it is. One that does not was left by a power cut.
 */
export async function lockFile(path: string, rules: LockRules): Promise<() => Promise<void>> {
  await giveBackOwed()
  const draft = draftOf(path)
  await createFile(draft, JSON.stringify({ ...(await markOf(process.pid)), id: randomUUID() }))
  try {
    await take(path, draft, { isRunning, ...rules })
  } finally {
    await rm(draft, { force: true })
  }
  const own = await identityOf(path)
  return async function giveBack() {
    try {
      if ((await identityOf(path)) === own) await rm(path, { force: true })
    } catch (error) {
      owed.add(giveBack)
      throw error
    }
    owed.delete(giveBack)
  }
}

async function take(path: string, draft: string, rules: Required<LockRules>): Promise<void> {
  while (!(await linked(draft, path))) {
    const found = await readLock(path)
    // Given back in this instant.
    if (found === undefined) continue
    const owner = ownerIn(found)
    if (owner !== undefined && (await rules.isRunning(owner))) throw rules.refuse(owner)
    if (await takeOver(path, found, draft, rules)) return
  }
}

/**
 * Puts our lock in the place of the `stale` one. That is decided on now and done later, and meanwhile
 * somebody else may have done the same: only who holds the lock named for the stale one may touch it.
 * Should he die as well, his own lock is taken over in the same way. False when `path` has changed.
 */
async function takeOver(
  path: string,
  stale: string,
  draft: string,
  rules: Required<LockRules>,
): Promise<boolean> {
  const turn = `${path}.${sha256(stale).slice(0, 16)}.turn`
  await take(turn, draft, rules)
  let done = false
  try {
    if ((await readLock(path)) === stale) {
      await rename(turn, path)
      done = true
    }
  } finally {
    if (!done) await rm(turn, { force: true })
  }
  return done
}

async function linked(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

/** Undefined when there is none; empty when it is nothing that can be read as a lock. */
async function readLock(path: string): Promise<string | undefined> {
  try {
    return (await readPlainFile(path, 4 * KiB)) ?? ''
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

function ownerIn(lock: string): ProcessMark | undefined {
  try {
    const { pid, startedAt }: Record<string, unknown> = Object(JSON.parse(lock))
    // kill(2) takes 0 and less for groups of processes.
    if (typeof pid !== 'number' || !Number.isInteger(pid) || pid <= 0) return undefined
    return { pid, startedAt: typeof startedAt === 'string' ? startedAt : undefined }
  } catch {
    return undefined
  }
}

/** Tells our lock from a later one without opening it: giving it back must work with no descriptor free. */
async function identityOf(path: string): Promise<string | undefined> {
  try {
    const { ino, mtimeNs } = await lstat(path, { bigint: true })
    return `${ino} ${mtimeNs}`
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}
