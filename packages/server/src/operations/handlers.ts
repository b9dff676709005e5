import type { Operation } from '../protocol/detect.ts'
import {
  deleteBucket,
  getBucketAcl,
  getBucketInfo,
  getBucketLocation,
  listBuckets,
  putBucket,
} from './buckets.ts'
import type { Handler } from './call.ts'
import { completeMultipartUpload } from './complete.ts'
import { copyObject, uploadPartCopy } from './copy.ts'
import { deleteBucketCors, getBucketCors, putBucketCors } from './cors.ts'
import { deleteMultipleObjects, deleteObject } from './delete-objects.ts'
import { getObject, getObjectMeta, headObject } from './get-object.ts'
import { deleteBucketLifecycle, getBucketLifecycle, putBucketLifecycle } from './lifecycle.ts'
import { listObjects, listObjectsV2 } from './list-objects.ts'
import { listParts } from './list-parts.ts'
import { listMultipartUploads } from './list-uploads.ts'
import { abortMultipartUpload, initiateMultipartUpload, uploadPart } from './multipart.ts'
import { preflight } from './preflight.ts'
import { putObject } from './put-object.ts'
import { unserved } from './refuse.ts'

/**
 * What oss-local has of OSS: buckets with CORS and lifecycle rules, objects, listings and multipart
 * uploads, with upload callbacks, anonymous access by ACL, and the limits and errors of the service.
 * What it leaves out is answered with 501: versioning, appendable objects, symlinks, form uploads,
 * restore, image processing, the other configuration of buckets (policies, logging …), and tags and
 * ACLs after the fact. Storage classes, encryption, and all lifecycle actions but
 * AbortMultipartUpload are remembered and shown, and have no effect.
 *
 * One handler per operation: leaving one out does not compile.
 */
export const handlers: { readonly [name in Operation['name']]: Handler<name> } = {
  ListBuckets: listBuckets,
  PutBucket: putBucket,
  GetBucketInfo: getBucketInfo,
  GetBucketLocation: getBucketLocation,
  GetBucketAcl: getBucketAcl,
  PutBucketCors: putBucketCors,
  GetBucketCors: getBucketCors,
  DeleteBucketCors: deleteBucketCors,
  PutBucketLifecycle: putBucketLifecycle,
  GetBucketLifecycle: getBucketLifecycle,
  DeleteBucketLifecycle: deleteBucketLifecycle,
  DeleteBucket: deleteBucket,
  ListObjects: listObjects,
  ListObjectsV2: listObjectsV2,
  ListMultipartUploads: listMultipartUploads,
  DeleteMultipleObjects: deleteMultipleObjects,
  PutObject: putObject,
  CopyObject: copyObject,
  GetObject: getObject,
  HeadObject: headObject,
  GetObjectMeta: getObjectMeta,
  DeleteObject: deleteObject,
  InitiateMultipartUpload: initiateMultipartUpload,
  UploadPart: uploadPart,
  UploadPartCopy: uploadPartCopy,
  CompleteMultipartUpload: completeMultipartUpload,
  AbortMultipartUpload: abortMultipartUpload,
  ListParts: listParts,
  Preflight: preflight,
  Unserved: unserved,
}
