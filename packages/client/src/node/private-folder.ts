import type { Stats } from 'node:fs'
import { chmod, lstat, mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { OssError } from '../oss/errors.ts'
import { type Disk, syncFolder } from './durable-file.ts'
import { codeOf } from './error-code.ts'

/** Creates the folder where there is none, and refuses one that others could have put things into. */
export async function openPrivateFolder(path: string, disk?: Disk): Promise<void> {
  if (await isPrivateFolder(path)) return
  await createFolder(path, disk)
  await isPrivateFolder(path)
}

/**
 * False where there is nothing.
 *
 * @throws OssError `CheckpointFolderError` for a folder that can not be trusted
 */
export async function isPrivateFolder(path: string): Promise<boolean> {
  const stats = await lstatIfThere(path)
  if (stats === undefined) return false
  const flaw = flawOf(stats)
  if (flaw === undefined) return true
  throw new OssError(
    `The checkpoint folder ${path} ${flaw}. Give \`fileCheckpoints\` a folder that only you can write to.`,
    { name: 'CheckpointFolderError', code: 'CheckpointFolderError' },
  )
}

function flawOf(stats: Stats): string | undefined {
  if (stats.isSymbolicLink()) return 'is a symbolic link'
  if (!stats.isDirectory()) return 'is not a folder'
  // Windows has neither owners nor modes of this kind.
  if (process.geteuid === undefined) return undefined
  if (stats.uid !== process.geteuid()) return `belongs to somebody else (user ${stats.uid})`
  if ((stats.mode & 0o002) !== 0) return 'can be written to by everybody'
  return undefined
}

async function lstatIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** With what is missing above it: all of it for the owner alone, and lasting. */
async function createFolder(path: string, disk?: Disk): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  for (let made = path; made.length >= first.length; made = dirname(made)) {
    // The umask may have taken away what the owner needs.
    await chmod(made, 0o700)
    await syncFolder(dirname(made), disk)
  }
}
