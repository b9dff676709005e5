import { describe, expect, it } from 'vitest'
import { detect } from './detect.ts'
import type { Target } from './locate.ts'
import { testRequest } from './test-request.ts'

const SERVICE: Target = { level: 'service' }
const BUCKET: Target = { level: 'bucket', bucket: 'b12' }
const OBJECT: Target = { level: 'object', bucket: 'b12', key: 'k' }

function operation(target: Target, line: string, headers: Record<string, string> = {}) {
  const [method = '', query = ''] = line.split(' ')
  return detect(testRequest({ method, url: `/${query}`, headers }), target)
}

describe('detect', () => {
  it.each([
    [SERVICE, 'GET', 'ListBuckets'],
    [SERVICE, 'GET ?prefix=a&max-keys=1', 'ListBuckets'],
    [SERVICE, 'OPTIONS', 'Preflight'],
    [BUCKET, 'OPTIONS', 'Preflight'],
    [BUCKET, 'POST ?delete', 'DeleteMultipleObjects'],
    [BUCKET, 'POST ?delete=&encoding-type=url', 'DeleteMultipleObjects'],
    [BUCKET, 'GET ?uploads', 'ListMultipartUploads'],
    [BUCKET, 'GET ?list-type=2', 'ListObjectsV2'],
    [BUCKET, 'GET ?bucketInfo', 'GetBucketInfo'],
    [BUCKET, 'GET ?location', 'GetBucketLocation'],
    [BUCKET, 'GET ?acl', 'GetBucketAcl'],
    [BUCKET, 'GET ?cors', 'GetBucketCors'],
    [BUCKET, 'PUT ?cors=', 'PutBucketCors'],
    [BUCKET, 'DELETE ?cors', 'DeleteBucketCors'],
    [BUCKET, 'GET ?lifecycle', 'GetBucketLifecycle'],
    [BUCKET, 'PUT ?lifecycle', 'PutBucketLifecycle'],
    [BUCKET, 'DELETE ?lifecycle', 'DeleteBucketLifecycle'],
    [BUCKET, 'GET', 'ListObjects'],
    [BUCKET, 'GET ?list-type=1&prefix=a', 'ListObjects'],
    [BUCKET, 'GET ?unheard-of', 'ListObjects'],
    [BUCKET, 'PUT', 'PutBucket'],
    [BUCKET, 'DELETE', 'DeleteBucket'],
    [OBJECT, 'OPTIONS', 'Preflight'],
    [OBJECT, 'POST ?uploads', 'InitiateMultipartUpload'],
    [OBJECT, 'POST ?uploads=&sequential', 'InitiateMultipartUpload'],
    [OBJECT, 'POST ?uploadId=U', 'CompleteMultipartUpload'],
    [OBJECT, 'PUT ?partNumber=1&uploadId=U', 'UploadPart'],
    [OBJECT, 'GET ?uploadId=U', 'ListParts'],
    [OBJECT, 'DELETE ?uploadId=U', 'AbortMultipartUpload'],
    [OBJECT, 'HEAD ?objectMeta', 'GetObjectMeta'],
    [OBJECT, 'GET ?objectMeta=', 'GetObjectMeta'],
    [OBJECT, 'PUT', 'PutObject'],
    [OBJECT, 'GET', 'GetObject'],
    [OBJECT, 'GET ?response-expires=0', 'GetObject'],
    [OBJECT, 'GET ?versionId=null', 'GetObject'],
    [OBJECT, 'HEAD', 'HeadObject'],
    [OBJECT, 'DELETE', 'DeleteObject'],
  ] as const)('takes %o %s for %s', (target, line, name) => {
    expect(operation(target, line).name).toBe(name)
  })

  it('knows the bucket that a preflight is about, if there is one', () => {
    expect(operation(SERVICE, 'OPTIONS')).toEqual({ name: 'Preflight' })
    expect(operation(BUCKET, 'OPTIONS')).toEqual({ name: 'Preflight', bucket: 'b12' })
    expect(operation(OBJECT, 'OPTIONS ?uploads')).toEqual({ name: 'Preflight', bucket: 'b12' })
  })

  it('takes a copy source for a copy', () => {
    const copy = { 'x-oss-copy-source': '/b12/k' }
    expect(operation(OBJECT, 'PUT', copy).name).toBe('CopyObject')
    expect(operation(OBJECT, 'PUT ?partNumber=2&uploadId=U', copy)).toEqual({
      name: 'UploadPartCopy',
      bucket: 'b12',
      key: 'k',
      uploadId: 'U',
      partNumber: 2,
    })
  })

  it.each([
    [SERVICE, 'PUT', 'PutService'],
    [SERVICE, 'GET ?regions', 'DescribeRegions'],
    [BUCKET, 'HEAD', 'HeadBucket'],
    [BUCKET, 'POST', 'PostObject'],
    [BUCKET, 'PUT ?acl', 'PutBucketAcl'],
    [BUCKET, 'POST ?cors', 'PostObject'],
    [BUCKET, 'PUT ?referer', 'PutBucketReferer'],
    [BUCKET, 'DELETE ?tagging', 'DeleteBucketTags'],
    [BUCKET, 'GET ?versions', 'ListObjectVersions'],
    [OBJECT, 'POST', 'PostObject'],
    [OBJECT, 'POST ?append&position=0', 'AppendObject'],
    [OBJECT, 'POST ?restore', 'RestoreObject'],
    [OBJECT, 'PUT ?acl', 'PutObjectAcl'],
    [OBJECT, 'GET ?tagging', 'GetObjectTagging'],
    [OBJECT, 'PUT ?symlink', 'PutSymlink'],
    [OBJECT, 'GET ?x-oss-process=image/resize,w_1', 'ProcessObject'],
    [OBJECT, 'PATCH', 'PatchObject'],
  ] as const)('knows %o %s for something it does not serve: %s', (target, line, wanted) => {
    expect(operation(target, line)).toEqual({ name: 'Unserved', wanted })
  })

  it.each(['0', '10001', '-1', '1.5', '1e3', 'x', '', '00000000001'])(
    'refuses the part number %j',
    (partNumber) => {
      expect(() => operation(OBJECT, `PUT ?uploadId=U&partNumber=${partNumber}`)).toThrowError(
        expect.objectContaining({
          code: 'InvalidArgument',
          status: 400,
          ec: '0017-00000220',
          message: 'Part number must be an integer between 1 and 10000, inclusive.',
          elements: { ArgumentName: 'PartNumber', ArgumentValue: partNumber },
        }),
      )
    },
  )

  it('refuses a part with only one of its two parameters', () => {
    const invalid = (ec: string | undefined) =>
      expect.objectContaining({ code: 'InvalidArgument', ec })
    expect(() => operation(OBJECT, 'PUT ?uploadId=U')).toThrowError(invalid('0017-00000219'))
    expect(() => operation(OBJECT, 'PUT ?partNumber=1')).toThrowError(invalid(undefined))
  })

  it('knows no versions but null', () => {
    for (const method of ['GET', 'HEAD', 'DELETE']) {
      expect(() => operation(OBJECT, `${method} ?versionId=CAEQ`)).toThrowError(
        expect.objectContaining({ code: 'NoSuchVersion', status: 404 }),
      )
    }
  })

  it('checks the names first', () => {
    expect(() => operation({ level: 'bucket', bucket: 'B' }, 'GET')).toThrowError(
      expect.objectContaining({ code: 'InvalidBucketName' }),
    )
    expect(() => operation({ ...OBJECT, key: '/k' }, 'GET ?tagging')).toThrowError(
      expect.objectContaining({ code: 'InvalidObjectName' }),
    )
  })
})
