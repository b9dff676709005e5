import { OssError } from 'oss-multipart'

/** What went wrong, as far as it makes a difference to what a person can do. */
export type Reason =
  | 'network'
  | 'timeout'
  | 'credentials'
  | 'keys'
  | 'denied'
  | 'noBucket'
  | 'region'
  | 'changed'
  | 'unreadable'
  | 'busy'
  | 'corrupted'
  | 'hidden'
  | 'aborted'
  | 'signing'
  | 'settings'
  | 'overloaded'
  | 'other'

/** A failure as it is shown: plain data, without the error's checkpoint. */
export interface Failure {
  readonly reason: Reason
  /** In the words of the library, for whoever is asked for help. */
  readonly message: string
  readonly code: string | undefined
  readonly requestId: string | undefined
}

const BY_NAME: Readonly<Record<string, Reason>> = {
  RequestError: 'network',
  ResponseError: 'network',
  ConnectionTimeoutError: 'timeout',
  ResponseTimeoutError: 'timeout',
  CredentialsError: 'credentials',
  CheckpointBusyError: 'busy',
  IntegrityError: 'corrupted',
  MissingETagError: 'hidden',
  SigningError: 'signing',
  SourceChangedError: 'changed',
  InvalidArgumentError: 'settings',
  RedirectError: 'region',
  abort: 'aborted',
  // Of the browser, when a file was moved, deleted or may not be read any more.
  NotFoundError: 'unreadable',
  NotReadableError: 'unreadable',
  NotAllowedError: 'unreadable',
}

const BY_CODE: Readonly<Record<string, Reason>> = {
  AccessDenied: 'denied',
  NoSuchBucket: 'noBucket',
  InvalidAccessKeyId: 'keys',
  SignatureDoesNotMatch: 'keys',
  SecurityTokenExpired: 'credentials',
  InvalidSecurityToken: 'credentials',
  SlowDown: 'overloaded',
  // Of what `checkBucket()` finds.
  unreachable: 'network',
  hidden: 'hidden',
  region: 'region',
}

export function explainFailure(error: unknown): Failure {
  if (!(error instanceof OssError)) {
    const { name, message } = error instanceof Error ? error : { name: '', message: `${error}` }
    return { reason: BY_NAME[name] ?? 'other', message, code: undefined, requestId: undefined }
  }
  const { code, requestId, message } = error
  return { reason: reasonOf(error), message, code, requestId }
}

/** Why a finding of `checkBucket()` is not as it should be. */
export function reasonOfCode(code: string): Reason {
  return BY_CODE[code] ?? BY_NAME[code] ?? 'other'
}

function reasonOf({ name, code = '', status = 0, message }: OssError): Reason {
  if (/must be addressed using the specified endpoint/i.test(message)) return 'region'
  const known = BY_CODE[code] ?? BY_NAME[name]
  if (known !== undefined) return known
  return status >= 500 || status === 429 ? 'overloaded' : 'other'
}

/** Whether `checkBucket()` may find the cause. */
export function isOfBucket({ reason }: Failure): boolean {
  return OF_BUCKET.has(reason)
}

const OF_BUCKET: ReadonlySet<Reason> = new Set([
  'network',
  'timeout',
  'credentials',
  'keys',
  'denied',
  'noBucket',
  'region',
  'hidden',
  'signing',
  'settings',
])
