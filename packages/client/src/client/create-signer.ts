import type { Credentials } from '../oss/credentials.ts'
import { invalidInput, OssError } from '../oss/errors.ts'
import { MAX_PARTS } from '../oss/limits.ts'
import { checkBucketName, show } from '../oss/names.ts'
import { signV4 } from '../oss/sign-v4.ts'

/** What a page may ask to have signed. */
export type SignableOperation =
  | 'PutObject'
  | 'HeadObject'
  | 'InitiateMultipartUpload'
  | 'UploadPart'
  | 'ListParts'
  | 'CompleteMultipartUpload'
  | 'AbortMultipartUpload'
  | 'ListMultipartUploads'

/** What is allowed. It can be narrowed for each request, by who is asking. */
export interface SigningLimits {
  /**
   * Only names that begin so, such as `users/17/`.
   *
   * @default '': every name
   */
  prefix?: string | undefined
  /**
   * @default all that an upload needs
   */
  operations?: readonly SignableOperation[] | undefined
  /**
   * Bytes of a body. Of parts, each may be as large as its number leaves room for: whoever means harm
   * can come to about ten times as much, which `head` or an upload callback shows.
   *
   * @default Infinity
   */
  maxSize?: number | undefined
  /**
   * Headers that may be signed besides Content-Type, `x-oss-meta-…` and `x-oss-forbid-overwrite`, such
   * as `x-oss-storage-class`.
   *
   * @default none
   */
  headers?: readonly string[] | undefined
}

export interface SignerOptions extends SigningLimits {
  /** The keys, or what gives them: temporary ones change. */
  credentials: Credentials | (() => Credentials | Promise<Credentials>)
  /** Such as `oss-cn-hangzhou`. */
  region: string
  bucket: string
  /** Milliseconds since 1970. @default Date.now */
  clock?: (() => number) | undefined
}

/**
 * Signs what a page asks for, if it is allowed: the other end of the client's `sign`. The function takes
 * the JSON that the page sent, and limits of this request, and gives the JSON to answer with.
 *
 * @throws OssError `SigningRefusedError`, status 403, for whatever is not allowed
 */
export function createSigner(
  options: SignerOptions,
): (
  request: unknown,
  limits?: SigningLimits,
) => Promise<{ headers: Readonly<Record<string, string>> }> {
  const bucket = checkBucketName(options.bucket)
  const region = String(options.region).replace(/^oss-/, '')
  if (!/^[a-z0-9-]+$/.test(region)) {
    throw invalidInput(
      `\`region\` must be one such as "oss-cn-hangzhou": got ${show(options.region)}`,
    )
  }
  const { credentials, clock = Date.now } = options
  return async (request, limits = {}) => {
    const asked = readRequest(request)
    if (asked.bucket !== bucket) throw refused(`bucket ${show(asked.bucket)}`)
    checkAllowed(asked, options)
    // Limits of one request narrow those of all.
    checkAllowed(asked, { ...limits, headers: limits.headers ?? options.headers })
    const keys = typeof credentials === 'function' ? await credentials() : credentials
    const { method, key, query, headers } = asked
    // With the length signed, nobody can send more than was allowed.
    const additional = headers['content-length'] === undefined ? [] : ['content-length']
    const signable = { method, bucket, key, query, headers }
    const scope = { region, product: 'oss' } as const
    return { headers: signV4(signable, keys, scope, new Date(clock()), additional) }
  }
}

interface Asked {
  readonly operation: SignableOperation
  readonly method: string
  readonly bucket: unknown
  readonly key: string | undefined
  readonly query: Readonly<Record<string, string>>
  /** Only those that are signed. */
  readonly headers: Readonly<Record<string, string>>
}

/** Of each operation: its method, and the names of its query, those that must be there first. */
const OPERATIONS: Readonly<
  Record<SignableOperation, readonly [method: string, must: string[], may?: string[]]>
> = {
  PutObject: ['PUT', []],
  HeadObject: ['HEAD', []],
  InitiateMultipartUpload: ['POST', ['uploads']],
  UploadPart: ['PUT', ['partNumber', 'uploadId']],
  ListParts: ['GET', ['uploadId'], ['max-parts', 'part-number-marker', 'encoding-type']],
  CompleteMultipartUpload: ['POST', ['uploadId']],
  AbortMultipartUpload: ['DELETE', ['uploadId']],
  ListMultipartUploads: [
    'GET',
    ['uploads', 'prefix'],
    ['delimiter', 'max-uploads', 'key-marker', 'upload-id-marker', 'encoding-type'],
  ],
}

function readRequest(request: unknown): Asked {
  const { method, bucket, key, query, headers } = Object(request)
  const asked = { method: String(method), query: texts(query, 'query') }
  const operation = operationOf(asked)
  const hasKey = typeof key === 'string' && key !== ''
  if (hasKey === (operation === 'ListMultipartUploads')) throw refused(`the name ${show(key)}`)
  const signed = Object.entries(texts(headers, 'headers'))
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => /^(content-(type|md5|length)|x-oss-.*)$/.test(name))
  return {
    ...asked,
    operation,
    bucket,
    key: hasKey ? key : undefined,
    headers: Object.fromEntries(signed),
  }
}

function texts(given: unknown, what: string): Record<string, string> {
  const entries = Object.entries(Object(given ?? {}))
  if (entries.some(([, value]) => typeof value !== 'string')) throw refused(`its ${what}`)
  // Each value is a text.
  return Object.fromEntries(entries) as Record<string, string>
}

/** By what the request is, not by what it says of itself. */
function operationOf({ method, query }: Pick<Asked, 'method' | 'query'>): SignableOperation {
  const names = Object.keys(query)
  for (const [operation, [its, must, may = []]] of Object.entries(OPERATIONS)) {
    const fits = must.every((name) => names.includes(name))
    // The keys of the table are operations.
    if (method === its && fits && names.every((name) => [...must, ...may].includes(name))) {
      return operation as SignableOperation
    }
  }
  throw refused(`${show(method)} with the query ${show(names.join('&'))}`)
}

/** `x-oss-date` and its like are written by the signature itself. */
const OWN = ['x-oss-date', 'x-oss-content-sha256', 'x-oss-security-token']

function checkAllowed(
  asked: Asked,
  { prefix = '', operations, maxSize, headers = [] }: SigningLimits,
) {
  const { operation, key, query } = asked
  if (operations !== undefined && !operations.includes(operation)) throw refused(operation)
  const name = key ?? query.prefix ?? ''
  if (!name.startsWith(prefix)) throw refused(`the name ${show(name)}`)
  for (const header of Object.keys(asked.headers)) {
    const usual = /^(content-.*|x-oss-meta-.*|x-oss-forbid-overwrite)$/.test(header)
    if (!usual && (OWN.includes(header) || !headers.includes(header))) {
      throw refused(`the header ${show(header)}`)
    }
  }
  checkSize(asked, maxSize)
}

function checkSize({ operation, query, headers }: Asked, maxSize = Number.POSITIVE_INFINITY): void {
  if (operation !== 'PutObject' && operation !== 'UploadPart') return
  const size = Number(headers['content-length'])
  const part = Number(query.partNumber ?? 1)
  const isPart = Number.isInteger(part) && part >= 1 && part <= MAX_PARTS
  if (!isPart || !Number.isSafeInteger(size) || size < 0) throw refused('a body without a length')
  if (size > maxSize || (part - 1) * size >= Math.max(maxSize, 1)) {
    throw refused(`${size} bytes as part ${part}, where ${maxSize} bytes are allowed`)
  }
}

function refused(what: string): OssError {
  const named = { name: 'SigningRefusedError', code: 'SigningRefused', status: 403 }
  return new OssError(`Not allowed, and so not signed: ${what}`, named)
}
