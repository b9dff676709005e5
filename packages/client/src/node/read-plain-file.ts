import { constants, open } from 'node:fs/promises'
import { codeOf } from './error-code.ts'

// Without O_NONBLOCK, opening a pipe would wait for somebody to write to it.
const READ_ONLY = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/**
 * The text of a file of at most `limit` bytes. Undefined for what is larger and for what is no file: a
 * link, a folder, a pipe. Errors of the file system (ENOENT, EACCES) are passed on as they are.
 */
export async function readPlainFile(path: string, limit: number): Promise<string | undefined> {
  try {
    const file = await open(path, READ_ONLY)
    try {
      const stats = await file.stat()
      return stats.isFile() && stats.size <= limit ? await file.readFile('utf8') : undefined
    } finally {
      await file.close()
    }
  } catch (error) {
    // What O_NOFOLLOW says to a link.
    if (codeOf(error) === 'ELOOP') return undefined
    throw error
  }
}
