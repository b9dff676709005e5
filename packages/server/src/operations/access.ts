import type { Identity } from '../protocol/authenticate.ts'
import type { Operation } from '../protocol/detect.ts'
import { OssError } from '../protocol/errors.ts'
import type { ObjectRecord, Store } from '../store/store.ts'
import { findBucket } from './find.ts'

/** What an anonymous client needs for an operation. */
type Need = 'identity' | 'list' | 'read' | 'write'

/** These are answered without a look at who asks. */
type Open = 'Preflight' | 'Unserved'

const NEEDS: { readonly [name in Exclude<Operation['name'], Open>]: Need } = {
  ListBuckets: 'identity',
  PutBucket: 'identity',
  GetBucketInfo: 'identity',
  GetBucketLocation: 'identity',
  GetBucketAcl: 'identity',
  PutBucketCors: 'identity',
  GetBucketCors: 'identity',
  DeleteBucketCors: 'identity',
  PutBucketLifecycle: 'identity',
  GetBucketLifecycle: 'identity',
  DeleteBucketLifecycle: 'identity',
  DeleteBucket: 'identity',
  ListObjects: 'list',
  ListObjectsV2: 'list',
  ListMultipartUploads: 'list',
  DeleteMultipleObjects: 'identity',
  PutObject: 'write',
  CopyObject: 'write',
  GetObject: 'read',
  HeadObject: 'read',
  GetObjectMeta: 'read',
  DeleteObject: 'write',
  InitiateMultipartUpload: 'write',
  UploadPart: 'write',
  UploadPartCopy: 'write',
  CompleteMultipartUpload: 'write',
  AbortMultipartUpload: 'write',
  ListParts: 'write',
}

/** Checks that the bucket is there, and that `identity` may do this; throws otherwise. */
export async function checkAccess(
  operation: Operation,
  identity: Identity,
  store: Store,
): Promise<void> {
  if (operation.name === 'Preflight' || operation.name === 'Unserved') return
  if (!('bucket' in operation) || operation.name === 'PutBucket') {
    if (identity === 'anonymous') throw needsIdentity()
    return
  }
  await findBucket(store, operation.bucket)
  if (identity === 'owner') return
  const need = NEEDS[operation.name]
  if (need === 'identity') throw needsIdentity()
  // oss2 states that anonymous clients cannot list, whatever the ACL.
  if (need === 'list' || !('key' in operation)) throw noRight('bucket')
  await checkAnonymous(need === 'read' ? 'read' : 'write', operation, store)
}

/** The ACL of the object counts, unless it is `default`: then the bucket's. */
export async function checkAnonymous(
  need: 'read' | 'write',
  { bucket, key }: { bucket: string; key: string },
  store: Store,
): Promise<void> {
  const object = await store.getObject(bucket, key)
  const acl = ownAcl(object) ?? (await findBucket(store, bucket)).acl
  if (acl === 'public-read-write' || (acl === 'public-read' && need === 'read')) return
  throw noRight(ownAcl(object) === undefined ? 'bucket' : 'object')
}

function ownAcl(object: ObjectRecord | undefined) {
  return object === undefined || object.acl === 'default' ? undefined : object.acl
}

function noRight(what: 'bucket' | 'object'): OssError {
  return new OssError('AccessDenied', {
    message: `Anonymous user has no right to access this ${what}.`,
  })
}

function needsIdentity(): OssError {
  return new OssError('AccessDenied', {
    message: 'Anonymous access is forbidden for this operation.',
  })
}
