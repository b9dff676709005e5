import { createBlobCrc64 } from '../browser/blob-crc64.ts'
import { createBrowserTransport } from '../browser/browser-transport.ts'
import { fileSource } from '../browser/file-source.ts'
import { handleSource } from '../browser/handle-source.ts'
import { invalidInput } from '../oss/errors.ts'
import { show } from '../oss/names.ts'
import { isFileHandle } from '../upload/file-handle.ts'
import { typeOfCommonExtension } from './common-types.ts'
import type { Platform } from './context.ts'

/** One worker for all clients of a page. */
const blobCrc64 = createBlobCrc64()

/** Pages and workers of browsers. No global is touched before a client is made. */
export const browserPlatform: Platform = {
  // A browser says itself what it is; another header would have to be allowed by every bucket.
  userAgent: undefined,
  origin: () => globalThis.location?.origin,
  transport: () => createBrowserTransport(),
  async openSource(file) {
    if (file instanceof Blob) return fileSource(file, blobCrc64)
    if (isFileHandle(file)) return handleSource(file, blobCrc64)
    if (typeof file !== 'string') return undefined
    throw invalidInput(
      `Only Node can open a file by its path: got ${show(file)}. Give a File, Blob or FileSystemFileHandle`,
    )
  },
  typeOf: typeOfCommonExtension,
  bytes: (data) => data,
  warn: (warning) => console.warn(warning),
}
