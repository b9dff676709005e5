import { lstat, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { codeOf } from './error-code.ts'
import { lockFolder } from './folder-lock.ts'
import { syncDirectory } from './sync-directory.ts'

/** The version of everything below the folder. A change that older code cannot read raises it. */
const FORMAT = 1

/** Where a disk store keeps what. Files it does not know are left alone. */
export interface DataFolder {
  /** Objects' and parts' bytes. */
  readonly blobs: string
  /** Bytes that are still arriving. */
  readonly incoming: string
  /** Everything but the bytes. */
  readonly metadata: string
  /** Lets others use the folder again. */
  unlock(): Promise<void>
}

/** Opens the folder `dir` for this process alone, and creates what is missing in it. */
export async function openDataFolder(dir: string): Promise<DataFolder> {
  const root = resolve(dir)
  await createDirectories(root)
  const unlock = await lockFolder(root)
  try {
    await checkFormat(root)
    const blobs = await ownDirectory(join(root, 'blobs'))
    const incoming = await ownDirectory(join(root, 'incoming'))
    const metadata = await ownDirectory(join(root, 'metadata'))
    await syncDirectory(root)
    return { blobs, incoming, metadata, unlock }
  } catch (error) {
    await unlock()
    throw error
  }
}

async function createDirectories(path: string): Promise<void> {
  const highest = await mkdir(path, { recursive: true, mode: 0o700 })
  if (highest === undefined) return
  for (let created = path; created.length >= highest.length; created = dirname(created)) {
    await syncDirectory(dirname(created))
  }
}

/** The folder at `path`, created if need be. Refuses a link: it could lead out of the data folder. */
export async function ownDirectory(path: string): Promise<string> {
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
  if ((await lstat(path)).isDirectory()) return path
  throw new Error(`${path} must be a folder, not a link to one.`)
}

async function checkFormat(root: string): Promise<void> {
  const path = join(root, 'oss-local.json')
  const format = formatIn(await readOrCreate(path))
  if (format === FORMAT) return
  if (format !== undefined && format > FORMAT) {
    throw new Error(
      `The folder ${root} was written by a newer oss-local (format ${format}; this one reads ` +
        `${FORMAT}). Use that version, or choose another folder.`,
    )
  }
  throw new Error(
    `${path} does not say which format the folder has. Restore it: {"format":${FORMAT}}`,
  )
}

function formatIn(text: string): number | undefined {
  try {
    const content: unknown = JSON.parse(text)
    if (typeof content !== 'object' || content === null || !('format' in content)) return undefined
    return typeof content.format === 'number' ? content.format : undefined
  } catch {
    return undefined
  }
}

async function readOrCreate(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    return createFormatFile(path)
  }
}

async function createFormatFile(path: string): Promise<string> {
  const text = `${JSON.stringify({ format: FORMAT })}\n`
  const temporary = `${path}.new`
  await rm(temporary, { force: true })
  const file = await open(temporary, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
  return text
}
