export { indexedDbCheckpoints } from './browser/indexeddb-checkpoints.ts'
export { createBrowserClient as createClient } from './client/browser-client.ts'
export { type BucketReport, checkBucket } from './client/check-bucket.ts'
export type { Client } from './client/context.ts'
export {
  type MultipartUploadOptions,
  type MultipartUploadResult,
  multipartUpload,
} from './client/multipart-upload.ts'
export { type HeadResult, head } from './client/objects.ts'
export type { UploadInput } from './client/open-input.ts'
export type { ClientOptions, KeylessClientOptions } from './client/options.ts'
export { OssError } from './oss/errors.ts'
export type { Checkpoint } from './upload/checkpoint.ts'
export type { CheckpointStore } from './upload/checkpoint-store.ts'
export type { FileHandle } from './upload/file-handle.ts'
export { memoryCheckpoints } from './upload/memory-checkpoints.ts'
export type { Source } from './upload/source.ts'
export { findCheckpoints, forgetStaleCheckpoints } from './upload/stored-uploads.ts'
