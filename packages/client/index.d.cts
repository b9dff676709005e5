// The types of `require('oss-multipart')`: the class itself, with the other exports on it.
import type * as esm from './index.js' with { 'resolution-mode': 'import' }

declare const OSS: typeof esm.OSS & typeof esm

interface OSS extends esm.OSS {}

declare namespace OSS {
  export type CORSRule = esm.CORSRule
  export type BucketReport = esm.BucketReport
  export type CheckOptions = esm.CheckOptions
  export type Checkpoint = esm.Checkpoint
  export type CheckpointClaim = esm.CheckpointClaim
  export type CheckpointQuery = esm.CheckpointQuery
  export type CheckpointStore = esm.CheckpointStore
  export type ClientOptions = esm.ClientOptions
  export type CompleteMultipartUploadResult = esm.CompleteMultipartUploadResult
  export type CopyOptions = esm.CopyOptions
  export type DeletableObject = esm.DeletableObject
  export type DeletedObject = esm.DeletedObject
  export type DonePart = esm.DonePart
  export type Finding = esm.Finding
  export type GetOptions = esm.GetOptions
  export type GetResult = esm.GetResult
  export type GetStreamResult = esm.GetStreamResult
  export type HeadResult = esm.HeadResult
  export type InitMultipartUploadResult = esm.InitMultipartUploadResult
  export type LifecycleAge = esm.LifecycleAge
  export type LifecycleRule = esm.LifecycleRule
  export type LifecycleTag = esm.LifecycleTag
  export type KeylessClientOptions = esm.KeylessClientOptions
  export type ListPartsQuery = esm.ListPartsQuery
  export type ListPartsResult = esm.ListPartsResult
  export type ListQuery = esm.ListQuery
  export type ListResult = esm.ListResult
  export type ListUploadsQuery = esm.ListUploadsQuery
  export type ListUploadsResult = esm.ListUploadsResult
  export type ListV2Query = esm.ListV2Query
  export type ListV2Result = esm.ListV2Result
  export type ListedObject = esm.ListedObject
  export type ListedPartInfo = esm.ListedPartInfo
  export type MultipartUploadOptions = esm.MultipartUploadOptions
  export type MultipartUploadResult = esm.MultipartUploadResult
  export type ObjectOptions = esm.ObjectOptions
  export type OnPart = esm.OnPart
  export type OnTransfer = esm.OnTransfer
  export type OssError = esm.OssError
  export type PartEvent = esm.PartEvent
  export type Progress = esm.Progress
  export type ProxyOptions = esm.ProxyOptions
  export type PutOptions = esm.PutOptions
  export type PutResult = esm.PutResult
  export type RequestOptions = esm.RequestOptions
  export type RequestParams = esm.RequestParams
  export type RequestResult = esm.RequestResult
  export type ResponseInfo = esm.ResponseInfo
  export type SignElsewhere = esm.SignElsewhere
  export type SignableOperation = esm.SignableOperation
  export type SignatureUrlOptions = esm.SignatureUrlOptions
  export type SignedElsewhere = esm.SignedElsewhere
  export type SignedRequest = esm.SignedRequest
  export type SignerOptions = esm.SignerOptions
  export type SigningLimits = esm.SigningLimits
  export type SigningRequest = esm.SigningRequest
  export type Source = esm.Source
  export type StaleOptions = esm.StaleOptions
  export type StoredCheckpoint = esm.StoredCheckpoint
  export type TemporaryKeys = esm.TemporaryKeys
  export type Timeout = esm.Timeout
  export type TimeoutOptions = esm.TimeoutOptions
  export type Transfer = esm.Transfer
  export type UploadCallback = esm.UploadCallback
  export type UploadInput = esm.UploadInput
  export type UploadOptions = esm.UploadOptions
  export type UploadPartResult = esm.UploadPartResult
}

export = OSS
