import { BlobFiles } from './blob-files.ts'
import { openDataFolder } from './data-folder.ts'
import { openLmdbMetadata } from './lmdb-metadata.ts'
import type { Metadata } from './metadata.ts'
import { blobKey } from './metadata-key.ts'
import { RecordStore } from './record-store.ts'
import { openRecords } from './records.ts'
import type { Store } from './store.ts'

/**
 * A store in the folder `dir`: LMDB for what is known about objects, a file for each blob. A blob is
 * on disk before a record names it, and deleted after no record does. A crash at any point therefore
 * leaves bytes too many at worst, and the next start removes those.
 */
export async function openDiskStore(dir: string): Promise<Store> {
  const folder = await openDataFolder(dir)
  let metadata: Metadata | undefined
  const close = async () => {
    await metadata?.close()
    await folder.unlock()
  }
  try {
    metadata = await openLmdbMetadata(folder.metadata)
    const files = new BlobFiles(folder)
    const { blobCounts } = openRecords(metadata)
    await files.sweep((id) => blobCounts.get(blobKey(id)) !== undefined)
    return new RecordStore(metadata, files, close)
  } catch (error) {
    await close()
    throw error
  }
}
