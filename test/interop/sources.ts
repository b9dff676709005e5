import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A folder that goes away after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'oss-interop-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A file of random bytes that goes away after the test. */
export async function randomFile(
  size: number,
  name = 'source.bin',
): Promise<{ path: string; bytes: Buffer }> {
  const bytes = randomBytes(size)
  const path = join(await temporaryFolder(), name)
  await writeFile(path, bytes)
  return { path, bytes }
}
