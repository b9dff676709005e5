import * as fs from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { MiB } from '../oss/limits.ts'
import { checkpointBusy } from '../upload/checkpoint-busy.ts'
import type {
  CheckpointClaim,
  CheckpointStore,
  StoredCheckpoint,
} from '../upload/checkpoint-store.ts'
import { storable } from '../upload/storable.ts'
import { readRecord, writeRecord } from './checkpoint-record.ts'
import { type Disk, writeDurably } from './durable-file.ts'
import { isPrivateFolder, openPrivateFolder } from './private-folder.ts'
import { lockFile } from './process-lock.ts'
import { readPlainFile } from './read-plain-file.ts'
import type { ProcessMark } from './running-process.ts'
import { sha256 } from './sha256.ts'

/** The checkpoint of 10,000 parts takes 1.1 MB. */
const MAX_RECORD = 4 * MiB
const DAY = 24 * 60 * 60 * 1000

/** Names are hashes: a key is any text, and must not lead to another folder. */
const RECORD_NAME = /^[0-9a-f]{64}\.json$/
const DRAFT_NAME = /^[0-9a-f]{64}\.(json|lock)\.[0-9a-f-]{36}\.tmp$/

/**
 * Checkpoints on disk, one file for each upload, so that a script that was killed goes on when it is run
 * again. They hold no credentials and no bytes of what is uploaded.
 *
 * Whether the owner of an upload is alive can be seen on its own machine only: do not share the folder
 * with other machines or containers.
 *
 * @param folder Created when it is missing. Default: `$XDG_STATE_HOME/oss-multipart/checkpoints`, or
 *   `~/.oss-multipart/checkpoints`.
 */
export function fileCheckpoints(folder?: string): CheckpointStore {
  const given = folder === undefined ? undefined : resolve(folder)
  return checkpointsIn(() => given ?? defaultFolder())
}

/** Asked late: without a home there is an error, and it belongs to the upload. */
function defaultFolder(): string {
  const { XDG_STATE_HOME: state } = process.env
  // The specification wants relative paths ignored: https://specifications.freedesktop.org/basedir
  if (state !== undefined && isAbsolute(state)) return join(state, 'oss-multipart', 'checkpoints')
  return join(homedir(), '.oss-multipart', 'checkpoints')
}

/** `fileCheckpoints` on a disk of the caller's. */
export function checkpointsIn(folderOf: () => string, disk: Disk = fs): CheckpointStore {
  async function claim(key: string): Promise<CheckpointClaim> {
    const folder = folderOf()
    await openPrivateFolder(folder, disk)
    await sweep(folder).catch(() => {})
    const path = join(folder, recordName(key))
    const lock = join(folder, `${sha256(key)}.lock`)
    const release = await lockFile(lock, { refuse: (owner) => busy(key, owner, lock) })
    return {
      load: async () => (await readRecordFile(folder, recordName(key)))?.checkpoint,
      async save(checkpoint) {
        const record = { key, checkpoint: storable(checkpoint), savedAt: Date.now() }
        await writeDurably(path, writeRecord(record), disk)
      },
      remove: () => disk.rm(path, { force: true }),
      release,
    }
  }

  return {
    claim,
    async list() {
      const folder = folderOf()
      if (!(await isPrivateFolder(folder))) return []
      return readRecordFiles(folder)
    },
    async remove(key) {
      const { remove, release } = await claim(key)
      await remove().finally(release)
    },
  }
}

function recordName(key: string): string {
  return `${sha256(key)}.json`
}

function busy(key: string, { pid, startedAt }: ProcessMark, lock: string): Error {
  if (pid === process.pid) return checkpointBusy(key, `another upload of this process (${pid})`)
  // The number may be another program's by now, and here nobody can tell.
  const advice = startedAt === undefined ? ` If that is no upload, remove ${lock}.` : ''
  return checkpointBusy(key, `process ${pid}`, advice)
}

async function readRecordFiles(folder: string): Promise<StoredCheckpoint[]> {
  const records: StoredCheckpoint[] = []
  for (const name of await fs.readdir(folder)) {
    const record = RECORD_NAME.test(name) ? await readRecordFile(folder, name) : undefined
    if (record !== undefined) records.push(record)
  }
  return records
}

/** Undefined for what is not there, can not be read, or is not the record that belongs there. */
async function readRecordFile(folder: string, name: string): Promise<StoredCheckpoint | undefined> {
  const text = await readPlainFile(join(folder, name), MAX_RECORD).catch(() => undefined)
  const record = text === undefined ? undefined : readRecord(text)
  return record !== undefined && recordName(record.key) === name ? record : undefined
}

/** Removes what processes were writing when they were killed. */
async function sweep(folder: string): Promise<void> {
  for (const name of await fs.readdir(folder)) {
    if (!DRAFT_NAME.test(name)) continue
    const path = join(folder, name)
    const { mtimeMs } = await fs.lstat(path)
    if (Date.now() - mtimeMs > DAY) await fs.rm(path, { force: true })
  }
}
