import { invalidArgument, OssError } from './errors.ts'
import { MAX_PART_NUMBER } from './limits.ts'
import type { Target } from './locate.ts'
import { checkBucketName, checkKey } from './names.ts'
import type { OssRequest } from './request.ts'
import { UNSERVED_ON_BUCKETS, UNSERVED_ON_OBJECTS } from './sub-resources.ts'

type Level<level extends Target['level']> = Extract<Target, { level: level }>

type OnBucket<name extends string> = Omit<Level<'bucket'>, 'level'> & { readonly name: name }
type OnObject<name extends string> = Omit<Level<'object'>, 'level'> & { readonly name: name }
type OnUpload<name extends string> = OnObject<name> & { readonly uploadId: string }
type OnPart<name extends string> = OnUpload<name> & { readonly partNumber: number }

/** Everything that OSS can be asked for, as far as oss-local goes. */
export type Operation =
  | { readonly name: 'ListBuckets' }
  | OnBucket<'PutBucket'>
  | OnBucket<'GetBucketInfo'>
  | OnBucket<'GetBucketLocation'>
  | OnBucket<'GetBucketAcl'>
  | OnBucket<'PutBucketCors'>
  | OnBucket<'GetBucketCors'>
  | OnBucket<'DeleteBucketCors'>
  | OnBucket<'PutBucketLifecycle'>
  | OnBucket<'GetBucketLifecycle'>
  | OnBucket<'DeleteBucketLifecycle'>
  | OnBucket<'DeleteBucket'>
  | OnBucket<'ListObjects'>
  | OnBucket<'ListObjectsV2'>
  | OnBucket<'ListMultipartUploads'>
  | OnBucket<'DeleteMultipleObjects'>
  | OnObject<'PutObject'>
  | OnObject<'CopyObject'>
  | OnObject<'GetObject'>
  | OnObject<'HeadObject'>
  | OnObject<'GetObjectMeta'>
  | OnObject<'DeleteObject'>
  | OnObject<'InitiateMultipartUpload'>
  | OnPart<'UploadPart'>
  | OnPart<'UploadPartCopy'>
  | OnUpload<'CompleteMultipartUpload'>
  | OnUpload<'AbortMultipartUpload'>
  | OnUpload<'ListParts'>
  | { readonly name: 'Preflight'; readonly bucket?: string }
  | { readonly name: 'Unserved'; readonly wanted: string }

/** Which operation a request is: by method, then by query names, the first hit wins. */
export function detect(request: OssRequest, target: Target): Operation {
  if (request.method === 'OPTIONS') {
    return { name: 'Preflight', ...('bucket' in target && { bucket: target.bucket }) }
  }
  if (target.level === 'service') return detectOnService(request)
  checkBucketName(target.bucket)
  if (target.level === 'bucket') return detectOnBucket(request, target)
  checkKey(target.key)
  return detectOnObject(request, target)
}

function detectOnService({ method, query }: OssRequest): Operation {
  if (method !== 'GET') return unserved(method, '*Service')
  return query.has('regions') ? unserved(method, 'DescribeRegions') : { name: 'ListBuckets' }
}

/** What can be read and written of a bucket's configuration: by method and query name. */
const CONFIGURATION = [
  ['GET', 'bucketInfo', 'GetBucketInfo'],
  ['GET', 'location', 'GetBucketLocation'],
  ['GET', 'acl', 'GetBucketAcl'],
  ['GET', 'cors', 'GetBucketCors'],
  ['PUT', 'cors', 'PutBucketCors'],
  ['DELETE', 'cors', 'DeleteBucketCors'],
  ['GET', 'lifecycle', 'GetBucketLifecycle'],
  ['PUT', 'lifecycle', 'PutBucketLifecycle'],
  ['DELETE', 'lifecycle', 'DeleteBucketLifecycle'],
] as const

function detectOnBucket(request: OssRequest, { bucket }: Level<'bucket'>): Operation {
  const { method, query } = request
  if (method === 'POST' && query.has('delete')) return { name: 'DeleteMultipleObjects', bucket }
  if (method === 'GET') {
    if (query.has('uploads')) return { name: 'ListMultipartUploads', bucket }
    if (query.get('list-type') === '2') return { name: 'ListObjectsV2', bucket }
  }
  const named = CONFIGURATION.find(
    ([verb, subResource]) => verb === method && query.has(subResource),
  )
  if (named !== undefined) return { name: named[2], bucket }
  const other = firstNamed(request, UNSERVED_ON_BUCKETS)
  if (other !== undefined) return unserved(method, other)
  if (method === 'GET') return { name: 'ListObjects', bucket }
  if (method === 'PUT') return { name: 'PutBucket', bucket }
  if (method === 'DELETE') return { name: 'DeleteBucket', bucket }
  return unserved(method, method === 'POST' ? 'PostObject' : '*Bucket')
}

function detectOnObject(request: OssRequest, { bucket, key }: Level<'object'>): Operation {
  const { method, query } = request
  const uploadId = query.get('uploadId')
  if (method === 'POST') {
    if (query.has('uploads')) return { name: 'InitiateMultipartUpload', bucket, key }
    if (uploadId !== undefined) {
      return { name: 'CompleteMultipartUpload', bucket, key, uploadId }
    }
  }
  if (method === 'PUT' && (uploadId !== undefined || query.has('partNumber'))) {
    return detectPart(request, { bucket, key })
  }
  if (method === 'GET' && uploadId !== undefined) {
    return { name: 'ListParts', bucket, key, uploadId }
  }
  if (method === 'DELETE' && uploadId !== undefined) {
    return { name: 'AbortMultipartUpload', bucket, key, uploadId }
  }
  const other = firstNamed(request, UNSERVED_ON_OBJECTS)
  if (other !== undefined) return unserved(method, other)
  return detectPlain(request, { bucket, key })
}

function detectPart(
  { query, headers }: OssRequest,
  { bucket, key }: { bucket: string; key: string },
): Operation {
  const uploadId = query.get('uploadId')
  if (uploadId === undefined) throw invalidArgument('uploadId', '')
  const text = query.get('partNumber')
  if (text === undefined) throw invalidArgument('PartNumber', '', { ec: '0017-00000219' })
  const part = { bucket, key, uploadId, partNumber: readPartNumber(text) }
  return headers.has('x-oss-copy-source')
    ? { name: 'UploadPartCopy', ...part }
    : { name: 'UploadPart', ...part }
}

export function readPartNumber(text: string): number {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (number >= 1 && number <= MAX_PART_NUMBER) return number
  throw invalidArgument('PartNumber', text, {
    message: 'Part number must be an integer between 1 and 10000, inclusive.',
    ec: '0017-00000220',
  })
}

function detectPlain(
  request: OssRequest,
  { bucket, key }: { bucket: string; key: string },
): Operation {
  const { method, query, headers } = request
  refuseVersions(request)
  switch (method) {
    case 'PUT':
      return { name: headers.has('x-oss-copy-source') ? 'CopyObject' : 'PutObject', bucket, key }
    case 'GET':
      return { name: query.has('objectMeta') ? 'GetObjectMeta' : 'GetObject', bucket, key }
    case 'HEAD':
      return { name: query.has('objectMeta') ? 'GetObjectMeta' : 'HeadObject', bucket, key }
    case 'DELETE':
      return { name: 'DeleteObject', bucket, key }
    default:
      return unserved(method, '*Object')
  }
}

/** Without versioning, the only version an object can have is called `null`. */
function refuseVersions({ query }: OssRequest): void {
  const versionId = query.get('versionId')
  if (versionId === undefined || versionId === 'null') return
  throw new OssError('NoSuchVersion', { elements: { VersionId: versionId } })
}

function firstNamed({ query }: OssRequest, names: ReadonlyMap<string, string>): string | undefined {
  const pair = query.pairs.find(({ name }) => names.has(name))
  return pair && names.get(pair.name)
}

/** `GET` and `*BucketCors` make `GetBucketCors`. */
function unserved(method: string, name: string): Operation {
  const verb = method.charAt(0) + method.slice(1).toLowerCase()
  return { name: 'Unserved', wanted: name.replace('*', verb) }
}
