import { open } from 'node:fs/promises'

/**
 * Makes what was created, renamed or deleted in the folder `path` survive a power cut. Syncing the
 * files alone does not: their names are the folder's.
 */
export async function syncDirectory(path: string): Promise<void> {
  // Windows opens no folders, and NTFS journals names by itself.
  if (process.platform === 'win32') return
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
