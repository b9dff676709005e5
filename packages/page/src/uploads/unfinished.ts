import type OSS from 'oss-multipart'
import { type CheckpointStore, findCheckpoints, type StoredCheckpoint } from 'oss-multipart'
import { dropUpload } from './drop-upload.ts'
import type { InputFile } from './input-file.ts'
import { namesFile } from './object-names.ts'
import type { State, Unfinished } from './state.ts'
import type { Store } from './store.ts'

/** Uploads of earlier visits, which can be gone on with or dropped. */
export interface UnfinishedUploads {
  /** Looks again which there are: those of this bucket that neither this list nor another tab is at. */
  refresh(): Promise<void>
  /** The file of one, opened again without being picked. To be called in a click: it may ask the user. */
  reopen(key: string): Promise<InputFile>
  /** Has OSS drop what it has of it, and forgets it. */
  discard(key: string): Promise<void>
}

export interface UnfinishedParts {
  readonly store: Store
  readonly checkpoints: CheckpointStore
  readonly client: (bucket: string) => Promise<OSS>
  readonly bucket: () => string
}

/** Milliseconds after which what another tab is at is looked at again: that tab may have been closed. */
const LOOK_AGAIN = 2_000

export function createUnfinished({
  store,
  checkpoints,
  client,
  bucket,
}: UnfinishedParts): UnfinishedUploads {
  let known: readonly StoredCheckpoint[] = []
  let again: ReturnType<typeof setTimeout> | undefined
  const find = (key: string) => known.find((one) => one.key === key)

  async function look(): Promise<void> {
    // A browser that keeps nothing, as in a private window, has nothing to go on with.
    const found = await findCheckpoints(checkpoints, { bucket: bucket() }).catch(() => [])
    const others = found.filter(isNotIn(store.state))
    const free = await Promise.all(others.map(({ key }) => isFree(checkpoints, key)))
    known = others.filter((_, index) => free[index])
    clearTimeout(again)
    if (free.includes(false)) again = setTimeout(refresh, LOOK_AGAIN)
    store.change((state) => ({ ...state, unfinished: known.filter(isNotIn(state)).map(shown) }))
  }
  /** One look after the other: two at once would take each other for another tab. */
  let looking = Promise.resolve()
  function refresh(): Promise<void> {
    looking = looking.then(look)
    return looking
  }

  return {
    refresh,
    async reopen(key) {
      const { checkpoint, handle } = find(key) ?? {}
      if (handle === undefined) throw new Error(`There is no file to ${checkpoint?.name ?? key}`)
      await handle.requestPermission?.({ mode: 'read' })
      const file = await handle.getFile()
      return { file, path: file.name, handle }
    },
    async discard(key) {
      const found = find(key)
      if (found !== undefined) await dropUpload(await client(bucket()), checkpoints, found)
      await refresh()
    },
  }
}

/** Whether no tab is at it: it can be had, and is given back at once. */
async function isFree(checkpoints: CheckpointStore, key: string): Promise<boolean> {
  try {
    const claim = await checkpoints.claim(key)
    await claim.release()
    return true
  } catch {
    return false
  }
}

function isNotIn({ items }: State) {
  const names = new Set(items.filter(({ phase }) => phase !== 'done').map(({ name }) => name))
  return ({ checkpoint }: StoredCheckpoint) => !names.has(checkpoint.name)
}

function shown({ key, savedAt, checkpoint, handle }: StoredCheckpoint): Unfinished {
  const { name, fileSize = 0 } = checkpoint
  return { key, savedAt, name, size: fileSize, hasHandle: handle !== undefined }
}

/** The unfinished upload that a picked file belongs to. */
export function belongsTo(
  unfinished: readonly Unfinished[],
  { file, path }: InputFile,
): Unfinished | undefined {
  return unfinished.find(({ name, size }) => size === file.size && namesFile(name, path))
}
