import { invalidArgument, OssError } from './errors.ts'
import { MAX_USER_METADATA_BYTES } from './limits.ts'
import { countTags } from './tagging.ts'

export type BucketAcl = 'private' | 'public-read' | 'public-read-write'
export type ObjectAcl = BucketAcl | 'default'

/** What the headers of PutObject, CopyObject and InitiateMultipartUpload fix for the object. */
export interface ObjectSettings {
  /** Headers that come back with GET and HEAD. */
  readonly headers: Readonly<Record<string, string>>
  /** Undefined: the bucket's. */
  readonly storageClass: string | undefined
  readonly acl: ObjectAcl | undefined
}

type Headers = ReadonlyMap<string, string>

export function readObjectSettings(headers: Headers): ObjectSettings {
  return {
    headers: {
      ...persistentHeaders(headers),
      ...contentHeaders(headers),
      ...userMetadata(headers),
      ...encryptionHeaders(headers),
      ...taggingCount(headers),
    },
    storageClass: readStorageClass(headers),
    acl: readObjectAcl(headers),
  }
}

const STORAGE_CLASSES = ['Standard', 'IA', 'Archive', 'ColdArchive', 'DeepColdArchive']
const BUCKET_ACLS: readonly BucketAcl[] = ['private', 'public-read', 'public-read-write']
const OBJECT_ACLS: readonly ObjectAcl[] = ['default', ...BUCKET_ACLS]

export function readStorageClass(headers: Headers): string | undefined {
  return oneOf(headers, 'x-oss-storage-class', STORAGE_CLASSES)
}

export function readObjectAcl(headers: Headers): ObjectAcl | undefined {
  return oneOf(headers, 'x-oss-object-acl', OBJECT_ACLS)
}

export function readBucketAcl(headers: Headers): BucketAcl | undefined {
  return oneOf(headers, 'x-oss-acl', BUCKET_ACLS)
}

export function isStorageClass(text: string): boolean {
  return STORAGE_CLASSES.includes(text)
}

function oneOf<value extends string>(
  headers: Headers,
  name: string,
  allowed: readonly value[],
): value | undefined {
  const text = headers.get(name)
  if (text === undefined) return undefined
  const found = allowed.find((value) => value === text)
  if (found === undefined) throw invalidArgument(name, text)
  return found
}

const CONTENT_HEADERS = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
]

function contentHeaders(headers: Headers): Record<string, string> {
  return {
    'content-type': headers.get('content-type') || 'application/octet-stream',
    ...pick(headers, (name) => CONTENT_HEADERS.includes(name)),
  }
}

function userMetadata(headers: Headers): Record<string, string> {
  const metadata = pick(headers, (name) => name.startsWith('x-oss-meta-'))
  const bytes = Object.entries(metadata).reduce(
    (sum, [name, value]) => sum + name.length + value.length,
    0,
  )
  if (bytes <= MAX_USER_METADATA_BYTES) return metadata
  throw new OssError('InvalidArgument', {
    message: `The user metadata takes ${bytes} bytes: ${MAX_USER_METADATA_BYTES} are allowed.`,
  })
}

export function encryptionHeaders(headers: Headers): Record<string, string> {
  const algorithm = headers.get('x-oss-server-side-encryption')
  if (algorithm !== undefined && !['AES256', 'KMS', 'SM4'].includes(algorithm)) {
    throw new OssError('InvalidEncryptionAlgorithmError', {
      elements: { EncryptionAlgorithm: algorithm },
    })
  }
  return pick(
    headers,
    (name) =>
      name.startsWith('x-oss-server-side-encryption') ||
      name === 'x-oss-server-side-data-encryption',
  )
}

function taggingCount(headers: Headers): Record<string, string> {
  const count = countTags(headers.get('x-oss-tagging') ?? '')
  return count === 0 ? {} : { 'x-oss-tagging-count': String(count) }
}

/** These are about the message, not about the object. */
const NOT_PERSISTENT = ['connection', 'keep-alive', 'trailer', 'transfer-encoding', 'upgrade']

/** `name:base64(value),name2:…` */
function persistentHeaders(headers: Headers): Record<string, string> {
  const list = headers.get('x-oss-persistent-headers')
  if (list === undefined) return {}
  return Object.fromEntries(
    list.split(',').map((entry) => {
      const [, name = '', base64 = ''] = /^\s*([\w-]+):([\w+/]+=*)\s*$/.exec(entry) ?? []
      const value = Buffer.from(base64, 'base64').toString('latin1')
      if (name === '' || NOT_PERSISTENT.includes(name.toLowerCase())) {
        throw invalidArgument('x-oss-persistent-headers', entry)
      }
      return [name.toLowerCase(), headerValue('x-oss-persistent-headers', value)]
    }),
  )
}

/** `value`, unless it would break out of its line: it did not come to us as a header. */
export function headerValue(argument: string, value: string): string {
  // Printable characters, tab, and the bytes of UTF-8.
  if (/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return value
  throw invalidArgument(argument, value, {
    message: `The argument ${argument} holds a control character.`,
  })
}

function pick(headers: Headers, wanted: (name: string) => boolean): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => wanted(name)))
}
