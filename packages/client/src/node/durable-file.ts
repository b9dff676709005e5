import { randomUUID } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { dirname } from 'node:path'

/** What writing asks of the disk: `node:fs/promises`, or in tests a disk that fails. */
export type Disk = Pick<typeof fs, 'open' | 'rename' | 'rm'>

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = fs.constants
/** Never over an existing file, nor where a planted link points. */
const CREATE_ONLY = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW

/**
 * Puts `text` into the file at `path`, in place of what was there. Whatever happens in between, the
 * file holds all of the old or all of the new; once this has resolved, the new, even after a power cut.
 */
export async function writeDurably(path: string, text: string, disk: Disk = fs): Promise<void> {
  const draft = draftOf(path)
  await createFile(draft, text, disk)
  await orRemove(draft, disk, () => disk.rename(draft, path))
  await syncFolder(dirname(path), disk)
}

/** A name for what becomes the file at `path` when it is finished. */
export function draftOf(path: string): string {
  return `${path}.${randomUUID()}.tmp`
}

/** A new file for its owner's eyes alone, on the disk as a whole or not at all. */
export async function createFile(path: string, text: string, disk: Disk = fs): Promise<void> {
  const file = await disk.open(path, CREATE_ONLY, 0o600)
  await orRemove(path, disk, async () => {
    try {
      // The umask may have taken away what the owner needs.
      await file.chmod(0o600)
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
  })
}

/** Makes what was created or renamed in a folder lasting: names are the folder's, not the file's. */
export async function syncFolder(path: string, disk: Disk = fs): Promise<void> {
  // Windows opens no folders, and NTFS journals names by itself.
  if (process.platform === 'win32') return
  const folder = await disk.open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

// After a failed fsync the system may hold what it could not write for written: syncing the same file
// again would prove nothing, so it goes.
async function orRemove(path: string, disk: Disk, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    await disk.rm(path, { force: true }).catch(() => {})
    throw error
  }
}
