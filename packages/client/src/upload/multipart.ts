import type { Body } from '../oss/body.ts'
import type { ListedPart } from '../oss/listed-parts.ts'
import type { CompletedUpload, UploadedPart } from '../oss/multipart.ts'
import type { StoredObject } from '../oss/objects.ts'
import type { OnRetry } from '../oss/request.ts'
import type { ResponseInfo } from '../oss/response.ts'

/** Hears how many bytes of a body have gone out so far; from 0 again when it is sent again. */
export type OnSent = (bytes: number) => void

/** What an upload needs of OSS, for one object: its bucket, key, headers and time-outs are settled. */
export interface Multipart {
  initiate(signal?: AbortSignal): Promise<{ uploadId: string; res: ResponseInfo }>
  uploadPart(
    uploadId: string,
    part: {
      number: number
      body: Body
      onSent?: OnSent | undefined
      onRetry?: OnRetry | undefined
    },
    signal?: AbortSignal,
  ): Promise<UploadedPart>
  listedParts(uploadId: string, signal?: AbortSignal): Promise<ReadonlyMap<number, ListedPart>>
  complete(
    uploadId: string,
    parts: readonly { number: number; etag: string }[],
    signal?: AbortSignal,
    onRetry?: OnRetry,
  ): Promise<CompletedUpload>
  /** Drops an upload that nobody will go on with, and its parts. */
  abort(uploadId: string, signal?: AbortSignal): Promise<void>
  /** What is stored under the key now. Undefined when there is nothing. */
  head(signal?: AbortSignal): Promise<StoredObject | undefined>
  /** The whole object in one request: for what is too small to be cut. */
  put(body: Body, signal?: AbortSignal, onSent?: OnSent): Promise<CompletedUpload>
}
