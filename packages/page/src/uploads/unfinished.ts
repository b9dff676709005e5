import type OSS from 'oss-multipart'
import { type CheckpointStore, findCheckpoints, type StoredCheckpoint } from 'oss-multipart'
import { dropUpload } from './drop-upload.ts'
import type { InputFile } from './input-file.ts'
import { namesFile } from './object-names.ts'
import type { State, Unfinished } from './state.ts'
import type { Store } from './store.ts'

/** Uploads of earlier visits, which can be gone on with or dropped. */
export interface UnfinishedUploads {
  /** Looks again which there are: those of this bucket that are not in the list. */
  refresh(): Promise<void>
  /** The file of one, opened again without being picked. To be called in a click: it may ask the user. */
  reopen(key: string): Promise<InputFile>
  /** Has OSS drop what it has of it, and forgets it. */
  discard(key: string): Promise<void>
}

export interface UnfinishedParts {
  readonly store: Store
  readonly checkpoints: CheckpointStore
  readonly client: () => Promise<OSS>
  readonly bucket: () => string
}

export function createUnfinished({
  store,
  checkpoints,
  client,
  bucket,
}: UnfinishedParts): UnfinishedUploads {
  let known: readonly StoredCheckpoint[] = []
  const find = (key: string) => known.find((one) => one.key === key)

  async function refresh(): Promise<void> {
    // A browser that keeps nothing, as in a private window, has nothing to go on with.
    known = await findCheckpoints(checkpoints, { bucket: bucket() }).catch(() => [])
    store.change((state) => ({ ...state, unfinished: known.filter(isNotIn(state)).map(shown) }))
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
      if (found !== undefined) await dropUpload(await client(), checkpoints, found)
      await refresh()
    },
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
