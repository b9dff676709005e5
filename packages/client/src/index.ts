export type { CORSRule } from './client/bucket-cors.ts'
export type { LifecycleAge, LifecycleRule, LifecycleTag } from './client/bucket-lifecycle.ts'
export type { RequestOptions } from './client/call-options.ts'
export type { BucketReport, CheckOptions, Finding } from './client/check-bucket.ts'
export {
  createSigner,
  type SignableOperation,
  type SignerOptions,
  type SigningLimits,
} from './client/create-signer.ts'
export type { GetOptions } from './client/get.ts'
export type {
  ListedObject,
  ListQuery,
  ListResult,
  ListV2Query,
  ListV2Result,
} from './client/list.ts'
export type {
  CompleteMultipartUploadResult,
  InitMultipartUploadResult,
  ListedPartInfo,
  ListPartsQuery,
  ListPartsResult,
  ListUploadsQuery,
  ListUploadsResult,
  UploadPartResult,
} from './client/multipart-calls.ts'
export type { MultipartUploadOptions, MultipartUploadResult } from './client/multipart-upload.ts'
export type { CopyOptions, DeletableObject, DeletedObject, HeadResult } from './client/objects.ts'
export type { UploadInput } from './client/open-input.ts'
export type { ClientOptions, KeylessClientOptions, TemporaryKeys } from './client/options.ts'
export { type GetResult, type GetStreamResult, OSS, OSS as default } from './client/oss.ts'
export type { PutOptions, PutResult } from './client/put.ts'
export type { RequestParams, RequestResult } from './client/request.ts'
export type { Timeout, TimeoutOptions } from './client/timeouts.ts'
export type { ObjectOptions } from './client/upload-headers.ts'
export type { SignatureUrlOptions, SignedRequest } from './client/urls.ts'
export { fileCheckpoints } from './node/file-checkpoints.ts'
export type { ProxyOptions } from './node/proxy-url.ts'
export type { UploadCallback } from './oss/callback.ts'
export { OssError } from './oss/errors.ts'
export type { ResponseInfo } from './oss/response.ts'
export type { SignElsewhere, SignedElsewhere, SigningRequest } from './oss/signing.ts'
export type { Checkpoint, DonePart } from './upload/checkpoint.ts'
export type {
  CheckpointClaim,
  CheckpointStore,
  StoredCheckpoint,
} from './upload/checkpoint-store.ts'
export type { FileHandle } from './upload/file-handle.ts'
export { memoryCheckpoints } from './upload/memory-checkpoints.ts'
export type { Progress, UploadOptions } from './upload/options.ts'
export type { Source } from './upload/source.ts'
export {
  type CheckpointQuery,
  findCheckpoints,
  forgetStaleCheckpoints,
  type StaleOptions,
} from './upload/stored-uploads.ts'
export type { OnTransfer, Transfer } from './upload/transfer.ts'
export { VERSION } from './version.ts'
