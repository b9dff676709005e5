import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MiB = 1024 * 1024

/**
 * Files to upload, in memory where there is a tmpfs: a disk is not what is measured. They are removed
 * when the process ends.
 */
export function createTestFiles() {
  const shared = process.env.TMPDIR === undefined && existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
  const folder = mkdtempSync(join(shared, 'oss-multipart-bench-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return {
    folder,
    /**
     * @param {number} size
     * @param {{ count?: number | undefined, sparse?: boolean | undefined }} [options]
     * @returns {Promise<string[]>} paths
     */
    async get(size, { count = 1, sparse = false } = {}) {
      const paths = Array.from({ length: count }, (_, index) =>
        join(folder, `${sparse ? 'sparse' : 'full'}-${size}-${index}`),
      )
      for (const path of paths) if (!existsSync(path)) await make(path, size, sparse)
      return paths
    },
  }

  /**
   * @param {string} path
   * @param {number} size
   * @param {boolean} sparse
   */
  async function make(path, size, sparse) {
    const { bavail, bsize } = statfsSync(folder)
    if (!sparse && bavail * bsize < size) {
      throw new Error(`${folder} has no room for ${size} bytes: set TMPDIR to a folder that has`)
    }
    const file = await open(path, 'w')
    const block = randomBytes(MiB)
    if (sparse) await file.truncate(size)
    else for (let at = 0; at < size; at += MiB) await file.write(block, 0, Math.min(MiB, size - at))
    await file.close()
  }
}
