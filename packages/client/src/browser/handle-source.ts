import { OssError } from '../oss/errors.ts'
import { show } from '../oss/names.ts'
import type { FileHandle } from '../upload/file-handle.ts'
import type { Source } from '../upload/source.ts'
import type { BlobCrc64 } from './blob-crc64.ts'
import { fileSource } from './file-source.ts'

/** The file behind a handle as it is now, which is recognised as if it had been picked. */
export async function handleSource(handle: FileHandle, crc64: BlobCrc64): Promise<Source> {
  const file = await handle.getFile().catch((error) => {
    throw error.name === 'NotAllowedError' ? notAllowed(handle, error) : error
  })
  return { ...(await fileSource(file, crc64)), handle }
}

/** Permissions end with the page, unless the user has said otherwise. */
function notAllowed({ name }: FileHandle, cause: unknown): OssError {
  return new OssError(
    `The page may not read ${show(name)}, and nothing was sent: call \`handle.requestPermission({ mode: 'read' })\` in a click, then upload again`,
    { name: 'NotAllowedError', code: 'NotAllowedError', cause },
  )
}
