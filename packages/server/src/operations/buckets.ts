import { readBucketBody } from '../protocol/bucket-body.ts'
import { isoDate } from '../protocol/dates.ts'
import { OssError } from '../protocol/errors.ts'
import { MAX_XML_BYTES } from '../protocol/limits.ts'
import { readName, readPageSize } from '../protocol/list-parameters.ts'
import { readBucketAcl } from '../protocol/object-settings.ts'
import { emptyReply, xmlReply } from '../protocol/reply.ts'
import type { XmlNode } from '../protocol/xml-writer.ts'
import type { BucketRecord } from '../store/store.ts'
import type { Call, Handler } from './call.ts'
import { findBucket, noSuchBucket } from './find.ts'
import { ownerNode } from './owner.ts'
import { receiveDocument } from './receive.ts'

export const listBuckets: Handler<'ListBuckets'> = async (_operation, call) => {
  const { query } = call.request
  const prefix = readName(query, 'prefix')
  const marker = readName(query, 'marker')
  const limit = readPageSize(query, 'max-keys', 100)
  const found = await call.store.listBuckets({ prefix, after: marker, limit: limit + 1 })
  const buckets = found.slice(0, limit)
  const isTruncated = found.length > limit
  return xmlReply([
    'ListAllMyBucketsResult',
    [
      ['Prefix', prefix],
      ['Marker', marker],
      ['MaxKeys', limit],
      ['IsTruncated', isTruncated],
      isTruncated ? ['NextMarker', buckets.at(-1)?.name ?? ''] : undefined,
      ownerNode(),
      ['Buckets', buckets.map((bucket): XmlNode => ['Bucket', bucketNodes(bucket, call)])],
    ],
  ])
}

/** One's own bucket can be created again: test suites do it all the time. */
export const putBucket: Handler<'PutBucket'> = async ({ bucket: name }, call) => {
  const { request, store, now } = call
  const acl = readBucketAcl(request.headers)
  const settings = readBucketBody(await receiveDocument(request, MAX_XML_BYTES))
  const existing = await store.getBucket(name)
  if (existing !== undefined && existing.storageClass !== settings.storageClass) {
    throw cannotModify('storage class')
  }
  if (existing !== undefined && existing.dataRedundancyType !== settings.dataRedundancyType) {
    throw cannotModify('data redundancy type')
  }
  await store.putBucket({
    ...settings,
    name,
    createdAt: existing?.createdAt ?? now(),
    acl: acl ?? existing?.acl ?? 'private',
  })
  return emptyReply(200, { location: `/${name}` })
}

function cannotModify(what: string): OssError {
  return new OssError('BucketAlreadyExists', {
    message: `Cannot modify existing bucket's ${what}.`,
  })
}

export const getBucketInfo: Handler<'GetBucketInfo'> = async ({ bucket: name }, call) => {
  const bucket = await findBucket(call.store, name)
  const info: XmlNode = [
    'Bucket',
    [
      ...bucketNodes(bucket, call),
      ['DataRedundancyType', bucket.dataRedundancyType],
      ['AccessMonitor', 'Disabled'],
      ['TransferAcceleration', 'Disabled'],
      ['CrossRegionReplication', 'Disabled'],
      ownerNode(),
      grantNode(bucket),
      ['ServerSideEncryptionRule', [['SSEAlgorithm', 'None']]],
      [
        'BucketPolicy',
        [
          ['LogBucket', ''],
          ['LogPrefix', ''],
        ],
      ],
      ['Comment', ''],
    ],
  ]
  return xmlReply(['BucketInfo', [info]])
}

export const getBucketLocation: Handler<'GetBucketLocation'> = async (_operation, { region }) =>
  xmlReply(['LocationConstraint', `oss-${region}`])

export const getBucketAcl: Handler<'GetBucketAcl'> = async ({ bucket: name }, { store }) => {
  const bucket = await findBucket(store, name)
  return xmlReply(['AccessControlPolicy', [ownerNode(), grantNode(bucket)]])
}

export const deleteBucket: Handler<'DeleteBucket'> = async ({ bucket }, { store }) => {
  const outcome = await store.deleteBucket(bucket)
  if (outcome === 'missing') throw noSuchBucket(bucket)
  if (outcome === 'has-objects') throw notEmpty(bucket)
  if (outcome === 'has-uploads') {
    throw notEmpty(bucket, 'The bucket has Multipart Uploads. Please abort them first.')
  }
  return emptyReply(204)
}

function notEmpty(bucket: string, message?: string): OssError {
  return new OssError('BucketNotEmpty', {
    elements: { BucketName: bucket },
    ...(message === undefined ? {} : { message }),
  })
}

/** The elements that oss2 needs of every bucket. */
function bucketNodes(bucket: BucketRecord, { region }: Call): XmlNode[] {
  return [
    ['CreationDate', isoDate(bucket.createdAt)],
    ['ExtranetEndpoint', `oss-${region}.aliyuncs.com`],
    ['IntranetEndpoint', `oss-${region}-internal.aliyuncs.com`],
    ['Location', `oss-${region}`],
    ['Name', bucket.name],
    ['Region', region],
    ['StorageClass', bucket.storageClass],
  ]
}

function grantNode({ acl }: BucketRecord): XmlNode {
  return ['AccessControlList', [['Grant', acl]]]
}
