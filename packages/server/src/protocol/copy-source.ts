import { invalidArgument, OssError } from './errors.ts'
import { checkBucketName, checkKey } from './names.ts'
import { percentDecode } from './percent.ts'

export interface CopySource {
  readonly bucket: string
  readonly key: string
}

/** `/bucket/key`, percent-encoded as a whole or by segment, with an optional `?versionId=…`. */
export function readCopySource(text: string): CopySource {
  const [encoded = '', query] = text.split('?', 2)
  const path = percentDecode(encoded)
  const [, bucket = '', key = ''] = /^\/?([^/]+)\/(.+)$/s.exec(path ?? '') ?? []
  if (bucket === '') {
    throw invalidArgument('x-oss-copy-source', text, {
      message: 'Copy Source must mention the source bucket and key: /sourcebucket/sourcekey.',
    })
  }
  checkBucketName(bucket)
  checkKey(key)
  refuseVersion(query)
  return { bucket, key }
}

function refuseVersion(query: string | undefined): void {
  const versionId = /^versionId=(.*)$/.exec(query ?? '')?.[1]
  if (versionId === undefined || versionId === 'null') return
  throw new OssError('NoSuchVersion', { elements: { VersionId: versionId } })
}
